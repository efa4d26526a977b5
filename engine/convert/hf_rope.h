#pragma once

#include "convert/hf_metadata.h"

namespace monochord {

/// The rotary embedding of a checkpoint as GGUF keys (base, kind of scaling) and, for Llama 3 and LongRoPE, tensors of
/// factors that the frequencies are divided by. What a model does only beyond its context (dynamic scaling) is left
/// out. Problems go to `config`. Sources: modeling_rope_utils of Hugging Face's transformers; Peng et al. 2023 (YaRN);
/// Ding et al. 2024 (LongRoPE).
void describeRope(HfConfig& config, HfModel& model, GgufMetadata& out);

}  // namespace monochord
