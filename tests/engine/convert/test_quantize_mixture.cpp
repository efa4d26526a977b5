#include "convert/quantize_mixture.h"

#include <QTest>
#include <map>

#include "monochord/quantize.h"
#include "support/gguf_builder.h"
#include "support/temporary_file.h"

using namespace monochord;
using namespace monochord::test;

namespace {

/// The names and hyper-parameters of a llama; each matrix has two rows of `columns`.
struct Llama {
    uint32_t layers = 32, heads = 32, headsKv = 32, experts = 0;
    uint64_t columns = 256;
    bool tied = false;

    std::string build() const {
        GgufBuilder file;
        file.text("general.architecture", "llama")
            .key("llama.block_count", layers)
            .key("llama.attention.head_count", heads)
            .key("llama.attention.head_count_kv", headsKv);
        if (experts > 0) file.key("llama.expert_count", experts);
        const std::string zeros(columns * 4, '\0');
        const auto add = [&](const std::string& name) { file.tensor(name, TensorType::F16, {columns, 2}, zeros); };
        add("token_embd.weight");
        if (!tied) add("output.weight");
        file.tensor("output_norm.weight", TensorType::F32, {columns}, zeros);
        for (uint32_t i = 0; i < layers; i++)
            for (const char* name : {"ffn_down", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up",
                                     "attn_norm", "ffn_norm", "ffn_gate_inp"}) {
                const std::string full = "blk." + std::to_string(i) + "." + name;
                if (full.ends_with("norm"))
                    file.tensor(full + ".weight", TensorType::F32, {columns}, zeros);
                else if (!full.ends_with("inp") || experts > 0)
                    add(full +
                        (experts > 0 && full.find("ffn_") != full.npos && !full.ends_with("inp") ? "_exps" : "") +
                        ".weight");
            }
        return file.build();
    }
};

struct Chosen {
    std::map<std::string, int> counts;         // by type
    std::map<std::string, std::string> types;  // by tensor
    std::vector<std::string> names;            // in order
};

Chosen choicesOf(const Llama& llama, const char* mixture) {
    const TemporaryFile file(llama.build());
    const auto model = GgufFile::open(file.path());
    const auto choices = chooseTypes(**model, *mixtureNamed(mixture));
    Chosen chosen;
    for (const TensorChoice& choice : *choices) {
        const std::string type(tensorTypeInfo(choice.type).name);
        chosen.counts[type]++;
        chosen.types[std::string(choice.tensor->name)] = type;
        chosen.names.emplace_back(choice.tensor->name);
    }
    return chosen;
}

using Counts = std::map<std::string, int>;

}  // namespace

class TestQuantizeMixture : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knowsTheNamesThatPeopleUse();
    void mixesTypesAsPublishedFilesDo();
    void givesMoreBitsWhereHeadsShareValues();
    void giveMixturesOfExpertsTheirOwn();
    void keepsNormsAndRouters();
    void turnsToSmallerBlocks();
    void takesATiedEmbeddingForTheOutput();
    void ordersTensorsByLayer();
};

void TestQuantizeMixture::knowsTheNamesThatPeopleUse() {
    for (const std::string_view name : quantizations()) QVERIFY(mixtureNamed(name) && mixtureNamed(name)->name == name);
    QCOMPARE(mixtureNamed("q4_k_m")->fileType, 15u);
    QCOMPARE(mixtureNamed("Q5_K")->name, std::string_view("Q5_K_M"));
    QCOMPARE(mixtureNamed("bf16")->fileType, 32u);
    for (const char* name : {"", "Q4", "Q4_K_XL", "Q6", "IQ1_S"}) QVERIFY(!mixtureNamed(name));
}

/// What llama.cpp prints for a model of 32 layers, and so what stands on download pages.
void TestQuantizeMixture::mixesTypesAsPublishedFilesDo() {
    QCOMPARE(choicesOf({}, "Q4_K_M").counts, (Counts{{"F32", 65}, {"Q4_K", 193}, {"Q6_K", 33}}));
    QCOMPARE(choicesOf({}, "Q5_K_M").counts, (Counts{{"F32", 65}, {"Q5_K", 193}, {"Q6_K", 33}}));
    QCOMPARE(choicesOf({}, "Q4_K_S").counts, (Counts{{"F32", 65}, {"Q4_K", 217}, {"Q5_K", 8}, {"Q6_K", 1}}));
    QCOMPARE(choicesOf({}, "Q3_K_M").counts,
             (Counts{{"F32", 65}, {"Q3_K", 129}, {"Q4_K", 92}, {"Q5_K", 4}, {"Q6_K", 1}}));
    QCOMPARE(choicesOf({}, "Q3_K_L").counts, (Counts{{"F32", 65}, {"Q3_K", 129}, {"Q5_K", 96}, {"Q6_K", 1}}));
    QCOMPARE(choicesOf({}, "Q2_K").counts, (Counts{{"F32", 65}, {"Q2_K", 129}, {"Q3_K", 96}, {"Q6_K", 1}}));
    QCOMPARE(choicesOf({}, "Q4_0").counts, (Counts{{"F32", 65}, {"Q4_0", 225}, {"Q6_K", 1}}));
    QCOMPARE(choicesOf({}, "Q8_0").counts, (Counts{{"F32", 65}, {"Q8_0", 226}}));
    QCOMPARE(choicesOf({}, "F16").counts, (Counts{{"F16", 226}, {"F32", 65}}));
    const auto types = choicesOf({}, "Q4_K_M").types;
    for (const int layer : {0, 3, 6, 9, 12, 27, 28, 31})
        QCOMPARE(types.at("blk." + std::to_string(layer) + ".ffn_down.weight"), std::string("Q6_K"));
    for (const int layer : {4, 5, 7, 26})
        QCOMPARE(types.at("blk." + std::to_string(layer) + ".ffn_down.weight"), std::string("Q4_K"));
}

void TestQuantizeMixture::givesMoreBitsWhereHeadsShareValues() {
    const Llama shared{.headsKv = 8};
    QCOMPARE(choicesOf(shared, "Q2_K").types.at("blk.9.attn_v.weight"), std::string("Q4_K"));
    QCOMPARE(choicesOf(shared, "IQ4_XS").types.at("blk.9.attn_v.weight"), std::string("Q5_K"));
    const Llama large{.layers = 80, .headsKv = 8};
    QCOMPARE(choicesOf(large, "Q4_K_M").types.at("blk.12.attn_v.weight"), std::string("Q6_K"));
    QCOMPARE(choicesOf(large, "Q4_K_M").types.at("blk.11.attn_v.weight"), std::string("Q5_K"));
}

void TestQuantizeMixture::giveMixturesOfExpertsTheirOwn() {
    const auto types = choicesOf({.headsKv = 8, .experts = 8}, "Q4_K_M").types;
    QCOMPARE(types.at("blk.5.attn_v.weight"), std::string("Q8_0"));
    QCOMPARE(types.at("blk.5.attn_k.weight"), std::string("Q8_0"));
    QCOMPARE(types.at("blk.5.attn_output.weight"), std::string("Q5_K"));
    QCOMPARE(types.at("blk.5.ffn_gate_inp.weight"), std::string("F16"));
    QCOMPARE(types.at("blk.0.ffn_down_exps.weight"), std::string("Q6_K"));
    QCOMPARE(types.at("blk.5.ffn_down_exps.weight"), std::string("Q4_K"));
}

void TestQuantizeMixture::keepsNormsAndRouters() {
    GgufBuilder file;
    file.text("general.architecture", "gpt2");
    for (const char* name :
         {"position_embd.weight", "token_types.weight", "blk.0.attn_q_norm.weight", "blk.0.attn_q.bias"})
        file.tensorF32(name, {32, 2}, std::vector<float>(64));
    file.tensorF32("blk.0.attn_q.weight", {32, 1}, std::vector<float>(32));  // one row: no matrix
    const TemporaryFile written(file.build());
    const auto model = GgufFile::open(written.path());
    const auto choices = chooseTypes(**model, *mixtureNamed("Q8_0"));
    for (const TensorChoice& choice : *choices) QCOMPARE(choice.type, TensorType::F32);
}

void TestQuantizeMixture::turnsToSmallerBlocks() {
    const Llama narrow{.columns = 96};
    const std::pair<const char*, const char*> expected[] = {{"Q2_K", "Q4_0"},   {"Q3_K_S", "Q4_0"},
                                                            {"Q4_K_S", "Q5_0"}, {"Q5_K_S", "Q5_1"},
                                                            {"Q6_K", "Q8_0"},   {"IQ4_XS", "IQ4_NL"}};
    for (const auto& [mixture, type] : expected) {
        const auto types = choicesOf(narrow, mixture).types;
        QCOMPARE(types.at("blk.20.ffn_up.weight"), std::string(type));
        QCOMPARE(types.at("output.weight"), std::string("Q8_0"));
    }
    for (const char* mixture : {"Q4_K_M", "Q4_0", "IQ4_XS"})
        QCOMPARE(choicesOf({.columns = 40}, mixture).types.at("blk.20.ffn_up.weight"), std::string("F16"));
}

void TestQuantizeMixture::takesATiedEmbeddingForTheOutput() {
    QCOMPARE(choicesOf({.tied = true}, "Q4_K_M").types.at("token_embd.weight"), std::string("Q6_K"));
    QCOMPARE(choicesOf({.tied = false}, "Q4_K_M").types.at("token_embd.weight"), std::string("Q4_K"));
}

void TestQuantizeMixture::ordersTensorsByLayer() {
    const auto names = choicesOf({.layers = 12}, "Q8_0").names;
    const std::vector<std::string> first(names.begin(), names.begin() + 4);
    QCOMPARE(first, (std::vector<std::string>{"output.weight", "output_norm.weight", "token_embd.weight",
                                              "blk.0.attn_k.weight"}));
    QCOMPARE(names.back(), std::string("blk.11.ffn_up.weight"));
}

QTEST_GUILESS_MAIN(TestQuantizeMixture)
#include "test_quantize_mixture.moc"
