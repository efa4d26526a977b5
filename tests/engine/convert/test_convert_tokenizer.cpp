#include <QTest>

#include "monochord/convert.h"
#include "monochord/model.h"
#include "monochord/prompt.h"
#include "support/hf_folder.h"

using namespace monochord;
using namespace monochord::test;
using Json = nlohmann::ordered_json;

namespace {

Json replaceBlanks() {
    return {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}};
}

/// Byte pair encoding as SentencePiece has it: blanks are "▁", and what has no token becomes bytes.
Json sentencePieceLike() {
    Json vocabulary = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}};
    for (int byte = 0; byte < 256; byte++)
        vocabulary[QString::asprintf("<0x%02X>", static_cast<unsigned>(byte)).toStdString()] = 3 + byte;
    int id = 259;
    for (const char* text : {"▁", "t", "h", "e", "th", "the", "▁the"}) vocabulary[text] = id++;
    const auto added = [](int number, const char* text) {
        return Json{{"id", number}, {"content", text}, {"special", true}};
    };
    const Json prepend = {{"type", "Prepend"}, {"prepend", "▁"}};
    return {{"added_tokens", Json::array({added(0, "<unk>"), added(1, "<s>"), added(2, "</s>")})},
            {"normalizer", {{"type", "Sequence"}, {"normalizers", Json::array({prepend, replaceBlanks()})}}},
            {"pre_tokenizer", nullptr},
            {"decoder", {{"type", "ByteFallback"}}},
            {"model",
             {{"type", "BPE"},
              {"unk_token", "<unk>"},
              {"byte_fallback", true},
              {"vocab", vocabulary},
              {"merges", Json::array({"t h", "th e", "▁ the"})}}}};
}

const Json kConfig = {{"bos_token", "<s>"}, {"eos_token", "</s>"}, {"add_bos_token", true}};

}  // namespace

class TestConvertTokenizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mergesBecomeScores();
    void aTokenizerMayPutNoBlankInFront();
    void scoresOfUnigramAreKept();
    void templatesWithNamesAreKept();
    void allEndsOfRepliesAreKept();
};

void TestConvertTokenizer::mergesBecomeScores() {
    const HfFolder folder;
    writeSmallModel(folder);
    folder.writeJson("tokenizer.json", sentencePieceLike());
    folder.writeJson("tokenizer_config.json", kConfig);
    const auto file = converted(folder);
    QVERIFY(file);
    QCOMPARE(file->get<std::string_view>("tokenizer.ggml.model")->value(), std::string_view("llama"));
    const auto kinds = file->getArray<int32_t>("tokenizer.ggml.token_type")->value();
    QCOMPARE(kinds[0], 2);    // unknown
    QCOMPARE(kinds[1], 3);    // control
    QCOMPARE(kinds[3], 6);    // byte
    QCOMPARE(kinds[265], 1);  // normal
    QCOMPARE(kinds[299], 5);  // a hole
    const auto scores = file->getArray<float>("tokenizer.ggml.scores")->value();
    QVERIFY(scores[263] > scores[264] && scores[264] > scores[265]);
    const auto model = Model::open(folder.out());
    QVERIFY(model.has_value());
    QCOMPARE(rawPrompt(**model, "the the"), (std::vector<TokenId>{1, 265, 265}));
    QCOMPARE(rawPrompt(**model, "A"), (std::vector<TokenId>{1, 259, 3 + 'A'}));
}

void TestConvertTokenizer::aTokenizerMayPutNoBlankInFront() {
    const HfFolder folder;
    writeSmallModel(folder);
    Json tokenizer = sentencePieceLike();
    tokenizer["normalizer"] = replaceBlanks();
    folder.writeJson("tokenizer.json", tokenizer);
    folder.writeJson("tokenizer_config.json", kConfig);
    QVERIFY(converted(folder));
    const auto model = Model::open(folder.out());
    QVERIFY(model.has_value());
    QCOMPARE(rawPrompt(**model, "the the"), (std::vector<TokenId>{1, 264, 265}));
}

void TestConvertTokenizer::scoresOfUnigramAreKept() {
    const HfFolder folder;
    writeSmallModel(folder);
    Json tokenizer = sentencePieceLike();
    const auto entry = [](const char* text, double score) { return Json::array({text, score}); };
    tokenizer["model"] = {
        {"type", "Unigram"},
        {"unk_id", 0},
        {"vocab", Json::array({entry("<unk>", 0), entry("<s>", 0), entry("</s>", 0), entry("a", -1.5)})}};
    folder.writeJson("tokenizer.json", tokenizer);
    const auto file = converted(folder);
    QVERIFY(file);
    QCOMPARE(file->getArray<float>("tokenizer.ggml.scores")->value()[3], -1.5f);
    QCOMPARE(file->getArray<int32_t>("tokenizer.ggml.token_type")->value()[0], 2);
}

void TestConvertTokenizer::templatesWithNamesAreKept() {
    const HfFolder folder;
    writeSmallModel(folder);
    const Json usual = {{"name", "default"}, {"template", "usual"}},
               tools = {{"name", "tool-use"}, {"template", "tools"}};
    folder.writeJson("tokenizer_config.json", Json{{"chat_template", Json::array({usual, tools})}});
    const auto file = converted(folder);
    QVERIFY(file);
    QCOMPARE(file->get<std::string_view>("tokenizer.chat_template")->value(), std::string_view("usual"));
    QCOMPARE(file->get<std::string_view>("tokenizer.chat_template.tool_use")->value(), std::string_view("tools"));
    QCOMPARE(file->getArray<std::string_view>("tokenizer.chat_templates")->value(),
             std::vector<std::string_view>{"tool_use"});
}

void TestConvertTokenizer::allEndsOfRepliesAreKept() {
    const HfFolder folder;
    writeSmallModel(folder);
    folder.writeJson("generation_config.json", Json{{"eos_token_id", Json::array({259, 258, 5})}});
    const auto file = converted(folder);
    QVERIFY(file);
    QCOMPARE(file->get<uint32_t>("tokenizer.ggml.eos_token_id")->value(), 259u);
    QCOMPARE(file->get<uint32_t>("tokenizer.ggml.eot_token_id")->value(), 258u);
    QCOMPARE(file->get<uint32_t>("tokenizer.ggml.eom_token_id")->value(), 5u);
}

QTEST_GUILESS_MAIN(TestConvertTokenizer)
#include "test_convert_tokenizer.moc"
