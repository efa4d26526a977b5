#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "monochord/error.h"

namespace monochord {

/// A tensor as the directory of a model file lists it.
struct TensorEntry {
    std::string_view name;            ///< "blk.0.attn_q.weight" …; the file's bytes: see displayText
    std::string_view type;            ///< "F32", "Q4_1" …
    std::span<const uint64_t> shape;  ///< 1 to 4 extents; [0] varies fastest: the values of a row
    uint64_t bytes = 0;               ///< in the file
};

/// The tensors of a model file as f32, whatever their type and the model's architecture: loaded when they are first
/// asked for, kept within a budget of memory, and in place, without memory, where the file itself holds f32.
///
/// For looking into a model, not for running one: Model leaves the weights in the file as they are. What the blocks of
/// a type mean in f32 is what dequantizeBlocks says. Thread-safe; loads wait for each other. Errors of all loads:
/// NotFound (the name), Unsupported (the type), OutOfMemory (with what is needed and what is left), FileChanged (the
/// file shrank meanwhile).
class TensorFile {
public:
    /// Reads the header only. `budget`: bytes that the loaded tensors may take together.
    /// Errors: those of reading the file and of a damaged header.
    static Result<std::unique_ptr<TensorFile>> open(const std::filesystem::path& path, uint64_t budget);
    ~TensorFile();

    std::span<const TensorEntry> tensors() const;  ///< all of them, in the file's order; valid as long as this object

    /// All values of a tensor, row after row: [rows * shape[0]] f32. Valid until release(), clear() or the end of this
    /// object.
    Result<std::span<const float>> load(std::string_view name);
    /// Several at once, in the order of the names: all of them or, with an error, none that was not there before.
    Result<std::vector<std::span<const float>>> load(std::span<const std::string_view> names);
    /// Some rows of a tensor, without keeping them: as many as `values` [rows * shape[0]] holds. Needs no memory.
    /// Errors besides: InvalidArgument (no whole rows, or rows that the tensor does not have).
    Result<void> loadRows(std::string_view name, uint64_t firstRow, std::span<float> values) const;

    uint64_t memoryUsed() const;          ///< bytes of the tensors that are kept
    void release(std::string_view name);  ///< forgets one; nothing happens where it is not loaded
    void clear();                         ///< forgets all

private:
    struct Data;
    explicit TensorFile(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

/// \example load_tensor.cpp
/// The values of a tensor, whatever type it has in the file.

}  // namespace monochord
