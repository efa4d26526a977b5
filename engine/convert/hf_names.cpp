#include "convert/hf_names.h"

#include <algorithm>
#include <charconv>

namespace monochord {

namespace {

constexpr RowOrder kPairs = RowOrder::Pairs, kTransposed = RowOrder::Transposed;

constexpr HfTensorRule kRules[] = {
    // Most of them.
    {"embed_tokens", "token_embd"},
    {"norm", "output_norm", RowOrder::AsTheyAre, false, true},
    {"lm_head", "output", RowOrder::AsTheyAre, false, true},
    {"layers.#.input_layernorm", "blk.#.attn_norm"},
    {"layers.#.self_attn.q_proj", "blk.#.attn_q", kPairs},
    {"layers.#.self_attn.k_proj", "blk.#.attn_k", kPairs},
    {"layers.#.self_attn.v_proj", "blk.#.attn_v"},
    {"layers.#.self_attn.o_proj", "blk.#.attn_output"},
    {"layers.#.self_attn.q_norm", "blk.#.attn_q_norm"},
    {"layers.#.self_attn.k_norm", "blk.#.attn_k_norm"},
    {"layers.#.post_attention_layernorm", "blk.#.ffn_norm"},
    {"layers.#.mlp.gate_proj", "blk.#.ffn_gate"},
    {"layers.#.mlp.up_proj", "blk.#.ffn_up"},
    {"layers.#.mlp.down_proj", "blk.#.ffn_down"},
    // Gemma 2 and 3, OLMo 2.
    {"layers.#.pre_feedforward_layernorm", "blk.#.ffn_norm"},
    {"layers.#.post_feedforward_layernorm", "blk.#.post_ffw_norm"},
    // Mixtral.
    {"layers.#.block_sparse_moe.gate", "blk.#.ffn_gate_inp"},
    {"layers.#.block_sparse_moe.experts.#.w1", "blk.#.ffn_gate_exps", RowOrder::AsTheyAre, true},
    {"layers.#.block_sparse_moe.experts.#.w3", "blk.#.ffn_up_exps", RowOrder::AsTheyAre, true},
    {"layers.#.block_sparse_moe.experts.#.w2", "blk.#.ffn_down_exps", RowOrder::AsTheyAre, true},
    // Qwen's mixtures of experts.
    {"layers.#.mlp.gate", "blk.#.ffn_gate_inp"},
    {"layers.#.mlp.experts.#.gate_proj", "blk.#.ffn_gate_exps", RowOrder::AsTheyAre, true},
    {"layers.#.mlp.experts.#.up_proj", "blk.#.ffn_up_exps", RowOrder::AsTheyAre, true},
    {"layers.#.mlp.experts.#.down_proj", "blk.#.ffn_down_exps", RowOrder::AsTheyAre, true},
    {"layers.#.mlp.shared_expert_gate", "blk.#.ffn_gate_inp_shexp"},
    {"layers.#.mlp.shared_expert.gate_proj", "blk.#.ffn_gate_shexp"},
    {"layers.#.mlp.shared_expert.up_proj", "blk.#.ffn_up_shexp"},
    {"layers.#.mlp.shared_expert.down_proj", "blk.#.ffn_down_shexp"},
    // Phi 3.
    {"layers.#.self_attn.qkv_proj", "blk.#.attn_qkv"},
    {"layers.#.mlp.gate_up_proj", "blk.#.ffn_up"},
    // Phi 2.
    {"layers.#.self_attn.dense", "blk.#.attn_output"},
    {"layers.#.mlp.fc1", "blk.#.ffn_up"},
    {"layers.#.mlp.fc2", "blk.#.ffn_down"},
    {"final_layernorm", "output_norm", RowOrder::AsTheyAre, false, true},
    // StarCoder 2.
    {"layers.#.mlp.c_fc", "blk.#.ffn_up"},
    {"layers.#.mlp.c_proj", "blk.#.ffn_down"},
    // StableLM 2 12B: a norm for each head.
    {"layers.#.self_attn.q_layernorm.norms.#", "blk.#.attn_q_norm", RowOrder::AsTheyAre, true},
    {"layers.#.self_attn.k_layernorm.norms.#", "blk.#.attn_k_norm", RowOrder::AsTheyAre, true},
    // GPT-2, whose matrices lie the other way round.
    {"wte", "token_embd"},
    {"wpe", "position_embd"},
    {"ln_f", "output_norm", RowOrder::AsTheyAre, false, true},
    {"h.#.ln_1", "blk.#.attn_norm"},
    {"h.#.attn.c_attn", "blk.#.attn_qkv", kTransposed},
    {"h.#.attn.c_proj", "blk.#.attn_output", kTransposed},
    {"h.#.ln_2", "blk.#.ffn_norm"},
    {"h.#.mlp.c_fc", "blk.#.ffn_up", kTransposed},
    {"h.#.mlp.c_proj", "blk.#.ffn_down", kTransposed},
    // GPT-NeoX.
    {"embed_in", "token_embd"},
    {"layers.#.attention.query_key_value", "blk.#.attn_qkv", RowOrder::QkvByHead},
    {"layers.#.attention.dense", "blk.#.attn_output"},
    {"layers.#.mlp.dense_h_to_4h", "blk.#.ffn_up"},
    {"layers.#.mlp.dense_4h_to_h", "blk.#.ffn_down"},
    {"final_layer_norm", "output_norm", RowOrder::AsTheyAre, false, true},
    {"embed_out", "output", RowOrder::AsTheyAre, false, true},
};

constexpr std::string_view kPrefixes[] = {
    "model.language_model.", "language_model.model.", "language_model.", "model.", "transformer.", "gpt_neox."};
constexpr std::string_view kOfSeeing[] = {"vision_tower.", "multi_modal_projector.", "model.vision_tower.",
                                          "model.multi_modal_projector."};
constexpr std::string_view kNoWeights[] = {".rotary_emb.inv_freq", ".attention.bias", ".attention.masked_bias",
                                           ".attn.bias", ".attn.masked_bias"};

std::string_view withoutPrefix(std::string_view name) {
    for (const std::string_view prefix : kPrefixes)
        if (name.starts_with(prefix)) return name.substr(prefix.size());
    return name;
}

}  // namespace

std::span<const HfTensorRule> hfTensorRules() {
    return kRules;
}

const HfTensorRule* findHfTensorRule(std::string_view pattern) {
    const auto found = std::ranges::find(kRules, pattern, &HfTensorRule::source);
    return found == std::end(kRules) ? nullptr : found;
}

HfName parseHfName(std::string_view name) {
    HfName parsed;
    const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
    const auto ends = [&](std::string_view suffix) { return name.ends_with(suffix); };
    parsed.isIgnored = std::ranges::any_of(kOfSeeing, begins) || std::ranges::any_of(kNoWeights, ends);
    parsed.isBias = name.ends_with(".bias");
    std::string_view left = withoutPrefix(name);
    if (parsed.isBias)
        left.remove_suffix(5);
    else if (left.ends_with(".weight"))
        left.remove_suffix(7);
    while (!left.empty()) {
        const std::string_view part = left.substr(0, left.find('.'));
        uint64_t number = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
        const bool isNumber = error == std::errc() && end == part.data() + part.size();
        if (isNumber) parsed.numbers.push_back(number);
        parsed.pattern += isNumber ? std::string_view("#") : part;
        left.remove_prefix(part.size());
        if (left.empty()) break;
        parsed.pattern += '.';
        left.remove_prefix(1);
    }
    return parsed;
}

}  // namespace monochord
