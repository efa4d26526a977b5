#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gguf/gguf_file.h"

namespace monochord {

/// Tensors of a file as f32: loaded when they are first asked for and kept, within a budget of memory. For norms and
/// biases, the scalar oracle and the quantizer; the matrices of a forward pass stay quantized in the file.
///
/// Tensors that are F32 in the file are viewed in place and cost nothing. Thread-safe; loads wait for each other.
/// Errors of all loads: NotFound (the name), Unsupported (the type), OutOfMemory (with what is needed and what is
/// left), FileChanged (the file shrank meanwhile).
class TensorLoader {
public:
    /// The file must outlive the loader. `budget`: bytes that loaded tensors may take together.
    TensorLoader(const GgufFile& file, uint64_t budget) : m_file(&file), m_budget(budget) {}

    /// All values of a tensor, row after row. Valid until release(), clear() or the loader's end.
    Result<std::span<const float>> load(std::string_view name);
    /// Several at once, in the order of the names: all of them or, with an error, none that was not there before.
    Result<std::vector<std::span<const float>>> load(std::span<const std::string_view> names);
    /// Some rows of a tensor of this file, without keeping them: as many as `values` holds. Needs no memory.
    /// Errors besides: InvalidArgument (no whole rows, or rows that the tensor does not have).
    Result<void> loadRows(const TensorInfo& tensor, uint64_t firstRow, std::span<float> values) const;
    Result<void> loadRows(std::string_view name, uint64_t firstRow, std::span<float> values) const;

    uint64_t memoryUsed() const;          ///< bytes of the tensors that are kept
    void release(std::string_view name);  ///< forgets one; nothing happens where it is not loaded
    void clear();

private:
    struct Loaded {
        std::unique_ptr<float[]> values;  // [count] f32; null: viewed in the file
        uint64_t bytes = 0;               // of `values`
    };

    Result<uint64_t> bytesToLoad(const TensorInfo& tensor) const;
    Result<void> loadTensor(const TensorInfo& tensor, uint64_t bytes);
    std::span<const float> view(const TensorInfo& tensor) const;
    Result<void> loadAll(std::span<const TensorInfo* const> tensors);
    void forget(const TensorInfo& tensor);

    const GgufFile* m_file;
    uint64_t m_budget;  // bytes
    mutable std::mutex m_mutex;
    uint64_t m_used = 0;  // bytes
    std::unordered_map<const TensorInfo*, Loaded> m_loaded;
};

}  // namespace monochord
