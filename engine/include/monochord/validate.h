#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

#include "monochord/error.h"

namespace monochord {

/// How far validateModel() goes, what it tells meanwhile, and what ends it early.
struct ValidateOptions {
    bool deep = false;  ///< read all weights as well
    /// Bytes of the weights that were read, of all; with `deep` only, after every tensor.
    std::function<void(uint64_t doneBytes, uint64_t totalBytes)> progress = {};
    std::stop_token stop = {};  ///< seen every few thousand weights
};

/// What is wrong with a model file: the checks of Model::open, by the same code, but going on after a problem with all
/// that does not need the broken part (behind a damaged header nothing can be read), what is odd in the vocabulary
/// (Tokenizer::flaw), and an error of the chat template, which keeps no model from opening. `deep` adds the weights:
/// NaN and infinity among the values of every tensor, and so in the scales of quantized blocks, with tensor, row and
/// column. Empty: all is well; at most a thousand problems are listed. Errors: NotFound, NotReadable, OutOfMemory (no
/// file to speak about), Cancelled.
Result<std::vector<Error>> validateModel(const std::filesystem::path& path, const ValidateOptions& options = {});

}  // namespace monochord
