#pragma once

#include <filesystem>

#include "convert/hf_config.h"
#include "gguf/gguf_writer.h"

namespace monochord {

/// Writes the keys `tokenizer.…` of a checkpoint: the vocabulary from tokenizer.model (SentencePiece) or tokenizer.json
/// (byte pair encoding over bytes, or like SentencePiece; Unigram), special tokens, chat templates. `size`: rows of the
/// embedding; the vocabulary is filled up to it, and what goes beyond can't be computed and is left out.
/// Errors: NotFound (neither file), Corrupt, Unsupported.
Result<void> describeTokenizer(const std::filesystem::path& folder, const HfConfig& config, uint64_t size,
                               GgufMetadata& out);

}  // namespace monochord
