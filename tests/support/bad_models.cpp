#include "support/bad_models.h"

#include "support/cli.h"

namespace monochord::test {

namespace {

QByteArray littleEndian(uint64_t value, int bytes) {
    QByteArray text;
    for (int i = 0; i < bytes; i++) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
}

/// The model with other bytes `skip` behind a name in its header; empty if the name is not there.
QByteArray patched(const char* model, const QByteArray& name, int skip, const QByteArray& bytes) {
    QByteArray file = fileBytes(smallModel(model));
    const qsizetype at = file.indexOf(littleEndian(static_cast<uint64_t>(name.size()), 8) + name);
    if (at < 0) return {};
    return file.replace(at + 8 + name.size() + skip, bytes.size(), bytes);
}

constexpr int kValue = 4;        // behind a key: its type
constexpr int kText = 4 + 8;     // and behind the length of a text
constexpr int kDimensions = 4;   // behind a tensor's name: how many dimensions it has
constexpr int kTensorType = 20;  // and behind two of them
constexpr int kOffset = 24;

}  // namespace

QList<BadModel> modelsWithBadHeaders() {
    QList<BadModel> models;
    const auto row = [&](const char* title, const QByteArray& bytes, const char* part) {
        models.append({title, bytes, QByteArray(part)});
    };
    const auto number = [](const char* key, uint64_t value) {
        return patched("gqa-f16", key, kValue, littleEndian(value, 4));
    };
    row("architecture", patched("gqa-f16", "general.architecture", kText, "mamba"), "\"mamba\"");
    row("control characters in it", patched("gqa-f16", "general.architecture", kText, "\x1b[2J\n"), "architecture");
    row("tensor type", patched("gqa-f16", "blk.1.attn_q.weight", kTensorType, littleEndian(200, 4)), "200");
    row("tensor type we don't compute", patched("gqa-f16", "blk.1.attn_q.weight", kTensorType, littleEndian(40, 4)),
        "NVFP4");
    row("no layers", number("llama.block_count", 0), "block_count");
    row("many layers", number("llama.block_count", 0xffffffff), "block_count");
    row("a layer too many", number("llama.block_count", 4), "blk.3.");
    row("no heads", number("llama.attention.head_count", 0), "head_count");
    row("heads that don't share", number("llama.attention.head_count_kv", 3), "3 KV heads");
    row("wide rows", number("llama.embedding_length", 0x7fffffff), "embedding_length");
    row("other rows", number("llama.embedding_length", 128), "128");
    row("no context", number("llama.context_length", 0), "context_length");
    row("a norm of NaN", number("llama.attention.layer_norm_rms_epsilon", 0x7fc00000), "rms_epsilon");
    row("a begin of text outside", number("tokenizer.ggml.bos_token_id", 640), "640");
    row("five dimensions", patched("gqa-f16", "token_embd.weight", 0, littleEndian(5, 4)), "dimension");
    row("2^63 columns", patched("gqa-f16", "token_embd.weight", kDimensions, littleEndian(1ull << 63, 8)),
        "token_embd");
    row("an offset behind the end", patched("gqa-f16", "blk.1.attn_q.weight", kOffset, littleEndian(1ull << 40, 8)),
        "missing");
    row("an offset of 2^64", patched("gqa-f16", "blk.1.attn_q.weight", kOffset, littleEndian(~31ull, 8)), "attn_q");
    row("a text of 2^60 bytes", patched("gqa-f16", "general.name", kValue, littleEndian(1ull << 60, 8)), "");
    QByteArray counts = fileBytes(smallModel("gqa-f16"));
    row("2^60 tensors", QByteArray(counts).replace(8, 8, littleEndian(1ull << 60, 8)), "tensors");
    row("2^60 keys", QByteArray(counts).replace(16, 8, littleEndian(1ull << 60, 8)), "");
    row("version 77", QByteArray(counts).replace(4, 4, littleEndian(77, 4)), "77");
    return models;
}

QList<BadModel> filesThatAreNoModel() {
    const QByteArray whole = fileBytes(smallModel("gqa-mixed"));
    return {
        {"a text", "Dear diary, today nothing happened.", "GGUF"},
        {"an empty file", QByteArray(""), "empty"},
        {"four bytes", "GGUF", "end"},
        {"zeros", QByteArray(100000, '\0'), "GGUF"},
        {"an image", QByteArray("\x89PNG\r\n\x1a\n") + QByteArray(2000, '\x11'), "GGUF"},
        {"half a header", whole.left(2000), ""},
        {"half a model", whole.left(whole.size() / 2), ""},
        {"all but the last byte", whole.chopped(1), ""},
    };
}

}  // namespace monochord::test
