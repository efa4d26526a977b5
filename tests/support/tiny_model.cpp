#include "support/tiny_model.h"

#include <cmath>
#include <limits>
#include <random>

#include "base/half.h"

namespace monochord::test {

namespace {

constexpr uint64_t kEmbedding = 64, kFeedForward = 96, kHead = 16;

/// Random values of a type: normal with deviation 1/√columns, or random bits behind a scale of that size.
std::string randomData(TensorType type, uint64_t rows, uint64_t columns, std::mt19937& random) {
    const float deviation = 1 / std::sqrt(static_cast<float>(columns));
    std::normal_distribution<float> normal(0, deviation);
    const TensorTypeInfo& info = tensorTypeInfo(type);
    std::string data;
    for (uint64_t i = 0; i < rows * columns / info.blockSize; i++) {
        const float x = normal(random);
        if (type == TensorType::F32)
            data += GgufBuilder::bytesOf(x);
        else if (type == TensorType::BF16)
            data += GgufBuilder::bytesOf(static_cast<uint16_t>(std::bit_cast<uint32_t>(x) >> 16));
        else if (type == TensorType::F16)
            data += GgufBuilder::bytesOf(floatToHalf(x));
        else {
            const bool wide = type == TensorType::Q8_0;
            std::string block = GgufBuilder::bytesOf(floatToHalf(x / (wide ? 64.0f : 4.0f)));
            if (type == TensorType::Q4_1 || type == TensorType::Q5_1) block += GgufBuilder::bytesOf(floatToHalf(-x));
            while (block.size() < info.bytesPerBlock) block.push_back(static_cast<char>(random()));
            data += block;
        }
    }
    return data;
}

}  // namespace

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
    GgufBuilder file;
    file.text("general.architecture", "llama").text("general.name", "tiny");
    file.key("llama.block_count", uint32_t{2})
        .key("llama.context_length", uint32_t{256})
        .key("llama.embedding_length", static_cast<uint32_t>(kEmbedding));
    file.key("llama.feed_forward_length", static_cast<uint32_t>(kFeedForward))
        .key("llama.attention.head_count", headCount)
        .key("llama.attention.head_count_kv", headCountKv);
    file.key("llama.attention.key_length", static_cast<uint32_t>(kHead))
        .key("llama.attention.value_length", static_cast<uint32_t>(kHead));
    file.key("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    addTinyVocabulary(file);
    if (chatTemplate)
        file.text("tokenizer.chat_template",
                  "{% for m in messages %}{{ '<s>' + m['role'] + ':' + m['content'] + '</s>' }}{% endfor %}");
    std::mt19937 random(42);
    const auto add = [&](const std::string& name, uint64_t rows, uint64_t columns, TensorType as) {
        std::string data = randomData(as, rows, columns, random);
        if (name == missingTensor) return;
        if (name == notFiniteTensor) data.replace(0, 4, GgufBuilder::bytesOf(std::numeric_limits<float>::quiet_NaN()));
        file.tensor(name, as, rows == 1 ? std::vector<uint64_t>{columns} : std::vector<uint64_t>{columns, rows}, data);
    };
    add("token_embd.weight", kVocabulary, kEmbedding, type);
    add("output_norm.weight", 1, kEmbedding, TensorType::F32);
    if (!tied) add("output.weight", kVocabulary, kEmbedding, type);
    for (int i = 0; i < 2; i++) {
        const std::string block = "blk." + std::to_string(i) + ".";
        add(block + "attn_norm.weight", 1, kEmbedding, TensorType::F32);
        add(block + "attn_q.weight", kHead * 4, kEmbedding, type);
        add(block + "attn_k.weight", kHead * 2, kEmbedding, type);
        add(block + "attn_v.weight", kHead * 2, kEmbedding, type);
        add(block + "attn_output.weight", kEmbedding, kHead * 4, type);
        add(block + "ffn_norm.weight", 1, kEmbedding, TensorType::F32);
        add(block + "ffn_gate.weight", kFeedForward, kEmbedding, type);
        add(block + "ffn_up.weight", kFeedForward, kEmbedding, type);
        add(block + "ffn_down.weight", kEmbedding, kFeedForward, type);
    }
    if (!extraTensor.empty()) add(extraTensor, 1, 32, TensorType::F32);
    return file;
}

}  // namespace monochord::test
