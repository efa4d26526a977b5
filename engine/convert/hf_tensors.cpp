#include "convert/hf_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/printable.h"
#include "convert/hf_names.h"
#include "quant/quantize.h"

namespace monochord {

namespace {

constexpr size_t kValuesAtOnce = 1 << 20;

/// Recipes under what they are sorted by: the part of the model, the layer, the line of the table, weight or bias.
using Place = std::tuple<int, uint64_t, size_t, bool>;
using Recipes = std::map<Place, TensorRecipe>;

std::vector<uint64_t> shapeOf(const SourceTensor& tensor) {
    std::vector<uint64_t> shape(tensor.shape.rbegin(), tensor.shape.rend());
    std::erase(shape, 1u);
    if (shape.empty()) shape.push_back(1);
    return shape;
}

Result<void> add(const SourceTensor& tensor, const HfModel& model, Recipes& recipes) {
    const HfName name = parseHfName(tensor.name);
    if (name.isIgnored) return {};
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::Unsupported, fmt::format("the tensor {} {}", printable(tensor.name), why));
    };
    const HfTensorRule* rule = findHfTensorRule(name.pattern);
    if (!rule) return refuse(fmt::format("is not known for {}", model.architecture->classes[0]));
    if (model.tied && rule->target == "output") return {};
    if (tensor.type == SourceType::Other)
        return refuse(fmt::format("is of type {}, which is not supported", printable(tensor.typeName)));

    std::string target(rule->target);
    if (model.architecture->normsBehind && target == "blk.#.ffn_norm" &&
        name.pattern.find("post_") != name.pattern.npos)
        target = "blk.#.post_attention_norm";
    const bool inLayer = target.starts_with("blk.#");
    if (inLayer) target.replace(4, 1, std::to_string(name.numbers[0]));
    TensorRecipe recipe;
    recipe.plan = {target + (name.isBias ? ".bias" : ".weight"), TensorType::F32, shapeOf(tensor)};
    recipe.order = rule->order;
    if (rule->order == RowOrder::Pairs && !model.architecture->turnsNeighbours) recipe.order = RowOrder::AsTheyAre;
    if (rule->order == RowOrder::Transposed && tensor.shape.size() != 2) recipe.order = RowOrder::AsTheyAre;
    if (recipe.order == RowOrder::Transposed) std::ranges::reverse(recipe.plan.shape);
    recipe.heads = rule->target.ends_with("attn_k") ? model.shape.headsKv : model.shape.heads;
    if (model.architecture->normsAreOffsets && target.ends_with("_norm")) recipe.offset = 1;

    const Place place{inLayer        ? 1
                      : rule->isLast ? 2
                                     : 0,
                      inLayer ? name.numbers[0] : 0, static_cast<size_t>(rule - hfTensorRules().data()), name.isBias};
    TensorRecipe& kept = recipes.try_emplace(place, std::move(recipe)).first->second;
    const uint64_t part = rule->isStack ? name.numbers[1] : 0;
    constexpr uint64_t kMostParts = 4096;
    if (part >= kMostParts) return refuse("has an absurd number");
    if (kept.parts.size() <= part) kept.parts.resize(part + 1);
    if (kept.parts[part]) return refuse("is there under two names");
    kept.parts[part] = &tensor;
    return {};
}

/// Stacks what has several parts, and checks that rows can be laid as they are to be.
Result<void> complete(TensorRecipe& recipe) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::Corrupt, fmt::format("the tensor {} {}", recipe.plan.name, why));
    };
    const SourceTensor* first = recipe.parts.front();
    for (size_t i = 0; i < recipe.parts.size(); i++) {
        if (!recipe.parts[i]) return refuse(fmt::format("can't be put together: part {} is missing", i));
        if (recipe.parts[i]->shape != first->shape) return refuse("can't be put together of parts of several shapes");
    }
    if (recipe.parts.size() > 1) recipe.plan.shape.push_back(recipe.parts.size());
    const uint64_t rows = first->shape.empty() ? 1 : first->shape.front();
    const uint64_t parts = recipe.order == RowOrder::QkvByHead ? 3 : recipe.order == RowOrder::Pairs ? 2 : 1;
    if (parts > 1 && rows % (parts * recipe.heads) != 0)
        return refuse(fmt::format("has {} rows, which {} heads can't share", rows, recipe.heads));
    return {};
}

/// The row of a part that becomes row `row` of ours.
uint64_t sourceRow(const TensorRecipe& recipe, uint64_t row, uint64_t rows) {
    const uint64_t perHead = rows / recipe.heads;
    if (recipe.order == RowOrder::Pairs) {
        const uint64_t head = row / perHead, i = row % perHead;
        return head * perHead + i % 2 * (perHead / 2) + i / 2;
    }
    if (recipe.order == RowOrder::QkvByHead) {
        const uint64_t size = perHead / 3, which = row / (rows / 3), head = row % (rows / 3) / size;
        return (head * 3 + which) * size + row % size;
    }
    return row;
}

struct RowReader {
    explicit RowReader(const TensorRecipe& r) : recipe(r) {
        const SourceTensor& part = *recipe.parts.front();
        // A vector whose values change places has rows of one.
        const bool isVector = recipe.plan.shape.size() == (recipe.parts.size() > 1 ? 2u : 1u);
        columns = isVector && recipe.order != RowOrder::AsTheyAre ? 1 : recipe.plan.shape[0];
        rowsOfPart = part.count() / columns;
        rows = rowsOfPart * recipe.parts.size();
    }
    void read(uint64_t row, std::span<float> values) const {
        const SourceTensor& part = *recipe.parts[row / rowsOfPart];
        const uint64_t inPart = row % rowsOfPart;
        if (recipe.order == RowOrder::Transposed)
            readValues(part, inPart, rowsOfPart, values);
        else
            readValues(part, sourceRow(recipe, inPart, rowsOfPart) * columns, 1, values);
        if (recipe.offset != 0)
            for (float& value : values) value += recipe.offset;
    }
    const TensorRecipe& recipe;
    uint64_t columns = 0, rowsOfPart = 0, rows = 0;
};

}  // namespace

Result<std::vector<TensorRecipe>> planTensors(const SourceTensors& source, const HfModel& model) {
    Recipes recipes;
    for (const SourceTensor* tensor : source.tensors())
        if (auto done = add(*tensor, model, recipes); !done) return tl::unexpected(std::move(done.error()));
    std::vector<TensorRecipe> plan;
    for (const ComputedTensor& computed : model.computed) {
        TensorRecipe recipe;
        recipe.plan = {computed.name, TensorType::F32, {computed.values.size()}};
        recipe.values = computed.values;
        plan.push_back(std::move(recipe));
    }
    for (auto& [place, recipe] : recipes) {
        if (auto done = complete(recipe); !done) return tl::unexpected(std::move(done.error()));
        plan.push_back(std::move(recipe));
    }
    return plan;
}

Result<uint64_t> vocabularySize(std::span<const TensorRecipe> recipes) {
    constexpr uint64_t kMostTokens = 1 << 24;
    for (const TensorRecipe& recipe : recipes) {
        if (recipe.plan.name != "token_embd.weight" || recipe.plan.shape.size() != 2) continue;
        if (recipe.plan.shape[1] <= kMostTokens) return recipe.plan.shape[1];
        return fail(ErrorCode::Corrupt, fmt::format("the embedding has {} rows; up to {} tokens are supported",
                                                    recipe.plan.shape[1], kMostTokens));
    }
    return 0;
}

Result<void> cook(const TensorRecipe& recipe, const std::function<Result<void>(std::span<const std::byte>)>& sink) {
    if (recipe.parts.empty()) return sink(std::as_bytes(std::span(recipe.values)));
    const RowReader reader(recipe);
    const TensorTypeInfo& type = tensorTypeInfo(recipe.plan.type);
    const uint64_t atOnce = std::max<uint64_t>(1, kValuesAtOnce / reader.columns);  // rows
    std::vector<float> values;
    std::vector<std::byte> bytes;
    for (uint64_t row = 0; row < reader.rows; row += atOnce) {
        const uint64_t count = std::min(atOnce, reader.rows - row);
        values.resize(count * reader.columns);
        for (uint64_t i = 0; i < count; i++)
            reader.read(row + i, std::span(values).subspan(i * reader.columns, reader.columns));
        bytes.resize(values.size() / type.blockSize * type.bytesPerBlock);
        if (auto done = quantizeRow(recipe.plan.type, values, bytes); !done)
            return fail(done.error().code, fmt::format("the tensor {}: {}", recipe.plan.name, done.error().message));
        if (auto done = sink(bytes); !done) return done;
    }
    return {};
}

}  // namespace monochord
