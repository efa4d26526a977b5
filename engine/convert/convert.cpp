#include "monochord/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/printable.h"
#include "convert/hf_config.h"
#include "convert/hf_description.h"
#include "convert/hf_tensors.h"
#include "convert/hf_tokenizer.h"
#include "gguf/gguf_writer.h"
#include "model/model_reader.h"
#include "quant/quantize.h"

namespace monochord {

namespace {

Result<TensorType> typeOf(std::string name, std::span<const TensorRecipe> recipes) {
    if (name.empty()) {
        const auto embedding =
            std::ranges::find(recipes, "token_embd.weight",
                              [](const TensorRecipe& recipe) -> std::string_view { return recipe.plan.name; });
        if (embedding == recipes.end()) return TensorType::F32;
        const SourceType type = embedding->parts.front()->type;
        return type == SourceType::F16    ? TensorType::F16
               : type == SourceType::BF16 ? TensorType::BF16
                                          : TensorType::F32;
    }
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const TensorTypeInfo* info = tensorTypeInfo(name);
    if (!info || !canQuantize(info->type))
        return fail(ErrorCode::InvalidArgument, fmt::format("the type \"{}\" can't be made", printable(name)));
    return info->type;
}

/// Small or sensitive tensors stay as exact as they are.
void chooseTypes(TensorType type, std::vector<TensorRecipe>& recipes) {
    for (TensorRecipe& recipe : recipes) {
        TensorPlan& plan = recipe.plan;
        if (plan.shape.size() < 2 || plan.name.ends_with("_norm.weight") ||
            plan.name.find("ffn_gate_inp") != plan.name.npos || plan.name == "position_embd.weight")
            continue;
        plan.type = plan.shape[0] % tensorTypeInfo(type).blockSize == 0 ? type : TensorType::F16;
    }
}

/// `general.file_type`: the number of the file format for "mostly this type".
uint32_t fileType(TensorType type) {
    constexpr std::pair<TensorType, uint32_t> kNumbers[] = {
        {TensorType::F32, 0},     {TensorType::F16, 1},     {TensorType::Q4_0, 2},  {TensorType::Q4_1, 3},
        {TensorType::Q8_0, 7},    {TensorType::Q5_0, 8},    {TensorType::Q5_1, 9},  {TensorType::Q2_K, 10},
        {TensorType::Q3_K, 12},   {TensorType::Q4_K, 15},   {TensorType::Q5_K, 17}, {TensorType::Q6_K, 18},
        {TensorType::IQ4_NL, 25}, {TensorType::IQ4_XS, 30}, {TensorType::BF16, 32}};
    const auto found = std::ranges::find(kNumbers, type, &std::pair<TensorType, uint32_t>::first);
    return found == std::end(kNumbers) ? 0 : found->second;
}

/// The file that is being written has its whole header and size: the engine says whether it would open it. Weights are
/// zeros as yet.
Result<void> check(const GgufWriter& writer, const ConvertOptions& options) {
    Problems problems(1);
    ModelReader reader(problems);
    reader.read(GgufFile::openParts(writer.temporaryPaths()), {}, {.stop = options.stop});
    if (problems.count() == 0) return {};
    const Error& problem = problems.list().front();
    if (problem.code == ErrorCode::Cancelled) return tl::unexpected(problem);
    return fail(problem.code, "this is no model that can be run: " + problem.message);
}

Result<void> writeTensors(std::span<const TensorRecipe> recipes, const ConvertOptions& options, GgufWriter& writer) {
    uint64_t done = 0;
    const auto sink = [&](std::span<const std::byte> bytes) -> Result<void> {
        if (auto written = writer.write(bytes); !written) return written;
        done += bytes.size();
        if (options.progress) options.progress(done, writer.dataBytes());
        return {};
    };
    bool checked = false;
    for (const TensorRecipe& recipe : recipes) {
        // Factors of the rotary frequencies, which come first, count for the check.
        if (!checked && !recipe.parts.empty())
            if (auto good = check(writer, options); !good) return good;
        checked = checked || !recipe.parts.empty();
        if (auto cooked = cook(recipe, sink); !cooked) return cooked;
    }
    return checked ? Result<void>() : check(writer, options);
}

}  // namespace

Result<void> convertModel(const std::filesystem::path& folder, const std::filesystem::path& out,
                          const ConvertOptions& options) {
    auto config = HfConfig::open(folder);
    if (!config) return tl::unexpected(std::move(config.error()));
    GgufMetadata metadata;
    const auto model = describeModel(*config, metadata);
    if (!model) return tl::unexpected(model.error());
    const auto source = SourceTensors::open(folder);
    if (!source) return tl::unexpected(source.error());
    auto recipes = planTensors(*source, *model);
    if (!recipes) return tl::unexpected(std::move(recipes.error()));
    const auto type = typeOf(options.type, *recipes);
    if (!type) return tl::unexpected(type.error());
    chooseTypes(*type, *recipes);
    const auto size = vocabularySize(*recipes);
    if (!size) return tl::unexpected(size.error());
    describeOrigin(folder, *config, *recipes, metadata);
    metadata.set("general.file_type", fileType(*type));
    metadata.set("general.quantization_version", uint32_t{2});
    if (auto done = describeTokenizer(folder, *config, *size, metadata); !done) return done;

    std::vector<TensorPlan> plan;
    for (const TensorRecipe& recipe : *recipes) plan.push_back(recipe.plan);
    auto writer = GgufWriter::create(out, metadata, plan, options.stop, options.splitSize);
    if (!writer) return tl::unexpected(std::move(writer.error()));
    if (auto done = writeTensors(*recipes, options, *writer); !done) return done;
    if (source->damaged())
        return fail(ErrorCode::FileChanged, "a file of the model shrank or failed while it was read");
    return writer->commit();
}

}  // namespace monochord
