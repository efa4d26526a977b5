#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "gguf/gguf_file.h"

namespace monochord {

/// What parseGguf finds: views into the bytes, and the orders that look-ups search.
struct GgufHeader {
    uint32_t version = 0;
    std::vector<MetadataEntry> metadata;
    std::vector<TensorInfo> tensors;
    std::vector<uint32_t> keyOrder;     // indices into metadata, sorted by key
    std::vector<uint32_t> tensorOrder;  // indices into tensors, sorted by name
};

/// Reads and checks the header of a whole file. Errors: as GgufFile::open, but for those of the file system.
/// The bytes may change while they are read (another process writes, a page is lost): the result may then be wrong, but
/// every access stays inside the bytes.
Result<GgufHeader> parseGguf(std::span<const std::byte> bytes);

/// Indices of tensors, sorted by name. Errors: Corrupt (a name twice).
Result<std::vector<uint32_t>> tensorsByName(const std::vector<TensorInfo>& tensors);

/// Bytes of a value; 0 for String and Array, whose values carry their own length.
uint32_t metadataTypeSize(MetadataType type);

}  // namespace monochord
