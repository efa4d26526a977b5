#include <QTest>
#include <algorithm>
#include <cmath>

#include "convert/hf_architecture.h"
#include "model/architecture.h"
#include "monochord/convert.h"
#include "support/hf_folder.h"

using namespace monochord;
using namespace monochord::test;
using Json = nlohmann::ordered_json;

namespace {

/// The names and shapes of an architecture that has no reference checkpoint, for the sizes of smallConfig().
struct Sketch {
    const char* className;
    Json config;                                                       // what is different
    std::vector<std::pair<const char*, std::vector<uint64_t>>> top;    // tensors
    std::vector<std::pair<const char*, std::vector<uint64_t>>> layer;  // of each layer, behind its number
    const char* prefix;
};

using Shapes = std::vector<std::pair<const char*, std::vector<uint64_t>>>;
const Shapes kTop = {{"model.embed_tokens.weight", {300, 32}}, {"model.norm.weight", {32}}};
const Shapes kAttention = {{"self_attn.q_proj.weight", {32, 32}},
                           {"self_attn.k_proj.weight", {16, 32}},
                           {"self_attn.v_proj.weight", {16, 32}},
                           {"self_attn.o_proj.weight", {32, 32}},
                           {"input_layernorm.weight", {32}}};
const Shapes kGated = {
    {"mlp.gate_proj.weight", {48, 32}}, {"mlp.up_proj.weight", {48, 32}}, {"mlp.down_proj.weight", {32, 48}}};

Shapes together(std::initializer_list<Shapes> lists) {
    Shapes all;
    for (const Shapes& list : lists) all.insert(all.end(), list.begin(), list.end());
    return all;
}

const std::vector<Sketch> kSketches = {
    {"GemmaForCausalLM",
     {{"head_dim", 8}, {"hidden_activation", "gelu_pytorch_tanh"}},
     kTop,
     together({kAttention, kGated, {{"post_attention_layernorm.weight", {32}}}}),
     "model.layers."},
    {"CohereForCausalLM", {{"logit_scale", 0.5}}, kTop, together({kAttention, kGated}), "model.layers."},
    {"Starcoder2ForCausalLM",
     {{"norm_epsilon", 1e-5}, {"hidden_act", "gelu_pytorch_tanh"}},
     together({kTop, {{"model.norm.bias", {32}}}}),
     together({kAttention,
               {{"self_attn.q_proj.bias", {32}},
                {"self_attn.k_proj.bias", {16}},
                {"self_attn.v_proj.bias", {16}},
                {"self_attn.o_proj.bias", {32}},
                {"input_layernorm.bias", {32}},
                {"post_attention_layernorm.weight", {32}},
                {"post_attention_layernorm.bias", {32}},
                {"mlp.c_fc.weight", {48, 32}},
                {"mlp.c_fc.bias", {48}},
                {"mlp.c_proj.weight", {32, 48}},
                {"mlp.c_proj.bias", {32}}}}),
     "model.layers."},
    {"GPTNeoXForCausalLM",
     {{"rotary_pct", 0.5},
      {"hidden_act", "gelu"},
      {"layer_norm_eps", 1e-5},
      {"tie_word_embeddings", false},
      {"num_key_value_heads", nullptr}},
     {{"gpt_neox.embed_in.weight", {300, 32}},
      {"gpt_neox.final_layer_norm.weight", {32}},
      {"gpt_neox.final_layer_norm.bias", {32}},
      {"embed_out.weight", {300, 32}}},
     {{"attention.query_key_value.weight", {96, 32}},
      {"attention.query_key_value.bias", {96}},
      {"attention.dense.weight", {32, 32}},
      {"attention.dense.bias", {32}},
      {"attention.masked_bias", {1}},
      {"attention.rotary_emb.inv_freq", {2}},
      {"input_layernorm.weight", {32}},
      {"input_layernorm.bias", {32}},
      {"post_attention_layernorm.weight", {32}},
      {"post_attention_layernorm.bias", {32}},
      {"mlp.dense_h_to_4h.weight", {48, 32}},
      {"mlp.dense_h_to_4h.bias", {48}},
      {"mlp.dense_4h_to_h.weight", {32, 48}},
      {"mlp.dense_4h_to_h.bias", {32}}},
     "gpt_neox.layers."},
    {"Qwen2MoeForCausalLM",
     {{"num_experts", 2},
      {"num_experts_per_tok", 1},
      {"moe_intermediate_size", 16},
      {"shared_expert_intermediate_size", 24}},
     kTop,
     together({kAttention,
               {{"self_attn.q_proj.bias", {32}},
                {"self_attn.k_proj.bias", {16}},
                {"self_attn.v_proj.bias", {16}},
                {"post_attention_layernorm.weight", {32}},
                {"mlp.gate.weight", {2, 32}},
                {"mlp.experts.0.gate_proj.weight", {16, 32}},
                {"mlp.experts.0.up_proj.weight", {16, 32}},
                {"mlp.experts.0.down_proj.weight", {32, 16}},
                {"mlp.experts.1.gate_proj.weight", {16, 32}},
                {"mlp.experts.1.up_proj.weight", {16, 32}},
                {"mlp.experts.1.down_proj.weight", {32, 16}},
                {"mlp.shared_expert.gate_proj.weight", {24, 32}},
                {"mlp.shared_expert.up_proj.weight", {24, 32}},
                {"mlp.shared_expert.down_proj.weight", {32, 24}},
                {"mlp.shared_expert_gate.weight", {1, 32}}}}),
     "model.layers."},
    {"StableLmForCausalLM",
     {{"partial_rotary_factor", 0.5},
      {"qk_layernorm", true},
      {"use_parallel_residual", true},
      {"layer_norm_eps", 1e-5}},
     together({kTop, {{"model.norm.bias", {32}}}}),
     together({kAttention,
               kGated,
               {{"input_layernorm.bias", {32}},
                {"self_attn.q_layernorm.norms.0.weight", {8}},
                {"self_attn.q_layernorm.norms.1.weight", {8}},
                {"self_attn.q_layernorm.norms.2.weight", {8}},
                {"self_attn.q_layernorm.norms.3.weight", {8}},
                {"self_attn.k_layernorm.norms.0.weight", {8}},
                {"self_attn.k_layernorm.norms.1.weight", {8}}}}),
     "model.layers."},
    {"Gemma3ForConditionalGeneration",
     {{"text_config",
       {{"hidden_size", 32},
        {"num_attention_heads", nullptr},
        {"num_key_value_heads", nullptr},
        {"head_dim", nullptr},
        {"sliding_window", 16}}},
      {"hidden_size", 7}},
     {{"language_model.model.embed_tokens.weight", {300, 32}},
      {"language_model.model.norm.weight", {32}},
      {"vision_tower.vision_model.encoder.weight", {4}}},
     together({kGated,
               {{"self_attn.q_proj.weight", {2048, 32}},
                {"self_attn.k_proj.weight", {1024, 32}},
                {"self_attn.v_proj.weight", {1024, 32}},
                {"self_attn.o_proj.weight", {32, 2048}},
                {"self_attn.q_norm.weight", {256}},
                {"self_attn.k_norm.weight", {256}},
                {"input_layernorm.weight", {32}},
                {"post_attention_layernorm.weight", {32}},
                {"pre_feedforward_layernorm.weight", {32}},
                {"post_feedforward_layernorm.weight", {32}}}}),
     "language_model.model.layers."},
    {"Phi3ForCausalLM",
     {{"original_max_position_embeddings", 32},
      {"rope_scaling",
       {{"type", "longrope"}, {"long_factor", {1.0, 2.0, 3.0, 4.0}}, {"short_factor", {1.0, 1.0, 1.5, 2.0}}}}},
     kTop,
     {{"input_layernorm.weight", {32}},
      {"post_attention_layernorm.weight", {32}},
      {"self_attn.qkv_proj.weight", {64, 32}},
      {"self_attn.o_proj.weight", {32, 32}},
      {"mlp.gate_up_proj.weight", {96, 32}},
      {"mlp.down_proj.weight", {32, 48}}},
     "model.layers."},
};

std::vector<HfTensor> tensorsOf(const Sketch& sketch) {
    std::vector<HfTensor> tensors;
    for (const auto& [name, shape] : sketch.top) tensors.push_back(hfTensor(name, shape));
    for (int layer = 0; layer < 2; layer++)
        for (const auto& [name, shape] : sketch.layer)
            tensors.push_back(hfTensor(sketch.prefix + std::to_string(layer) + "." + name, shape));
    return tensors;
}

void writeSketch(const Sketch& sketch, const HfFolder& folder) {
    writeSmallModel(folder);
    Json config = smallConfig();
    config.update(sketch.config);
    config["architectures"] = Json::array({sketch.className});
    folder.writeJson("config.json", config);
    folder.write("model.safetensors", safetensors(tensorsOf(sketch)));
}

}  // namespace

class TestConvertArchitectures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyArchitectureIsInTheTable();
    void everyArchitectureConverts_data();
    void everyArchitectureConverts();
    void neoXRowsAreSortedByWhatTheyAre();
};

/// What the engine runs can be converted.
void TestConvertArchitectures::everyArchitectureIsInTheTable() {
    for (const Architecture* architecture : architectures())
        QVERIFY2(std::ranges::count(hfArchitectures(), architecture->name, &HfArchitecture::name) > 0,
                 std::string(architecture->name).c_str());
    for (const HfArchitecture& architecture : hfArchitectures()) QVERIFY(findArchitecture(architecture.name));
}

void TestConvertArchitectures::everyArchitectureConverts_data() {
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < kSketches.size(); i++) QTest::newRow(kSketches[i].className) << static_cast<int>(i);
}

/// Converting succeeds only if the engine opens what was made.
void TestConvertArchitectures::everyArchitectureConverts() {
    QFETCH(int, index);
    const HfFolder folder;
    writeSketch(kSketches[static_cast<size_t>(index)], folder);
    const auto file = converted(folder);
    QVERIFY(file);
    if (kSketches[static_cast<size_t>(index)].className != std::string_view("Phi3ForCausalLM")) return;
    QCOMPARE(valuesOf(*file, "rope_factors_long.weight"), (std::vector<float>{1, 2, 3, 4}));
    QCOMPARE(file->get<float>("phi3.rope.scaling.attn_factor")->value(),
             std::sqrt(1 + std::log(4.0f) / std::log(32.0f)));
}

void TestConvertArchitectures::neoXRowsAreSortedByWhatTheyAre() {
    const auto sketch = std::ranges::find(kSketches, std::string_view("GPTNeoXForCausalLM"),
                                          [](const Sketch& s) { return std::string_view(s.className); });
    const HfFolder folder;
    writeSketch(*sketch, folder);
    const auto file = converted(folder);
    QVERIFY(file);
    const auto tensors = tensorsOf(*sketch);
    const auto& bias = tensorOf(tensors, "gpt_neox.layers.1.attention.query_key_value.bias").values;
    const auto ours = valuesOf(*file, "blk.1.attn_qkv.bias");
    QCOMPARE(ours.size(), size_t{96});
    // The checkpoint has q, k, v of head 0, then those of head 1 …
    for (size_t which = 0; which < 3; which++)
        for (size_t head = 0; head < 4; head++)
            for (size_t i = 0; i < 8; i++) QCOMPARE(ours[which * 32 + head * 8 + i], bias[head * 24 + which * 8 + i]);
}

QTEST_GUILESS_MAIN(TestConvertArchitectures)
#include "test_convert_architectures.moc"
