#include "support/tiny_model.h"

#include <cmath>
#include <limits>
#include <random>

#include "support/random_tensor.h"

namespace monochord::test {

void addTinyVocabulary(GgufBuilder& file) {
    std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
    std::vector<int32_t> types = {2, 3, 3};
    for (int byte = 0; byte < 256; byte++) {
        char text[8];
        std::snprintf(text, sizeof text, "<0x%02X>", byte);
        tokens.push_back(text);
        types.push_back(6);
    }
    while (tokens.size() < TinyModel::kVocabulary) {
        tokens.push_back("\xE2\x96\x81w" + std::to_string(tokens.size()));
        types.push_back(1);
    }
    file.text("tokenizer.ggml.model", "llama")
        .texts("tokenizer.ggml.tokens", tokens)
        .list("tokenizer.ggml.token_type", types);
    file.list("tokenizer.ggml.scores", std::vector<float>(tokens.size(), 0.0f));
    file.key("tokenizer.ggml.bos_token_id", uint32_t{1})
        .key("tokenizer.ggml.eos_token_id", uint32_t{2})
        .key("tokenizer.ggml.unknown_token_id", uint32_t{0});
}

GgufBuilder TinyModel::build() const {
    const bool wide = tensorTypeInfo(type).blockSize == 256;
    const uint64_t embedding = wide ? 256 : 64, feedForward = wide ? 512 : 96, head = embedding / 4;
    GgufBuilder file;
    file.text("general.architecture", "llama").text("general.name", "tiny");
    file.key("llama.block_count", uint32_t{2})
        .key("llama.context_length", uint32_t{256})
        .key("llama.embedding_length", static_cast<uint32_t>(embedding));
    file.key("llama.feed_forward_length", static_cast<uint32_t>(feedForward))
        .key("llama.attention.head_count", headCount)
        .key("llama.attention.head_count_kv", headCountKv);
    file.key("llama.attention.key_length", static_cast<uint32_t>(head))
        .key("llama.attention.value_length", static_cast<uint32_t>(head));
    file.key("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    addTinyVocabulary(file);
    if (chatTemplate)
        file.text("tokenizer.chat_template",
                  "{% for m in messages %}{{ '<s>' + m['role'] + ':' + m['content'] + '</s>' }}{% endfor %}");
    std::mt19937 random(42);
    const auto add = [&](const std::string& name, uint64_t rows, uint64_t columns, TensorType as) {
        const float deviation = 1 / std::sqrt(static_cast<float>(columns));
        std::string data = randomTensor(as, rows, columns, deviation, random);
        if (name == missingTensor) return;
        if (name == notFiniteTensor) data.replace(0, 4, GgufBuilder::bytesOf(std::numeric_limits<float>::quiet_NaN()));
        file.tensor(name, as, rows == 1 ? std::vector<uint64_t>{columns} : std::vector<uint64_t>{columns, rows}, data);
    };
    add("token_embd.weight", kVocabulary, embedding, type);
    add("output_norm.weight", 1, embedding, TensorType::F32);
    if (!tied) add("output.weight", kVocabulary, embedding, type);
    for (int i = 0; i < 2; i++) {
        const std::string block = "blk." + std::to_string(i) + ".";
        add(block + "attn_norm.weight", 1, embedding, TensorType::F32);
        add(block + "attn_q.weight", head * 4, embedding, type);
        add(block + "attn_k.weight", head * 2, embedding, type);
        add(block + "attn_v.weight", head * 2, embedding, type);
        add(block + "attn_output.weight", embedding, head * 4, type);
        add(block + "ffn_norm.weight", 1, embedding, TensorType::F32);
        add(block + "ffn_gate.weight", feedForward, embedding, type);
        add(block + "ffn_up.weight", feedForward, embedding, type);
        add(block + "ffn_down.weight", embedding, feedForward, type);
    }
    if (!extraTensor.empty()) add(extraTensor, 1, 32, TensorType::F32);
    return file;
}

}  // namespace monochord::test
