#include "monochord/inspect_checkpoint.h"

#include <algorithm>

#include "convert/hf_config.h"
#include "convert/hf_description.h"
#include "convert/hf_tensors.h"
#include "convert/hf_tokenizer.h"
#include "convert/quantize_mixture.h"
#include "monochord/quantize.h"

namespace monochord {

namespace {

uint64_t bytesOf(const TensorChoice& choice) {
    const TensorTypeInfo& type = tensorTypeInfo(choice.type);
    return choice.tensor->columns() / type.blockSize * choice.tensor->rows() * type.bytesPerBlock;
}

QuantizedSize sizeOf(std::string_view name, const std::vector<TensorChoice>& choices) {
    QuantizedSize size{name};
    for (const TensorChoice& choice : choices) size.bytes += bytesOf(choice);
    return size;
}

/// The tensors as a file would list them.
std::vector<TensorInfo> directoryOf(std::span<const TensorRecipe> recipes) {
    std::vector<TensorInfo> tensors;
    for (const TensorRecipe& recipe : recipes) {
        TensorInfo tensor{.name = recipe.plan.name, .type = recipe.plan.type};
        tensor.dimensions = static_cast<uint32_t>(std::min(recipe.plan.shape.size(), tensor.shape.size()));
        std::copy_n(recipe.plan.shape.begin(), tensor.dimensions, tensor.shape.begin());
        tensors.push_back(tensor);
    }
    return tensors;
}

int64_t expertsOf(std::span<const TensorRecipe> recipes) {
    size_t experts = 0;
    for (const TensorRecipe& recipe : recipes)
        if (recipe.plan.name.ends_with("_exps.weight")) experts = std::max(experts, recipe.parts.size());
    return static_cast<int64_t>(experts);
}

/// What a conversion makes where no type is asked for.
std::string_view ownType(std::span<const TensorRecipe> recipes) {
    for (const TensorRecipe& recipe : recipes) {
        if (recipe.plan.name != "token_embd.weight") continue;
        const SourceType type = recipe.parts.front()->type;
        if (type == SourceType::F16) return "F16";
        if (type == SourceType::BF16) return "BF16";
    }
    return "F32";
}

}  // namespace

Result<CheckpointSummary> inspectCheckpoint(const std::filesystem::path& folder) {
    auto config = HfConfig::open(folder);
    if (!config) return tl::unexpected(std::move(config.error()));
    GgufMetadata metadata;
    const auto model = describeModel(*config, metadata);
    if (!model) return tl::unexpected(model.error());
    const auto source = SourceTensors::open(folder);
    if (!source) return tl::unexpected(source.error());
    const auto recipes = planTensors(*source, *model);
    if (!recipes) return tl::unexpected(recipes.error());
    const auto vocabulary = vocabularySize(*recipes);
    if (!vocabulary) return tl::unexpected(vocabulary.error());
    if (auto done = describeTokenizer(folder, *config, *vocabulary, metadata); !done)
        return tl::unexpected(done.error());

    CheckpointSummary summary;
    const std::vector<TensorInfo> tensors = directoryOf(*recipes);
    for (const TensorInfo& tensor : tensors) summary.parameters += tensor.columns() * tensor.rows();
    HfOrigin origin = originOf(folder, *config);
    summary.name = std::move(origin.name);
    summary.license = std::move(origin.license);
    summary.architecture = model->architecture->name;
    summary.type = ownType(*recipes);
    const MixtureFacts facts{.architecture = summary.architecture,
                             .layers = model->shape.layers,
                             .heads = model->shape.heads,
                             .headsKv = model->shape.headsKv,
                             .experts = expertsOf(*recipes)};
    for (const std::string_view name : quantizations())
        summary.sizes.push_back(sizeOf(name, chooseTypes(tensors, facts, *mixtureNamed(name))));
    return summary;
}

Result<std::vector<QuantizedSize>> quantizedSizes(const std::filesystem::path& path) {
    const auto model = GgufFile::open(path);
    if (!model) return tl::unexpected(model.error());
    std::vector<QuantizedSize> sizes;
    for (const std::string_view name : quantizations()) {
        const auto choices = chooseTypes(**model, *mixtureNamed(name));
        if (!choices) return tl::unexpected(choices.error());
        sizes.push_back(sizeOf(name, *choices));
    }
    return sizes;
}

}  // namespace monochord
