#include "monochord/convert.h"

#include <QTest>
#include <algorithm>

#include "convert/hf_description.h"
#include "gguf/gguf_file.h"
#include "monochord/model.h"
#include "monochord/prompt.h"
#include "support/hf_folder.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::test;
using Json = nlohmann::ordered_json;

namespace {

/// Keys that a conversion by another program may answer otherwise.
bool isOurChoice(std::string_view key) {
    return key.starts_with("general.") || key == "tokenizer.ggml.pre" || key == "tokenizer.chat_template";
}

QStringList differences(const GgufFile& ours, const GgufFile& theirs) {
    QStringList list;
    const auto note = [&](std::string_view name, const char* what) {
        list << QString::fromStdString(std::string(name)) + ' ' + what;
    };
    for (const TensorInfo& tensor : theirs.tensors()) {
        const TensorInfo* own = ours.tensor(tensor.name);
        if (!own || own->type != tensor.type || own->shape != tensor.shape)
            note(tensor.name, "is missing or of another type or shape");
        else if (!std::ranges::equal(ours.bytes(*own), theirs.bytes(tensor)))
            note(tensor.name, "has other values");
    }
    if (ours.tensors().size() != theirs.tensors().size()) note("the number of tensors", "differs");
    for (const MetadataEntry& entry : theirs.metadata()) {
        const MetadataEntry* own = ours.find(entry.key);
        if (!isOurChoice(entry.key) && (!own || own->type != entry.type || !std::ranges::equal(own->raw, entry.raw)))
            note(entry.key, own ? "has another value" : "is missing");
    }
    for (const MetadataEntry& entry : ours.metadata())
        if (!isOurChoice(entry.key) && !theirs.find(entry.key)) note(entry.key, "is too much");
    return list;
}

}  // namespace

class TestConvert : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSmallModelOpensAndTokenizes();
    void rowsOfHeadsAreLaidInPairs();
    void severalFilesGiveTheSame();
    void theCheckpointsTypeIsKept();
    void oldAndNewWaysOfWritingRotaryGiveTheSame();
    void theReferenceCheckpointsConvertAlike_data();
    void theReferenceCheckpointsConvertAlike();
    void sizesAreSaidAsPeopleSayThem();
};

void TestConvert::aSmallModelOpensAndTokenizes() {
    const HfFolder folder;
    writeSmallModel(folder);
    folder.write("README.md", "---\nlicense: apache-2.0\ntags:\n- x\n---\n# Model\nlicense: mit\n");
    folder.writeJson(
        "tokenizer_config.json",
        Json{{"add_bos_token", true}, {"bos_token", {{"content", "<|begin|>"}}}, {"eos_token", "<|end|>"}});
    folder.write("chat_template.jinja", "{{ messages[0].content }}");
    uint64_t last = 0, all = 0;
    const auto file = converted(folder, {.progress = [&](uint64_t now, uint64_t total) { last = now, all = total; }});
    QVERIFY(file);
    QVERIFY(last > 0 && last == all);
    QCOMPARE(file->get<std::string_view>("general.license")->value(), std::string_view("apache-2.0"));
    QCOMPARE(file->get<std::string_view>("general.name")->value(), std::string_view("model"));
    QCOMPARE(file->get<std::string_view>("tokenizer.ggml.pre")->value(), std::string_view("gpt-2"));
    QCOMPARE(file->get<std::string_view>("tokenizer.chat_template")->value(),
             std::string_view("{{ messages[0].content }}"));
    QCOMPARE(file->get<bool>("tokenizer.ggml.add_bos_token")->value(), true);
    QCOMPARE(file->get<uint32_t>("tokenizer.ggml.bos_token_id")->value(), 258u);
    QCOMPARE(file->getArray<std::string_view>("tokenizer.ggml.tokens")->value().size(), size_t{300});

    const auto model = Model::open(folder.out());
    QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
    QCOMPARE(rawPrompt(**model, "the"), (std::vector<TokenId>{258, 257}));
}

void TestConvert::rowsOfHeadsAreLaidInPairs() {
    const HfFolder folder;
    writeSmallModel(folder);
    const auto file = converted(folder);
    QVERIFY(file);
    const auto tensors = smallTensors();
    const auto& q = tensorOf(tensors, "model.layers.0.self_attn.q_proj.weight");
    const auto ours = valuesOf(*file, "blk.0.attn_q.weight");
    QCOMPARE(ours.size(), q.values.size());
    // A head has 8 rows: 0 4 1 5 2 6 3 7.
    for (size_t row = 0; row < 32; row++) {
        const size_t from = row / 8 * 8 + row % 2 * 4 + row % 8 / 2;
        for (size_t i = 0; i < 32; i++) QCOMPARE(ours[row * 32 + i], q.values[from * 32 + i]);
    }
    QCOMPARE(valuesOf(*file, "blk.0.attn_v.weight"),
             tensorOf(tensors, "model.layers.0.self_attn.v_proj.weight").values);
}

void TestConvert::severalFilesGiveTheSame() {
    const HfFolder one, several;
    writeSmallModel(one);
    writeSmallModel(several);
    QVERIFY(converted(one));
    const auto tensors = smallTensors();
    const std::vector<HfTensor> first(tensors.begin() + 7, tensors.end()), second(tensors.begin(), tensors.begin() + 7);
    Json map = Json::object();
    for (const HfTensor& tensor : first) map[tensor.name] = "model-00001-of-00002.safetensors";
    for (const HfTensor& tensor : second) map[tensor.name] = "model-00002-of-00002.safetensors";
    several.remove("model.safetensors");
    several.write("model-00001-of-00002.safetensors", safetensors(first));
    several.write("model-00002-of-00002.safetensors", safetensors(second));
    several.writeJson("model.safetensors.index.json", Json{{"weight_map", map}});
    QVERIFY(converted(several));
    QVERIFY(bytesOfFile(one.out()) == bytesOfFile(several.out()));
}

void TestConvert::theCheckpointsTypeIsKept() {
    const std::pair<const char*, TensorType> kTypes[] = {
        {"BF16", TensorType::BF16}, {"F16", TensorType::F16}, {"F32", TensorType::F32}, {"F64", TensorType::F32}};
    for (const auto& [name, type] : kTypes) {
        const HfFolder folder;
        writeSmallModel(folder);
        auto tensors = smallTensors();
        for (HfTensor& tensor : tensors) tensor.type = name;
        folder.write("model.safetensors", safetensors(tensors));
        auto file = converted(folder);
        QVERIFY(file);
        QCOMPARE(file->tensor("blk.0.ffn_up.weight")->type, type);
        QCOMPARE(file->tensor("blk.0.ffn_norm.weight")->type, TensorType::F32);
        file = converted(folder, {.type = "f32"});
        QVERIFY(file);  // multiples of 1/512 below 1/4: the same in every type
        QCOMPARE(valuesOf(*file, "token_embd.weight"), tensors[0].values);
        file = converted(folder, {.type = "Q8_0"});
        QVERIFY(file);
        QCOMPARE(file->tensor("blk.0.ffn_up.weight")->type, TensorType::Q8_0);
        QCOMPARE(file->tensor("blk.0.ffn_down.weight")->type, TensorType::F16);  // rows of 48
        QCOMPARE(file->get<uint32_t>("general.file_type")->value(), 7u);
    }
    const HfFolder folder;
    writeSmallModel(folder);
    const auto done = convertModel(folder.path(), folder.out(), {.type = "q9"});
    QVERIFY(!done && done.error().code == ErrorCode::InvalidArgument);
}

void TestConvert::oldAndNewWaysOfWritingRotaryGiveTheSame() {
    const HfFolder before, now;
    writeSmallModel(before);
    writeSmallModel(now);
    const Json scaling = {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 32}};
    Json config = smallConfig();
    config["rope_theta"] = 500000;
    config["rope_scaling"] = scaling;
    before.writeJson("config.json", config);
    config.erase("rope_theta");
    config.erase("rope_scaling");
    config["rope_parameters"] = scaling;
    config["rope_parameters"]["rope_theta"] = 500000;
    now.writeJson("config.json", config);
    const auto file = converted(before);
    QVERIFY(file && converted(now));
    QCOMPARE(file->get<float>("llama.rope.freq_base")->value(), 500000.0f);
    QCOMPARE(file->get<std::string_view>("llama.rope.scaling.type")->value(), std::string_view("yarn"));
    QVERIFY(bytesOfFile(before.out()) == bytesOfFile(now.out()));
}

void TestConvert::theReferenceCheckpointsConvertAlike_data() {
    QTest::addColumn<QString>("name");
    const auto folder = sharedFile("reference/checkpoints");
    if (!folder) QSKIP("the reference checkpoints are absent");
    for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
        const std::string name = entry.path().filename().string();
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
}

void TestConvert::theReferenceCheckpointsConvertAlike() {
    QFETCH(QString, name);
    const auto folder = *sharedFile("reference/checkpoints") / name.toStdString();
    const HfFolder work;
    for (const char* type : {"f32", "f16", "bf16", "q8_0"}) {
        const auto theirs = GgufFile::open(folder / (std::string("model-") + type + ".gguf"));
        if (!theirs) continue;
        const auto done = convertModel(folder / "hf", work.out(), {.type = type});
        QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
        const auto ours = GgufFile::open(work.out());
        QVERIFY(ours.has_value());
        const QStringList list = differences(**ours, **theirs);
        QVERIFY2(list.isEmpty(), list.join('\n').toUtf8().constData());
        for (const char* key : {"general.architecture", "general.file_type", "general.size_label"})
            QVERIFY2(std::ranges::equal((*ours)->find(key)->raw, (*theirs)->find(key)->raw), key);
    }
}

void TestConvert::sizesAreSaidAsPeopleSayThem() {
    QCOMPARE(sizeLabel(134'515'008, 0, 0), std::string("135M"));
    QCOMPARE(sizeLabel(1'711'376'384, 0, 0), std::string("1.7B"));
    QCOMPARE(sizeLabel(8'030'261'248, 0, 0), std::string("8.0B"));
    QCOMPARE(sizeLabel(1'605'640'192, 45'097'156'608, 8), std::string("8x7.2B"));
}

QTEST_GUILESS_MAIN(TestConvert)
#include "test_convert.moc"
