#include "tokenizer/pre_tokenizer.h"

#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "support/paths.h"

using namespace monochord;

namespace {

/// The words with "|" between them.
std::string words(std::string_view name, std::string_view text) {
    const PreTokenizer* preTokenizer = findPreTokenizer(name);
    if (!preTokenizer) return "no such pre-tokenizer";
    std::string joined;
    preTokenizer->split(text, [&](std::string_view word) {
        if (!joined.empty()) joined += '|';
        joined += word;
    });
    return joined;
}

}  // namespace

class TestPreTokenizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void splitsAsTheExpressions_data();
    void splitsAsTheExpressions();
    void cutsAsHuggingFaceDoes();
    void wordsAreTheText();
    void refusesUnknownNames();
};

void TestPreTokenizer::splitsAsTheExpressions_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const char* text, const char* expected) {
        QTest::addRow("%s: %s", name, text) << QByteArray(name) << QByteArray(text) << QByteArray(expected);
    };
    row("gpt-2", "Hello  world, it's 1234!", "Hello| | world|,| it|'s| 1234|!");
    row("gpt-2", "a\n\n b\n", "a|\n\n| b|\n");
    row("gpt-2", "IT'S we'll ''re", "IT|'|S| we|'ll| ''|re");
    row("gpt-2", " \t x", " \t| x");
    row("gpt-2", "x   ", "x|   ");
    row("gpt-2", "e\u0301a", "e|\u0301|a");
    row("smollm", "a  12b", "a|  |1|2|b");
    row("smollm", "v2.0 $30", "v|2|.|0| $|3|0");
    row("smollm", "½²", "½|²");
    row("llama-bpe", "12345 67", "123|45| |67");
    row("llama-bpe", "(hello) !x", "(hello|)| !|x");
    row("llama-bpe", "IT'S you'LL", "IT|'S| you|'LL");
    row("llama-bpe", "'\u017fx", "'\u017f|x");
    row("llama-bpe", "a \n \n b", "a| \n \n| b");
    row("llama-bpe", "?!\r\n\r\nx", "?!\r\n\r\n|x");
    row("llama-bpe", "\t\tif x:\n    y", "\t|\tif| x|:\n|   | y");
    row("qwen2", "12345 67", "1|2|3|4|5| |6|7");
    row("qwen2", "a  b", "a| | b");
    row("default", "12345, x=$7", "123|45|,| x|=$|7");
    row("default", "it's", "it|'|s");
    row("default", " 1234 ", " |123|4| ");
}

void TestPreTokenizer::splitsAsTheExpressions() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(words(name.toStdString(), text.toStdString())), expected);
}

/// tests/oracles/words.py made the file; one with more texts may be named in MONOCHORD_WORDS.
void TestPreTokenizer::cutsAsHuggingFaceDoes() {
    const auto path = qEnvironmentVariable("MONOCHORD_WORDS", QString::fromStdString(test::dataFile("words.json")));
    const auto data = nlohmann::json::parse(std::ifstream(path.toStdString()));
    const auto texts = data["texts"].get<std::vector<std::string>>();
    QVERIFY(texts.size() > 100 && data["lengths"].size() > 20);
    for (const auto& [name, rows] : data["lengths"].items()) {
        const PreTokenizer* preTokenizer = findPreTokenizer(name);
        QVERIFY2(preTokenizer, name.c_str());
        for (size_t i = 0; i < texts.size(); i++) {
            std::vector<size_t> lengths;
            preTokenizer->split(texts[i], [&](std::string_view word) { lengths.push_back(word.size()); });
            const std::string expected = rows[i].dump(), got = nlohmann::json(lengths).dump();
            QVERIFY2(got == expected,
                     (name + ": " + nlohmann::json(texts[i]).dump() + " is cut " + got + ", not " + expected).c_str());
        }
    }
}

void TestPreTokenizer::wordsAreTheText() {
    std::mt19937 random(3);
    const std::string_view alphabet = "aZ 1\n\r\t'sS!$.\xC3\xA9\xE4\xB8\xAD\xFF";
    for (const char* name : {"default", "falcon", "gpt-2", "llama-bpe", "qwen35", "smollm", "gpt-4o", "youtu",
                             "deepseek-llm", "deepseek-coder", "deepseek-v3", "bloom", "gemma4"}) {
        for (int i = 0; i < 500; i++) {
            std::string text, joined;
            for (size_t n = random() % 40; n > 0; n--) text += alphabet[random() % alphabet.size()];
            findPreTokenizer(name)->split(text, [&](std::string_view word) {
                QVERIFY(!word.empty());
                joined += word;
            });
            QCOMPARE(joined, text);
        }
    }
}

void TestPreTokenizer::refusesUnknownNames() {
    QVERIFY(!findPreTokenizer("unheard-of"));
    QVERIFY(!findPreTokenizer(""));
}

QTEST_APPLESS_MAIN(TestPreTokenizer)
#include "test_pre_tokenizer.moc"
