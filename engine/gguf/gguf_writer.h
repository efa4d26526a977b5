#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/safe_file.h"
#include "gguf/gguf_file.h"

namespace monochord {

/// The keys of a file to be written, in the order in which they were set; a key that is set again keeps its place.
class GgufMetadata {
public:
    /// A plain value; its type in the file is T: uint8_t … int64_t, float, double, bool.
    template <class T>
    requires std::is_arithmetic_v<T>
    void set(std::string_view key, T value) { put(key, typeOf<T>(), bytesOf(value)); }
    void set(std::string_view key, std::string_view text);
    void set(std::string_view key, const char* text) { set(key, std::string_view(text)); }
    template <class T>
    requires std::is_arithmetic_v<T>
    void setList(std::string_view key, const std::vector<T>& values) {
        std::string elements;
        elements.reserve(values.size() * sizeof(T));
        for (const T value : values) elements += bytesOf(value);
        putList(key, typeOf<T>(), values.size(), elements);
    }
    void setList(std::string_view key, const std::vector<std::string>& texts);
    /// A key of another file as it stands there, lists in lists included.
    void copy(const MetadataEntry& entry);
    void remove(std::string_view key);
    bool has(std::string_view key) const;

    size_t count() const { return m_entries.size(); }
    std::string bytes() const;  ///< as they stand in the file
    /// `general.alignment` where it was set or copied as the format wants it, otherwise 32.
    uint64_t alignment() const;

private:
    struct Entry {
        std::string key;
        std::string value;  // type and value
    };
    template <class T>
    static constexpr MetadataType typeOf() {
        if constexpr (std::is_same_v<T, bool>) return MetadataType::Bool;
        if constexpr (std::is_same_v<T, float>) return MetadataType::F32;
        if constexpr (std::is_same_v<T, double>) return MetadataType::F64;
        if constexpr (sizeof(T) == 1) return std::is_signed_v<T> ? MetadataType::I8 : MetadataType::U8;
        if constexpr (sizeof(T) == 2) return std::is_signed_v<T> ? MetadataType::I16 : MetadataType::U16;
        if constexpr (sizeof(T) == 4) return std::is_signed_v<T> ? MetadataType::I32 : MetadataType::U32;
        return std::is_signed_v<T> ? MetadataType::I64 : MetadataType::U64;
    }
    template <class T>
    static std::string bytesOf(T value) {
        return {reinterpret_cast<const char*>(&value), sizeof(T)};
    }
    void put(std::string_view key, MetadataType type, std::string_view value);
    void putList(std::string_view key, MetadataType type, uint64_t count, std::string_view elements);

    std::vector<Entry> m_entries;
};

/// A tensor that will be written.
struct TensorPlan {
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<uint64_t> shape;  ///< one to four dimensions, none 0; [0] varies fastest: whole blocks of the type
};

/// Writes a GGUF file (version 3): keys and directory first, which fixes every tensor's place, then the tensors' bytes
/// one after the other in the order of the plan, in pieces of any size. The file appears under its name when commit()
/// has it on the disk; before, or without, nothing of it is left but what was there. Memory: the header.
///
/// With a split size, tensors that are more bytes go into several files (see split_name.h), named after `path`, each
/// with as many tensors as fit, but at least one. They are written side by side, and appear when all are on the disk.
class GgufWriter {
public:
    /// Errors: InvalidArgument (a shape that is none, a name twice, an alignment that is none, too many parts);
    /// NotReadable (the folder can't be written, or the disk has less room than is needed, with both numbers);
    /// Cancelled. splitSize: bytes of tensors in a file; 0: one file. `stop` is seen by every call.
    static Result<GgufWriter> create(const std::filesystem::path& path, const GgufMetadata& metadata,
                                     const std::vector<TensorPlan>& tensors, std::stop_token stop = {},
                                     uint64_t splitSize = 0);

    /// What comes next of the tensor data: the end of one tensor and the beginning of the next may be in one piece.
    /// Errors: NotReadable (with the system's reason); InvalidArgument (more than was planned); Cancelled.
    Result<void> write(std::span<const std::byte> bytes);
    /// Errors likewise; InvalidArgument where tensor data is missing.
    Result<void> commit();

    uint64_t dataBytes() const { return m_dataBytes; }  ///< of all tensors, without padding
    std::vector<std::filesystem::path> paths() const;   ///< of the file, or of the parts in their order
    /// The files as they are so far, under names that they give up in the end: from the beginning with the whole header
    /// and in their whole size, what is not written yet as zeros, so that they can be opened and checked.
    std::vector<std::filesystem::path> temporaryPaths() const;

private:
    struct Part {
        FileReplacement file;
        std::filesystem::path path;
        std::vector<uint64_t> sizes = {};  // bytes of each tensor
    };
    GgufWriter(std::vector<Part> parts, uint64_t alignment, std::stop_token stop);

    std::vector<Part> m_parts;
    uint64_t m_alignment = 32;
    uint64_t m_dataBytes = 0;
    size_t m_part = 0;       // the one that is written
    size_t m_tensor = 0;     // of it
    uint64_t m_written = 0;  // bytes of it
    std::stop_token m_stop;
};

}  // namespace monochord
