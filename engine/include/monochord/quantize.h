#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"

namespace monochord {

/// The names of all that quantizeModel() makes: "F32" … "Q4_K_M" … "Q2_K", from the most bits a weight to the fewest.
std::span<const std::string_view> quantizations();

/// What quantizeModel() takes, what it tells meanwhile, and what ends it early.
struct QuantizeOptions {
    int threads = 0;  ///< 0: as many as this process may run on
    /// Bytes of tensors in a file; what is more goes into several, OUT-00001-of-00003.gguf … in place of OUT.gguf.
    /// 0: one file.
    uint64_t splitSize = 0;
    /// After every few million weights, on the calling thread.
    std::function<void(uint64_t doneWeights, uint64_t totalWeights, std::string_view tensor)> progress = {};
    std::stop_token stop = {};  ///< seen every few thousand weights
};

/// What came of it.
struct QuantizeReport {
    uint64_t weights = 0;
    uint64_t bytesBefore = 0, bytesAfter = 0;  ///< of the tensors
    struct Type {
        std::string_view name;  ///< "Q4_K" …
        size_t tensors = 0;
    };
    std::vector<Type> types;                   ///< of the tensors as they are now
    std::vector<std::filesystem::path> files;  ///< that were written: one, or the parts of a split model
    /// Tensors that were quantized before, by type: what was lost then is lost, and more with it. Empty: none.
    std::vector<Type> quantizedBefore;
    /// Tensors whose rows do not divide into the blocks that were meant for them, and got another type.
    size_t otherTypes = 0;
};

/// Writes a copy of a model whose weights have other types: `name` is one of quantizations(), in capitals or not. Which
/// tensor gets which type is llama-quantize's choice; norms, biases and routers stay as they are. All keys are kept but
/// general.file_type and general.quantization_version, which are set. What quantizeRow makes of a row is the same for
/// any number of threads on any machine.
///
/// The file appears under its name when all of it is on the disk; on an error, or when it is stopped, nothing is left
/// of it. Memory: a few MiB a thread. Errors: those of reading and writing model files; NotFound, InvalidArgument (no
/// such quantization; `to` is the model itself), Unsupported (a tensor of a type that can't be read), NotFinite (NaN or
/// infinity among the weights, with the tensor's name), FileChanged, Cancelled.
Result<QuantizeReport> quantizeModel(const std::filesystem::path& from, const std::filesystem::path& to,
                                     std::string_view name, const QuantizeOptions& options = {});

}  // namespace monochord
