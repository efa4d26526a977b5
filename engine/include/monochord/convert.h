#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "monochord/error.h"

namespace monochord {

/// What convertModel() makes, what it tells meanwhile, and what ends it early.
struct ConvertOptions {
    /// Type of the matrices: "F32", "F16", "BF16" or a quantized type ("Q8_0" …), in capitals or not; empty: that of
    /// the checkpoint. Norms, biases and routers stay F32, and a matrix whose rows are no whole blocks becomes F16.
    std::string type = {};
    /// Bytes of tensors in a file; what is more goes into several, OUT-00001-of-00003.gguf … in place of OUT.gguf.
    /// 0: one file.
    uint64_t splitSize = 0;
    /// Bytes of the tensors that are written, of all; several times a second while there is much to do.
    std::function<void(uint64_t doneBytes, uint64_t totalBytes)> progress = {};
    std::stop_token stop = {};  ///< seen every few megabytes
};

/// Writes a model in Hugging Face's way of keeping it (a folder with config.json, safetensors and a tokenizer) as one
/// GGUF file at `out`. The folder is read like any file from elsewhere: whatever is in it, there is either a whole file
/// that the engine opens, or an error and nothing new. `out` is replaced where it is there, at the end and at once.
/// Blocks for as long as it takes; may run in any thread.
/// Errors: NotFound, Unsupported (architecture, tokenizer, type, PyTorch's own files), Corrupt, Truncated (named with
/// file and field), NotReadable (reading, writing, room on the disk), InvalidArgument (the type), Cancelled.
Result<void> convertModel(const std::filesystem::path& folder, const std::filesystem::path& out,
                          const ConvertOptions& options = {});

}  // namespace monochord
