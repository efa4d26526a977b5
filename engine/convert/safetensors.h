#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mapped_file.h"
#include "monochord/error.h"

namespace monochord {

// The file: u64 length of the header, the header (a JSON object: name → dtype, shape, data_offsets [begin, end) from
// the start of the data; `__metadata__` → texts), then the data, which the ranges fill without a gap. Source: the
// format description of the safetensors project.

/// A type of values in a safetensors file. Those that weights come in convert to float; the others are only measured.
enum class SourceType : uint8_t { F64, F32, F16, BF16, Other };

/// A tensor of a checkpoint, checked against its file.
struct SourceTensor {
    std::string name;
    SourceType type = SourceType::F32;
    std::string typeName;         ///< as the file says it: "BF16"
    uint32_t bytesPerValue = 4;   ///< of Other, too
    std::vector<uint64_t> shape;  ///< the last dimension varies fastest; empty: one value
    std::span<const std::byte> data;

    uint64_t count() const { return data.size() / bytesPerValue; }  ///< values
};

/// `count` values from `first` on in steps of `stride`, as float (a double is rounded).
/// Precondition: they lie inside the tensor, whose type is not Other.
void readValues(const SourceTensor& tensor, uint64_t first, uint64_t stride, std::span<float> values);

/// A mapped safetensors file. open() accepts the header only whole: at most 32 MiB, no tensor twice, ranges that fill
/// the data exactly and are as long as their shapes say. Immutable and thread-safe once open.
class SafetensorsFile {
public:
    /// Errors: those of MappedFile::open; Truncated; Corrupt (with the tensor); Unsupported (a type by name).
    static Result<SafetensorsFile> open(const std::filesystem::path& path);

    std::span<const SourceTensor> tensors() const { return m_tensors; }  ///< in the order of their data
    const MappedFile& file() const { return *m_file; }

private:
    std::unique_ptr<MappedFile> m_file;
    std::vector<SourceTensor> m_tensors;
};

/// All tensors of a checkpoint's folder: `model.safetensors`, or the files that `model.safetensors.index.json` names.
class SourceTensors {
public:
    /// Errors: NotFound (no weights there; for PyTorch's `.bin` files with what to do; a file that the index names);
    /// Corrupt (the index, a tensor in two files or in none, a file outside of the folder); those of
    /// SafetensorsFile::open with the file's name.
    static Result<SourceTensors> open(const std::filesystem::path& folder);

    std::span<const SourceTensor* const> tensors() const { return m_tensors; }
    const SourceTensor* find(std::string_view name) const;
    /// True once a page of a file could not be read.
    bool damaged() const;

private:
    Result<void> add(const std::filesystem::path& path);
    std::vector<SafetensorsFile> m_files;
    std::vector<const SourceTensor*> m_tensors;
    std::unordered_map<std::string_view, const SourceTensor*> m_byName;
};

}  // namespace monochord
