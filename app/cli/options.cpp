#include "options.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <map>
#include <random>

#include "monochord/inspect.h"
#include "text_file.h"

namespace monochord::cli {

namespace {

constexpr std::uintmax_t kMaximumTemplate = 64
                                            << 20;  // bytes; what a template may really have is the engine's decision

/// The library reads "-1" as 2^64 - 1.
std::string checkSeed(const std::string& text) {
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? std::string() : text + " is not a whole number from 0 on";
}

}  // namespace

void addSplitFlag(CLI::App& command, uint64_t& bytes) {
    command
        .add_option("--split-size", bytes,
                    "bytes of weights in a file (500M, 2G; M and G are millions and billions), as many files as that "
                    "takes: OUT-00001-of-00003.gguf …; default: one file")
        ->transform(CLI::AsSizeValue(true))
        ->check(CLI::PositiveNumber);
}

CLI::Validator within(double lowest, double highest) {
    const std::string range = fmt::format("{} to {}", lowest, highest);
    const auto check = [=](const std::string& text) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool isNumber = error == std::errc() && end == text.data() + text.size();
        return isNumber && value >= lowest && value <= highest ? std::string()
                                                               : fmt::format("{} is not in {}", text, range);
    };
    return CLI::Validator(std::function<std::string(std::string&)>(check), range);
}

void addComputeFlags(CLI::App& command, ComputeFlags& flags) {
    command.add_option("model", flags.model, "GGUF file")->required();
    ComputeOptions& c = flags.compute;
    command.add_option("-t,--threads", c.threads, "threads; 0: as many as there are")
        ->check(within(0, 1024))
        ->capture_default_str();
    command.add_option("-b,--batch", c.batch, "prompt tokens that are computed together")->capture_default_str();
    command
        .add_option("-c,--context", c.context,
                    "tokens that the context holds; 0: what the model was trained for, at most 8192")
        ->capture_default_str();
    command.add_option("--isa", c.isa,
                       fmt::format("instruction set, one of {}; default: the first, the best that this processor has",
                                   fmt::join(instructionSets(), ", ")));
    command.add_option("--kv", c.kv, "what the KV cache stores: f32, f16, q8_0 or q4_0; default: f16")
        ->type_name("TYPE")
        ->transform(kvTypes());
    command.add_option("--kv-values", c.kvValues, "the same of the values, where they differ from the keys")
        ->type_name("TYPE")
        ->transform(kvTypes());
}

CLI::Validator kvTypes() {
    std::map<std::string, KvType> types;
    for (const KvType type : {KvType::F32, KvType::F16, KvType::Q8_0, KvType::Q4_0})
        types.emplace(kvTypeName(type), type);
    return CLI::CheckedTransformer(types).description({});  // it would list the numbers too; the help says the names
}

void tellKvTypes(const Evaluator& evaluator, const ComputeOptions& asked) {
    const auto tell = [](const char* what, KvType wanted, KvType got) {
        if (got != wanted)
            fmt::print(stderr, "note: the KV cache stores {} in {}: {} does not fit the size of this model's heads\n",
                       what, kvTypeName(got), kvTypeName(wanted));
    };
    tell("keys", asked.kv, evaluator.keyType());
    tell("values", asked.kvValues.value_or(asked.kv), evaluator.valueType());
}

void addTemplateFlag(CLI::App& command, std::string& path) {
    command.add_option("--chat-template", path, "a Jinja file in place of the model's own chat template");
}

Result<std::optional<std::string>> readTemplate(const std::string& path) {
    if (path.empty()) return std::nullopt;
    auto source = readTextFile(path, kMaximumTemplate);
    if (!source) return fail(source.error().code, path + ": " + source.error().message);
    return std::move(*source);
}

void addReplyFlags(CLI::App& command, ReplyFlags& flags) {
    GenerationOptions& g = flags.generation;
    command
        .add_option("-n,--longest-reply", g.longestReply, "tokens of the reply at most; 0: until the context is full")
        ->check(within(0, 1 << 24))
        ->capture_default_str();
    addSamplingFlags(command, g);
    command.add_option("--seed", flags.seed, "the same seed gives the same reply; default: a random one")
        ->check(CLI::Validator(std::function<std::string(std::string&)>(checkSeed), "UINT"));
    command.add_option("--stop", g.stopStrings, "a text that ends the reply; may be given several times")->take_all();
    command.add_option("--system", flags.system, "system prompt");
    addTemplateFlag(command, flags.chatTemplate);
    command.add_option("--state", flags.state,
                       "a file that keeps what was computed: what the next run has in common with it is there at once");
    command.add_option("--draft", flags.draft,
                       "a much smaller model with the same vocabulary that guesses ahead. The reply is the same");
    command.add_flag("--ignore-eos", g.ignoreEndTokens, "end tokens do not end the reply");
    command
        .add_option("--lookup", g.lookup,
                    "1: compute ahead what the text has said before; 0: token by token. The reply is the same")
        ->capture_default_str();
}

Result<void> restoreState(const ReplyFlags& flags, InferenceSession& session) {
    if (flags.state.empty()) return {};
    const auto restored = session.restore(flags.state);
    if (restored || restored.error().code == ErrorCode::NotFound) return {};
    const Error& error = restored.error();
    if (error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::NotReadable)
        return fail(error.code, flags.state + ": " + error.message);
    fmt::print(stderr, "note: {}: {}; everything is computed\n", displayText(flags.state, 1000), error.message);
    return {};
}

Result<void> saveState(const ReplyFlags& flags, const InferenceSession& session) {
    if (flags.state.empty() || session.evaluator().computed().empty()) return {};
    const auto saved = session.evaluator().save(flags.state);
    return saved ? saved : fail(saved.error().code, flags.state + ": " + saved.error().message);
}

Result<void> addDraft(const ReplyFlags& flags, const ComputeOptions& compute, InferenceSession& session) {
    if (flags.draft.empty()) return {};
    auto model = openModel(flags.draft);
    if (!model) return tl::unexpected(model.error());
    ComputeOptions options = compute;
    options.context = session.evaluator().contextLength();
    auto draft = Evaluator::create(std::move(*model), options);
    const auto set = draft ? session.setDraft(std::move(*draft)) : tl::unexpected(draft.error());
    return set ? set : fail(set.error().code, flags.draft + ": " + set.error().message);
}

GenerationOptions generationOptions(const ReplyFlags& flags) {
    GenerationOptions options = flags.generation;
    std::random_device random;
    options.sampling.seed = flags.seed ? *flags.seed : static_cast<uint64_t>(random()) << 32 | random();
    return options;
}

Result<std::shared_ptr<const Model>> openModel(const std::string& path, const std::string& chatTemplate) {
    auto source = readTemplate(chatTemplate);
    if (!source) return tl::unexpected(source.error());
    LoadOptions options;
    options.chatTemplate = std::move(*source);
    auto model = Model::open(path, options);
    if (!model) return fail(model.error().code, path + ": " + model.error().message);
    return model;
}

Result<void> checkTemplate(const Model& model, const std::string& path, const std::string& chatTemplate) {
    const auto& error = model.chatTemplate().error();
    if (!error) return {};
    return fail(error->code, fmt::format("{}: the chat template has an error: {}",
                                         chatTemplate.empty() ? path : chatTemplate, error->message));
}

Result<std::unique_ptr<Evaluator>> openEvaluator(const ComputeFlags& flags) {
    return openModel(flags.model).and_then([&](std::shared_ptr<const Model> model) {
        auto evaluator = Evaluator::create(std::move(model), flags.compute);
        if (evaluator) tellKvTypes(**evaluator, flags.compute);
        return evaluator;
    });
}

std::string localTime() {
    const std::time_t now = std::time(nullptr);
    char text[32] = "";
    if (const std::tm* local = std::localtime(&now)) std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", local);
    return text;
}

}  // namespace monochord::cli
