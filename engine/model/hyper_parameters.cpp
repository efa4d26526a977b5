#include "model/hyper_parameters.h"

#include <fmt/format.h>

#include <cmath>

#include "base/printable.h"
#include "kernels/kernels.h"

namespace monochord {

namespace {

/// Reads `<architecture>.<key>` values one after the other; the first error stays and the rest is skipped.
class Reader {
public:
    Reader(const GgufFile& file, std::string_view architecture) : m_file(file), m_prefix(architecture) {}

    /// A whole number in lowest … highest. `otherwise` (not 0) is for a missing key.
    void number(const char* key, uint32_t& out, uint64_t lowest, uint64_t highest, uint64_t otherwise = 0) {
        if (m_error) return;
        const std::string name = m_prefix + "." + key;
        const auto value = m_file.get<uint64_t>(name);
        if (!value) return keep(value.error());
        if (!*value && otherwise == 0) return keep({ErrorCode::Corrupt, fmt::format("the key {} is missing", name)});
        const uint64_t n = value->value_or(otherwise);
        if (n < lowest || n > highest)
            return keep({ErrorCode::Corrupt, fmt::format("{} is {}, expected {} to {}", name, n, lowest, highest)});
        out = static_cast<uint32_t>(n);
    }

    void real(const char* key, float& out, float lowest, float highest, bool required) {
        if (m_error) return;
        const std::string name = m_prefix + "." + key;
        const auto value = m_file.get<float>(name);
        if (!value) return keep(value.error());
        if (!*value && required) return keep({ErrorCode::Corrupt, fmt::format("the key {} is missing", name)});
        const float x = value->value_or(out);
        if (!(x >= lowest && x <= highest))
            return keep({ErrorCode::Corrupt, fmt::format("{} is {}, expected {} to {}", name, x, lowest, highest)});
        out = x;
    }

    std::string_view text(const char* key) {
        if (m_error) return {};
        const auto value = m_file.get<std::string_view>(m_prefix + "." + key);
        if (!value) keep(value.error());
        return value ? value->value_or(std::string_view()) : std::string_view();
    }

    void keep(Error error) {
        if (!m_error) m_error = std::move(error);
    }
    const std::optional<Error>& error() const { return m_error; }

private:
    const GgufFile& m_file;
    std::string m_prefix;
    std::optional<Error> m_error;
};

constexpr uint64_t kMostLayers = 4096, kMostHeads = 65536, kLongestRow = 1u << 24, kLongestContext = 1u << 30;

void readRope(Reader& reader, HyperParameters& p) {
    reader.number("rope.dimension_count", p.ropeDimensionCount, 2, p.keyLength, p.keyLength);
    if (p.ropeDimensionCount % 2 != 0)
        reader.keep(
            {ErrorCode::Corrupt, fmt::format("rope.dimension_count is {}, an odd number", p.ropeDimensionCount)});
    reader.real("rope.freq_base", p.ropeFreqBase, 1, 1e12f, false);
    const std::string_view type = reader.text("rope.scaling.type");
    if (type == "linear")
        p.ropeScaling = RopeScaling::Linear;
    else if (type == "yarn")
        p.ropeScaling = RopeScaling::Yarn;
    else if (!type.empty() && type != "none")
        reader.keep(
            {ErrorCode::Unsupported, fmt::format("the rotary scaling \"{}\" is not supported", printable(type))});
    if (p.ropeScaling == RopeScaling::None) return;
    reader.real("rope.scaling.factor", p.ropeScalingFactor, 0x1p-10f, 0x1p20f, true);
    reader.number("rope.scaling.original_context_length", p.ropeOriginalContext, 1, kLongestContext, p.contextLength);
    reader.real("rope.scaling.attn_factor", p.ropeAttentionFactor, 0x1p-10f, 0x1p10f, false);
}

}  // namespace

Result<HyperParameters> HyperParameters::read(const GgufFile& file, std::string_view architecture) {
    HyperParameters p;
    p.architecture = architecture;
    Reader reader(file, architecture);
    uint32_t experts = 0;
    reader.number("expert_count", experts, 0, 1u << 16, 1);
    if (experts > 1)
        reader.keep({ErrorCode::Unsupported,
                     fmt::format("a {} model with {} experts is not supported", architecture, experts)});
    reader.number("block_count", p.blockCount, 1, kMostLayers);
    reader.number("context_length", p.contextLength, 1, kLongestContext);
    reader.number("embedding_length", p.embeddingLength, 1, kLongestRow);
    reader.number("feed_forward_length", p.feedForwardLength, 1, kLongestRow);
    reader.number("attention.head_count", p.headCount, 1, kMostHeads);
    reader.number("attention.head_count_kv", p.headCountKv, 1, kMostHeads, p.headCount);
    if (reader.error()) return tl::unexpected(*reader.error());
    if (p.headCount % p.headCountKv != 0)
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} heads can't share {} KV heads evenly", p.headCount, p.headCountKv));
    const uint32_t usual = p.embeddingLength / p.headCount;
    reader.number("attention.key_length", p.keyLength, 1, kLargestHead, usual);
    reader.number("attention.value_length", p.valueLength, 1, kLargestHead, usual);
    reader.real("attention.layer_norm_rms_epsilon", p.layerNormRmsEpsilon, 0, 1, true);
    if (!reader.error()) readRope(reader, p);
    if (reader.error()) return tl::unexpected(*reader.error());
    return p;
}

}  // namespace monochord
