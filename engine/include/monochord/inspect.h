#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "monochord/error.h"
#include "monochord/kv_type.h"

namespace monochord {

/// A metadata key of a model file. Texts are bytes as they stand in the file: pass them through displayText before they
/// reach a terminal or a label.
struct MetadataItem {
    /// A number, a text or a truth value; integers of all widths become the widest of their sign.
    using Value = std::variant<bool, uint64_t, int64_t, float, double, std::string>;
    std::string key;             ///< "general.name" …
    std::string_view type;       ///< "u8" … "f64", "bool", "text"; of the elements where the value is a list
    std::optional<Value> value;  ///< none: a list
    uint64_t count = 1;          ///< elements of a list
};

/// What the tensors of one type add up to.
struct TensorTypeShare {
    std::string_view type;    ///< "F32", "Q4_1" …
    uint64_t tensors = 0;     ///< how many are of this type
    uint64_t parameters = 0;  ///< values
    uint64_t bytes = 0;       ///< in the file
};

/// Memory at a context length.
struct MemoryEstimate {
    uint64_t context = 0;                  ///< tokens; 0: unknown
    uint64_t fileBytes = 0;                ///< the weights, which stay in the mapped file
    std::optional<uint64_t> kvCacheBytes;  ///< keys and values of all layers; none: see `unknown`
    std::optional<uint64_t> totalBytes;    ///< file and KV cache together
    std::string unknown;                   ///< why there is no number: one sentence without a full stop
};

/// What the header of a model file says.
struct ModelSummary {
    uint32_t version = 0;                      ///< of the file format
    uint64_t fileBytes = 0;                    ///< length of the file
    std::string architecture;                  ///< `general.architecture`; empty: missing
    std::string name;                          ///< `general.name`; empty: missing
    std::optional<uint64_t> contextLength;     ///< tokens that the model was trained for
    uint64_t tensorCount = 0;                  ///< all tensors
    uint64_t parameters = 0;                   ///< values of all tensors
    std::vector<TensorTypeShare> tensorTypes;  ///< largest share of the bytes first
    std::vector<MetadataItem> metadata;        ///< in the file's order
    MemoryEstimate memory;                     ///< at the context length asked for

    /// The part of a key after "<architecture>.", where the item is a hyper-parameter: such a key with a plain value.
    std::optional<std::string_view> hyperParameter(const MetadataItem& item) const;
};

/// What inspectModel estimates the memory for.
struct InspectSettings {
    std::optional<uint64_t> context;  ///< tokens to estimate the memory for; default: what the model was trained for
    std::optional<uint64_t> longestContext = {};  ///< where `context` is not given: at most as many tokens
    KvType kv = KvType::F16;                      ///< what the KV cache stores
    std::optional<KvType> kvValues = {};          ///< the values' type where it differs from that of the keys
};

/// Reads the header of a model file of any architecture. Unknown, missing and odd keys are no error: what depends on
/// them is then empty or unknown. Errors: those of a damaged header (see GgufFile::open).
Result<ModelSummary> inspectModel(const std::filesystem::path& path, const InspectSettings& settings);

/// One line that is safe on a terminal, whatever the bytes are: control characters and bytes that are not UTF-8 come
/// out as `\n`, `\x1b` …; what goes beyond `maximumBytes` is replaced with "…".
std::string displayText(std::string_view bytes, size_t maximumBytes = 80);
/// The value likewise; a list as its type and length.
std::string displayText(const MetadataItem& item, size_t maximumBytes = 80);

}  // namespace monochord
