#include <QTest>
#include <cmath>

#include "support/cli.h"
#include "support/temporary_file.h"

using namespace monochord::test;

namespace {

constexpr int kWindow = 16;
constexpr const char* kModels[] = {"gqa-f16", "tied-spm-f32"};  // without BOS in front of a text, and with it

/// 480 words that don't repeat soon.
std::string longText() {
    std::string text;
    for (int i = 0; i < 480; i++) text += std::to_string(i * i % 97) + (i % 11 == 10 ? ".\n" : " or ");
    return text;
}

QString file(const TemporaryFile& text) {
    return toQt(text.path());
}

/// The definition, from the commands tokenize and score: see engine/include/monochord/perplexity.h.
struct Expected {
    double perplexity = 0, standardError = 0;
    int scored = 0, windows = 0;
};
Expected expectation(const char* model, const std::string& text) {
    std::vector<int> tokens = askCli({"tokenize", smallModel(model)}, {{{"text", text}, {"add_bos", true}}})[0]["ids"];
    const bool bos = askCli({"tokenize", smallModel(model)}, {{{"text", ""}, {"add_bos", true}}})[0]["ids"].size() == 1;
    Expected expected;
    std::vector<Json> requests;
    for (size_t at = 0; at + kWindow <= tokens.size(); at += kWindow) {
        std::vector<int> window(tokens.begin() + static_cast<int>(at), tokens.begin() + static_cast<int>(at) + kWindow);
        if (bos) window[0] = tokens[0];
        requests.push_back({{"tokens", window}});
    }
    std::vector<double> losses;
    for (const Json& answer : askCli({"score", smallModel(model)}, requests)) {
        const auto scores = answer["logprobs"].get<std::vector<double>>();  // of tokens 1 … 15
        for (size_t i = kWindow / 2; i < scores.size(); i++) losses.push_back(-scores[i]);
        expected.windows++;
    }
    double mean = 0, variance = 0;
    for (const double loss : losses) mean += loss / static_cast<double>(losses.size());
    for (const double loss : losses) variance += (loss - mean) * (loss - mean) / static_cast<double>(losses.size() - 1);
    expected.scored = static_cast<int>(losses.size());
    expected.perplexity = std::exp(mean);
    expected.standardError = std::sqrt(variance / static_cast<double>(losses.size())) * expected.perplexity;
    return expected;
}

}  // namespace

class TestPerplexity : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isWhatTheDefinitionSays();
    void countsNoLineBreakAtTheEnd();
    void needsTwoWindows();
    void refusesWhatMakesNoSense();
};

void TestPerplexity::isWhatTheDefinitionSays() {
    const TemporaryFile text(longText());
    for (const char* model : kModels) {
        const Expected expected = expectation(model, longText());
        QVERIFY(expected.windows > 10);
        const Json answer = cliJson({"perplexity", smallModel(model), file(text), "--ctx", QString::number(kWindow)});
        QCOMPARE(answer["windows"], Json(expected.windows));
        QCOMPARE(answer["tokens_scored"], Json(expected.scored));
        QCOMPARE(answer["context"], Json(kWindow));
        QVERIFY(std::abs(answer["perplexity"].get<double>() / expected.perplexity - 1) < 1e-6);
        QVERIFY(std::abs(answer["standard_error"].get<double>() / expected.standardError - 1) < 1e-4);
        const CliRun run = runCli({"perplexity", smallModel(model), file(text), "--ctx", "16", "-b", "5", "-t", "2"});
        const QByteArray number = QByteArray::number(answer["perplexity"].get<double>(), 'f', 4);
        QVERIFY2(run.exitCode == 0 && run.out.startsWith("perplexity " + number), run.summary());
    }
}

void TestPerplexity::countsNoLineBreakAtTheEnd() {
    const TemporaryFile plain("one two three four five six seven eight nine ten"),
        broken("one two three four five six seven eight nine ten\n");
    const QStringList options = {"--ctx", "4"};
    const QStringList command = {"perplexity", smallModel("gqa-f16")};
    QCOMPARE(cliJson(command + QStringList{file(broken)} + options),
             cliJson(command + QStringList{file(plain)} + options));
}

void TestPerplexity::needsTwoWindows() {
    const TemporaryFile text("Too short."), empty;
    for (const TemporaryFile* one : {&text, &empty}) {
        const CliRun run = runCli({"perplexity", smallModel("gqa-f16"), file(*one), "--ctx", "64"});
        QVERIFY2(run.isOneComplaint() && run.err.contains("too short") && run.err.contains("64"), run.summary());
    }
}

void TestPerplexity::refusesWhatMakesNoSense() {
    const TemporaryFile text(longText());
    const auto refuses = [&](const QStringList& arguments, const char* part) {
        const CliRun run = runCli(QStringList{"perplexity"} + arguments);
        return run.isOneComplaint() && run.err.contains(part);
    };
    QVERIFY(refuses({smallModel("gqa-f16"), file(text), "--ctx", "3"}, "at least 4"));
    QVERIFY(refuses({smallModel("gqa-f16"), file(text), "--ctx", "16", "-c", "8"}, "context of 8"));
    QVERIFY(refuses({smallModel("gqa-f16"), "/nowhere/text"}, "no such file"));
    QVERIFY(refuses({smallModel("gqa-f16"), "/tmp"}, "not a file"));
    QVERIFY(refuses({smallModel("gqa-f16")}, "text"));
    QVERIFY(refuses({file(text), file(text)}, "GGUF"));
}

QTEST_GUILESS_MAIN(TestPerplexity)
#include "test_perplexity.moc"
