#include <QTest>
#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>

#include "monochord/convert.h"
#include "support/hf_folder.h"

using namespace monochord;
using namespace monochord::test;
using Json = nlohmann::ordered_json;

namespace {

/// A change to a whole model, and a part of the sentence that refuses it.
struct Broken {
    const char* name;
    const char* sentence;
    std::function<void(const HfFolder&)> breakIt;
};

std::function<void(const HfFolder&)> withConfig(const std::function<void(Json&)>& change) {
    return [change](const HfFolder& folder) {
        Json config = smallConfig();
        change(config);
        folder.writeJson("config.json", config);
    };
}

std::function<void(const HfFolder&)> withTokenizer(const std::function<void(Json&)>& change) {
    return [change](const HfFolder& folder) {
        Json tokenizer = smallTokenizer();
        change(tokenizer);
        folder.writeJson("tokenizer.json", tokenizer);
    };
}

std::function<void(const HfFolder&)> withWeights(const std::string& bytes) {
    return [bytes](const HfFolder& folder) { folder.write("model.safetensors", bytes); };
}

std::function<void(const HfFolder&)> withTensors(const std::function<void(std::vector<HfTensor>&)>& change) {
    auto tensors = smallTensors();
    change(tensors);
    return withWeights(safetensors(tensors));
}

std::function<void(const HfFolder&)> withIndex(const Json& map) {
    return [map](const HfFolder& folder) {
        std::filesystem::rename(folder.path() / "model.safetensors", folder.path() / "model-1.safetensors");
        folder.writeJson("model.safetensors.index.json", Json{{"weight_map", map}});
    };
}

const std::string kFour(4, '\0');

const std::vector<Broken> kBroken = {
    {"no config", "no config.json", [](const HfFolder& f) { f.remove("config.json"); }},
    {"config is no JSON", "config.json is not valid JSON",
     [](const HfFolder& f) { f.write("config.json", "{\"a\":"); }},
    {"config is a list", "config.json is no JSON object", [](const HfFolder& f) { f.write("config.json", "[1]"); }},
    {"config nests", "config.json nests deeper than 64",
     [](const HfFolder& f) { f.write("config.json", "{\"a\":" + std::string(100000, '[') + "}"); }},
    {"config says a thing twice", "config.json has the key \"a\" twice",
     [](const HfFolder& f) { f.write("config.json", "{\"a\":1,\"a\":2}"); }},
    {"no hidden size", "config.json lacks \"hidden_size\"", withConfig([](Json& c) { c.erase("hidden_size"); })},
    {"no architecture", "does not name the model's class", withConfig([](Json& c) { c.erase("architectures"); })},
    {"unknown architecture", "the architecture \"MambaForCausalLM\" is not supported",
     withConfig([](Json& c) { c["architectures"] = Json::array({"MambaForCausalLM"}); })},
    {"a text for a number", "\"hidden_size\" in config.json is \"big\" instead",
     withConfig([](Json& c) { c["hidden_size"] = "big"; })},
    {"a negative number", "\"num_hidden_layers\" in config.json is -1",
     withConfig([](Json& c) { c["num_hidden_layers"] = -1; })},
    {"no heads", "names no attention heads", withConfig([](Json& c) { c["num_attention_heads"] = 0; })},
    {"heads that do not divide", "rows, which 3 heads can't share",
     withConfig([](Json& c) { c["num_attention_heads"] = 3; })},
    {"quantized already", "the weights are quantized already (gptq)", withConfig([](Json& c) {
         c["quantization_config"] = {{"quant_method", "gptq"}};
     })},
    {"other activation", "the activation \"relu\" is not supported for llama",
     withConfig([](Json& c) { c["hidden_act"] = "relu"; })},
    {"unknown rotary scaling", "the rotary scaling \"spiral\" is not supported", withConfig([](Json& c) {
         c["rope_scaling"] = {{"rope_type", "spiral"}};
     })},
    {"more layers than weights", "the tensor blk.2.attn_norm.weight is missing",
     withConfig([](Json& c) { c["num_hidden_layers"] = 3; })},
    {"other sizes than weights", "the tensor blk.0.ffn_gate.weight has 48 rows of 32, expected 64 of 32",
     withConfig([](Json& c) { c["intermediate_size"] = 64; })},
    {"no weights", "neither model.safetensors nor", [](const HfFolder& f) { f.remove("model.safetensors"); }},
    {"PyTorch's own files", "PyTorch files (.bin), which can run code",
     [](const HfFolder& f) {
         f.remove("model.safetensors");
         f.write("pytorch_model.bin", "PK");
     }},
    {"empty weights", "model.safetensors: ", withWeights("")},
    {"cut before the header's end", "the file is cut or no safetensors file",
     withWeights(safetensors(smallTensors()).substr(0, 500))},
    {"cut in the data", "but there are only",
     withWeights(safetensors(smallTensors()).substr(0, safetensors(smallTensors()).size() - 4))},
    {"header of an exabyte", "the file is cut or no safetensors file", withWeights(std::string(8, '\x0f') + "{}")},
    {"header of 100 MB", "the header has 100000000 bytes; up to 33554432 are read",
     [](const HfFolder& f) {
         f.write("model.safetensors", withHeader("{}", ""));
         std::filesystem::resize_file(f.path() / "model.safetensors", 100'000'008);
         std::fstream file(f.path() / "model.safetensors", std::ios::binary | std::ios::in | std::ios::out);
         const uint64_t length = 100'000'000;
         file.write(reinterpret_cast<const char*>(&length), sizeof(length));
     }},
    {"header is no JSON", "the header is not valid JSON", withWeights(withHeader("{{{", ""))},
    {"header nests", "the header nests deeper than 64", withWeights(withHeader(std::string(100000, '['), ""))},
    {"a tensor twice", "the header has the key \"a\" twice",
     withWeights(withHeader(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                            R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                            kFour))},
    {"ranges overlap", "its range overlaps another",
     withWeights(withHeader(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                            R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                            kFour))},
    {"a gap", "its range leaves a gap",
     withWeights(withHeader(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", kFour + kFour))},
    {"bytes of nobody", "4 bytes at the end belong to no tensor",
     withWeights(withHeader(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", kFour + kFour))},
    {"a shape of 2^64", "does not fit its shape",
     withWeights(withHeader(R"({"a":{"dtype":"F32","shape":[4294967296,4294967297],"data_offsets":[0,4]}})", kFour))},
    {"an unknown type", "is of the unknown type \"F99\"",
     withWeights(withHeader(R"({"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}})", kFour))},
    {"weights of whole numbers", "is of type I32, which is not supported",
     withWeights(withHeader(R"({"lm_head.weight":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},)"
                            R"("norm.weight":{"dtype":"I32","shape":[0],"data_offsets":[4,4]}})",
                            kFour))},
    {"an unknown tensor", "the tensor model.layers.0.self_attn.surprise.weight is not known for LlamaForCausalLM",
     withTensors([](auto& t) { t.push_back(hfTensor("model.layers.0.self_attn.surprise.weight", {4})); })},
    {"a missing tensor", "the tensor blk.1.attn_v.weight is missing", withTensors([](auto& t) {
         std::erase_if(t, [](const HfTensor& x) { return x.name == "model.layers.1.self_attn.v_proj.weight"; });
     })},
    {"NaN", "the tensor blk.0.ffn_up.weight",
     withTensors([](auto& t) { t[9].values[3] = std::numeric_limits<float>::quiet_NaN(); })},
    {"index without a map", "has no \"weight_map\"",
     [](const HfFolder& f) {
         f.remove("model.safetensors");
         f.writeJson("model.safetensors.index.json", Json{{"metadata", 1}});
     }},
    {"index out of the folder", "outside of its folder", withIndex({{"model.norm.weight", "../model-1.safetensors"}})},
    {"index with a whole path", "outside of its folder", withIndex({{"model.norm.weight", "/etc/passwd"}})},
    {"index of a missing file", "model-2.safetensors: ", withIndex({{"model.norm.weight", "model-2.safetensors"}})},
    {"index of a missing tensor", "is in the index, but not in model-1.safetensors",
     withIndex({{"model.other.weight", "model-1.safetensors"}})},
    {"an embedding of 2^30 tokens", "the embedding has 1073741824 rows",
     [](const HfFolder& f) {
         const std::string header =
             R"({"model.embed_tokens.weight":{"dtype":"BF16","shape":[1073741824,2],"data_offsets":[0,4294967296]}})";
         f.write("model.safetensors", withHeader(header, ""));
         std::filesystem::resize_file(f.path() / "model.safetensors", 8 + header.size() + 4294967296);
     }},
    {"no tokenizer", "neither tokenizer.json nor tokenizer.model",
     [](const HfFolder& f) { f.remove("tokenizer.json"); }},
    {"tokenizer is no JSON", "tokenizer.json is not valid JSON",
     [](const HfFolder& f) { f.write("tokenizer.json", "\xff{}"); }},
    {"SentencePiece that is none", "tokenizer.model is no SentencePiece model",
     [](const HfFolder& f) {
         f.remove("tokenizer.json");
         f.write("tokenizer.model", "\x0a\xff\xff\xff\xff\x7f hello");
     }},
    {"tokenizer without a model", "tokenizer.json has no \"model\"", withTokenizer([](Json& t) { t.erase("model"); })},
    {"tokenizer without merges", "has no list of merges", withTokenizer([](Json& t) {
         t["model"].erase("merges");
         t["model"]["type"] = "BPE";
     })},
    {"tokenizer of whole words", "a tokenizer of the kind \"WordLevel\" is not supported",
     withTokenizer([](Json& t) { t["model"]["type"] = "WordLevel"; })},
    {"unknown pre-tokenizer", "the pre-tokenizer in tokenizer.json is not known", withTokenizer([](Json& t) {
         t["pre_tokenizer"] = {
             {"type", "Sequence"},
             {"pretokenizers",
              Json::array({{{"type", "Split"}, {"pattern", {{"Regex", "[aeiou]"}}}, {"behavior", "Isolated"}},
                           {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}})}};
     })},
    {"an expression that is none", "the pre-tokenizer in tokenizer.json is not known", withTokenizer([](Json& t) {
         t["pre_tokenizer"] = {{"type", "Sequence"},
                               {"pretokenizers", Json::array({{{"type", "Split"}, {"pattern", {{"Regex", "(((("}}}},
                                                              {{"type", "ByteLevel"}, {"add_prefix_space", false}}})}};
     })},
    {"a token without an id", "gives \"the\" no id", withTokenizer([](Json& t) { t["model"]["vocab"]["the"] = "x"; })},
};

}  // namespace

class TestConvertBroken : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void brokenFoldersAreRefused_data();
    void brokenFoldersAreRefused();
    void aStopLeavesNothing();
    void aFullDiskLeavesNothing();
};

void TestConvertBroken::brokenFoldersAreRefused_data() {
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < kBroken.size(); i++) QTest::newRow(kBroken[i].name) << static_cast<int>(i);
}

void TestConvertBroken::brokenFoldersAreRefused() {
    QFETCH(int, index);
    const Broken& broken = kBroken[static_cast<size_t>(index)];
    const HfFolder folder;
    writeSmallModel(folder);
    broken.breakIt(folder);
    const auto done = convertModel(folder.path(), folder.out());
    QVERIFY(!done);
    QVERIFY2(done.error().message.find(broken.sentence) != std::string::npos, done.error().message.c_str());
    QCOMPARE(folder.filesBeside(), 0);
}

void TestConvertBroken::aStopLeavesNothing() {
    const HfFolder folder;
    writeSmallModel(folder);
    std::stop_source stop;
    const auto done =
        convertModel(folder.path(), folder.out(),
                     {.progress = [&](uint64_t, uint64_t) { stop.request_stop(); }, .stop = stop.get_token()});
    QVERIFY(!done && done.error().code == ErrorCode::Cancelled);
    QCOMPARE(folder.filesBeside(), 0);
}

/// A tensor of 8 TiB in a file of holes.
void TestConvertBroken::aFullDiskLeavesNothing() {
    const HfFolder folder;
    writeSmallModel(folder);
    const uint64_t rows = uint64_t{1} << 37;  // of 32 values of 2 bytes: 8 TiB, which become 16 TiB
    const std::string header = "{\"model.layers.0.mlp.up_proj.weight\":{\"dtype\":\"BF16\",\"shape\":[" +
                               std::to_string(rows) + ",32],\"data_offsets\":[0," + std::to_string(rows * 64) + "]}}";
    folder.write("model.safetensors", withHeader(header, ""));
    std::error_code error;
    std::filesystem::resize_file(folder.path() / "model.safetensors", 8 + header.size() + rows * 64, error);
    if (error) QSKIP("the file system has no files of 8 TiB");
    const auto done = convertModel(folder.path(), folder.out(), {.type = "f32"});
    QVERIFY(!done);
    QVERIFY2(done.error().message.find("the disk has room for") != std::string::npos, done.error().message.c_str());
    QCOMPARE(folder.filesBeside(), 0);
}

QTEST_GUILESS_MAIN(TestConvertBroken)
#include "test_convert_broken.moc"
