#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"
#include "gguf/tensor_type.h"
#include "monochord/error.h"

namespace monochord {

// The file: "GGUF", u32 version (2 or 3, little endian), u64 tensor count, u64 key count; then the keys
// (string key, u32 value type, value), then the tensor records (string name, u32 dimensions, u64 each, u32 type,
// u64 offset from the start of the data), then padding to `general.alignment` (default 32), then the data.
// A string is u64 length and bytes; an array is u32 element type, u64 count and the elements.
// Source: the GGUF specification of the ggml project.

/// Types of metadata values, with their numbers in the file format.
enum class MetadataType : uint32_t {
    U8 = 0,
    I8 = 1,
    U16 = 2,
    I16 = 3,
    U32 = 4,
    I32 = 5,
    F32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    U64 = 10,
    I64 = 11,
    F64 = 12,
};
std::string_view metadataTypeName(MetadataType type);  ///< "u8" … "f64", "bool", "text", "list"

/// A key and its value as they stand in the file. Nothing is copied: views point into the mapping.
struct MetadataEntry {
    std::string_view key;
    MetadataType type = MetadataType::U8;         ///< of the value, or Array
    MetadataType elementType = MetadataType::U8;  ///< of the elements where type is Array
    uint64_t count = 1;                           ///< elements; 1 for a plain value
    std::span<const std::byte> raw;               ///< the value, or all elements one after the other
};

/// A tensor's record, already checked against the file.
struct TensorInfo {
    std::string_view name;
    TensorType type = TensorType::F32;
    uint32_t dimensions = 1;
    std::array<uint64_t, 4> shape = {1, 1, 1, 1};  ///< [0] varies fastest: the row length
    uint64_t offset = 0;                           ///< of the first byte, from the start of its file
    uint64_t bytes = 0;
    uint32_t part = 0;  ///< index of the file that holds it, of a model in several

    uint64_t columns() const { return shape[0]; }                     ///< values in a row
    uint64_t rows() const { return shape[1] * shape[2] * shape[3]; }  ///< cannot overflow: checked when read
    uint64_t rowBytes() const { return bytes / rows(); }
};

/// A model file, or the files of a split model (see split_name.h) as if they were one: metadata and the directory of
/// the tensors over the mapped bytes.
///
/// open() reads the header only and accepts it only whole: every length and count inside the file, no key or tensor
/// twice, tensor ranges aligned, inside the file and not overlapping, row lengths whole blocks. A header is refused in
/// time and memory proportional to the bytes it really has. Immutable and thread-safe once open.
class GgufFile {
public:
    struct Part {
        std::filesystem::path path;
        std::unique_ptr<MappedFile> file;
    };

    /// Any part of a split model opens all of it.
    /// Errors: those of MappedFile::open; NotGguf; Unsupported (version, big endian, tensor type: named; too many
    /// parts); Truncated (with how many bytes there should be); NotFound (a part: named); Corrupt (with the place and
    /// the number; parts that are not of one model).
    static Result<std::unique_ptr<GgufFile>> open(const std::filesystem::path& path);
    /// One file, or the parts of a split model in their order, whatever their names are. Errors likewise.
    static Result<std::unique_ptr<GgufFile>> openParts(std::span<const std::filesystem::path> paths);

    uint32_t version() const { return m_version; }
    std::span<const Part> parts() const { return m_parts; }  ///< one, but for split models
    uint64_t fileBytes() const;                              ///< of all parts
    /// True once a page of a part could not be read: what was computed with it is worth nothing.
    bool damaged() const;

    std::span<const MetadataEntry> metadata() const { return m_metadata; }  ///< in the file's order
    std::span<const TensorInfo> tensors() const { return m_tensors; }       ///< in the file's order
    const MetadataEntry* find(std::string_view key) const;
    const TensorInfo* tensor(std::string_view name) const;
    std::span<const std::byte> bytes(const TensorInfo& tensor) const {
        return m_parts[tensor.part].file->bytes().subspan(tensor.offset, tensor.bytes);
    }
    /// MappedFile::release of `length` bytes from a tensor's byte `start` on.
    void release(const TensorInfo& tensor, uint64_t start, uint64_t length) const {
        m_parts[tensor.part].file->release(tensor.offset + start, length);
    }

    /// The value of a key: nothing where the key is absent, an error (Corrupt, naming the key) where it is of another
    /// kind or does not fit T. T: bool, uint32_t, uint64_t, int64_t, float, std::string_view. Integers of any width and
    /// sign are accepted for an integer T that holds them; integers are not accepted for float.
    template <class T>
    Result<std::optional<T>> get(std::string_view key) const;
    /// The elements of an array, likewise. T: bool, uint32_t, int32_t, float, std::string_view.
    /// Memory: at most four times the bytes of the array in the file.
    template <class T>
    Result<std::optional<std::vector<T>>> getArray(std::string_view key) const;

private:
    GgufFile() = default;
    static Result<std::unique_ptr<GgufFile>> openOne(const std::filesystem::path& path);
    struct Place;  // in a split model
    Result<Place> place() const;
    Result<void> expectPlace(const Place& expected) const;

    std::vector<Part> m_parts;
    uint32_t m_version = 0;
    std::vector<MetadataEntry> m_metadata;
    std::vector<TensorInfo> m_tensors;
    std::vector<uint32_t> m_keyOrder;     // indices into m_metadata, sorted by key
    std::vector<uint32_t> m_tensorOrder;  // indices into m_tensors, sorted by name
};

}  // namespace monochord
