#include "monochord/evaluator.h"

#include <fmt/format.h>

#include <algorithm>

#include "session/evaluator_data.h"

namespace monochord {

namespace {

constexpr uint32_t kUsualContext = 8192, kLargestBatch = 8192, kLongestContext = 1u << 24;

// The same names in the same order.
static_assert(static_cast<int>(KvType::Q4_0) == static_cast<int>(CacheType::Q4_0) && kCacheTypes == 4);

CacheType cacheType(KvType type) {
    return static_cast<CacheType>(type);
}

}  // namespace

std::string_view kvTypeName(KvType type) {
    constexpr std::string_view kNames[] = {"f32", "f16", "q8_0", "q4_0"};
    return kNames[static_cast<size_t>(type)];
}

std::vector<std::string_view> instructionSets() {
    std::vector<std::string_view> names;
    for (const Kernels* table : availableKernels()) names.push_back(table->name);
    return names;
}

Result<std::unique_ptr<Evaluator>> Evaluator::create(std::shared_ptr<const Model> model,
                                                     const ComputeOptions& options) {
    const Kernels* kernels = kernelsNamed(options.isa);
    if (!kernels)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("this processor can't run the instruction set \"{}\"; it can run: {}", options.isa,
                                fmt::join(instructionSets(), ", ")));
    if (options.batch < 1 || options.batch > kLargestBatch)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("a batch of {} tokens, expected 1 to {}", options.batch, kLargestBatch));
    if (options.context > kLongestContext)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("a context of {} tokens, expected at most {}", options.context, kLongestContext));
    const Model::Parts& parts = model->parts();
    const uint32_t context =
        options.context != 0 ? options.context : std::min(parts.parameters.contextLength, kUsualContext);
    if (parts.weights.positionEmbd && context > parts.parameters.contextLength)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("a context of {} tokens, but this model has learned {} positions", context,
                                parts.parameters.contextLength));
    auto cache = KvCache::create(parts.parameters, cacheType(options.kv),
                                 cacheType(options.kvValues.value_or(options.kv)), context);
    if (!cache) return tl::unexpected(cache.error());
    const size_t batch = std::min(options.batch, context);
    auto transformer = Transformer::create(parts, *kernels, *cache, batch);
    if (!transformer) return tl::unexpected(transformer.error());
    return std::unique_ptr<Evaluator>(new Evaluator(std::unique_ptr<Data>(new Data{
        std::move(model), kernels, ThreadTeam(options.threads), std::move(*cache), std::move(*transformer), batch})));
}

Evaluator::Evaluator(std::unique_ptr<Data> data) : m_data(std::move(data)) {}
Evaluator::~Evaluator() = default;

const Model& Evaluator::model() const {
    return *m_data->model;
}
uint32_t Evaluator::contextLength() const {
    return m_data->cache.capacity();
}
uint64_t Evaluator::memoryUsed() const {
    return m_data->cache.bytes();
}
KvType Evaluator::keyType() const {
    return static_cast<KvType>(m_data->cache.keyType());
}
KvType Evaluator::valueType() const {
    return static_cast<KvType>(m_data->cache.valueType());
}
std::string_view Evaluator::isa() const {
    return m_data->kernels->name;
}
int Evaluator::threads() const {
    return m_data->team.size();
}

std::span<const TokenId> Evaluator::computed() const {
    return m_data->computed;
}

void Evaluator::clear() {
    m_data->cache.clear();
    m_data->computed.clear();
}

void Evaluator::truncate(size_t length) {
    if (length >= m_data->computed.size()) return;
    m_data->cache.truncate(static_cast<uint32_t>(length));
    m_data->computed.resize(length);
}

namespace {

Result<void> checkRequest(std::span<const TokenId> tokens, std::span<const size_t> positions,
                          const Tokenizer& vocabulary, uint32_t context) {
    if (tokens.empty()) return fail(ErrorCode::InvalidArgument, "there are no tokens");
    if (tokens.size() > context)
        return fail(ErrorCode::ContextFull,
                    fmt::format("{} tokens do not fit into the context of {}", tokens.size(), context));
    for (const TokenId id : tokens)
        if (!vocabulary.contains(id))
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format("the token id {} is out of range; the vocabulary has {} tokens", id, vocabulary.size()));
    for (size_t i = 0; i < positions.size(); i++)
        if (positions[i] >= tokens.size() || (i > 0 && positions[i] <= positions[i - 1]))
            return fail(ErrorCode::InvalidArgument, fmt::format("the position {} is not an ascending one of {} tokens",
                                                                positions[i], tokens.size()));
    return {};
}

}  // namespace

Result<Evaluator::Work> Evaluator::evaluate(std::span<const TokenId> tokens, std::span<const size_t> positions,
                                            const LogitsSink& sink, const std::stop_token& stop,
                                            const ProgressSink& progress) {
    Data& d = *m_data;
    if (auto ok = checkRequest(tokens, positions, d.model->tokenizer(), contextLength()); !ok)
        return tl::unexpected(ok.error());
    const Model::Parts& parts = d.model->parts();
    const bool extended = parts.ropes->extended && tokens.size() > parts.parameters.ropeOriginalContext;
    if (extended != d.extended) clear();
    d.extended = extended;
    d.transformer.setExtended(extended);
    const auto differ = std::mismatch(tokens.begin(), tokens.end(), d.computed.begin(), d.computed.end());
    size_t at = static_cast<size_t>(differ.first - tokens.begin());
    if (!positions.empty()) at = std::min(at, positions.front());  // keys and values are kept, logits are not
    truncate(at);
    const Work work{at, tokens.size() - at};
    if (progress) progress(0, work.processed);
    std::vector<size_t> wanted;
    while (at < tokens.size()) {
        const auto batch = tokens.subspan(at, std::min(d.batch, tokens.size() - at));
        wanted.clear();
        for (; !positions.empty() && positions.front() < at + batch.size(); positions = positions.subspan(1))
            wanted.push_back(positions.front() - at);
        Transformer::LayerSink layerDone;
        if (progress)
            layerDone = [&](size_t layers, size_t all) {
                progress(at - work.reused + batch.size() * layers / all, work.processed);
            };
        const auto done = d.transformer.forward(
            batch, wanted, d.cache, d.team, stop,
            [&](size_t row, std::span<const float> logits) { sink(at + row, logits); }, layerDone);
        if (!done) return tl::unexpected(done.error());
        d.computed.insert(d.computed.end(), batch.begin(), batch.end());
        at += batch.size();
    }
    return work;
}

}  // namespace monochord
