#include <QDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "support/cli.h"
#include "support/paths.h"

using namespace monochord::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

std::vector<int> firstPositions(size_t count) {
    std::vector<int> positions(count);
    std::iota(positions.begin(), positions.end(), 0);
    return positions;
}

/// Ids that differ from each other in no simple way; the same everywhere.
std::vector<int> someTokens(size_t count, uint32_t vocabulary) {
    std::vector<int> tokens(count);
    for (size_t i = 0; i < count; i++)
        tokens[i] = static_cast<int>((static_cast<uint32_t>(i) * 2654435761u >> 7) % vocabulary);
    return tokens;
}

Json hashesOf(const std::vector<int>& tokens, const std::vector<int>& positions) {
    return {{"tokens", tokens}, {"positions", positions}, {"hash", true}};
}

QString idList(const Json& tokens) {
    QStringList ids;
    for (const Json& id : tokens) ids << QString::number(id.get<int>());
    return ids.join(',');
}

std::vector<double> logSoftmax(const std::vector<double>& logits) {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double x : logits) sum += std::exp(x - largest);
    std::vector<double> result;
    for (const double x : logits) result.push_back(x - largest - std::log(sum));
    return result;
}

double divergence(const std::vector<double>& expected, const std::vector<double>& got) {
    const auto p = logSoftmax(expected), q = logSoftmax(got);
    double sum = 0;
    for (size_t i = 0; i < p.size(); i++) sum += std::exp(p[i]) * (p[i] - q[i]);
    return sum;
}

double largestDifference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0;
    for (size_t i = 0; i < a.size(); i++) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

/// Instruction sets that this machine can run, of all that there may be. "scalar" is always one.
QStringList instructionSetsHere() {
    QStringList here;
    for (const char* name : {"scalar", "avx2", "avx-vnni", "avx512"})
        if (runCli({"logits", smallModel("gqa-f16"), "--isa", name, "--jsonl"}).exitCode == 0) here << name;
    return here;
}

/// The reference models in the types that people download, where they are at hand.
QStringList quantisedFiles() {
    const auto folder = sharedFile("reference/quantised");
    if (!folder) return {};
    QStringList files;
    for (const QFileInfo& file : QDir(toQt(*folder)).entryInfoList({"*.gguf"})) files << file.filePath();
    return files;
}

/// Every way to compute that must not change a bit.
std::vector<QStringList> allWays() {
    std::vector<QStringList> ways;
    for (const char* threads : {"1", "2", "3"}) ways.push_back({"-t", threads});
    for (const char* batch : {"1", "7", "64", "512"}) ways.push_back({"-b", batch});
    for (const QString& isa : instructionSetsHere()) ways.push_back({"--isa", isa});
    ways.push_back({"-t", "3", "-b", "13", "--reuse"});
    return ways;
}

}  // namespace

class TestLogits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreeWithTheReference_data();
    void agreeWithTheReference();
    void greedyTextIsTheReferences_data();
    void greedyTextIsTheReferences();
    void noWayOfComputingChangesABit_data();
    void noWayOfComputingChangesABit();
    void noWayOfComputingChangesABitOfTheStarterModel_data();
    void noWayOfComputingChangesABitOfTheStarterModel();
    void aReusedPrefixChangesNoBitOfTheStarterModel();
    void aReusedPrefixChangesNoBit_data();
    void aReusedPrefixChangesNoBit();
    void theCacheTypeMatters();
    void topIsSortedAndAPartOfAll();
    void onlyAskedPositionsAreAnswered();
    void hashesFollowTheLogits();
};

void TestLogits::agreeWithTheReference_data() {
    QTest::addColumn<double>("tolerance");   // of a logit; 0: not compared
    QTest::addColumn<double>("divergence");  // KL at the last position
    QTest::addColumn<int>("argMaxMisses");   // of 40 positions
    QTest::newRow("tied-spm-f32") << 1e-3 << 1e-6 << 0;
    QTest::newRow("rope3-f16") << 1e-3 << 1e-6 << 0;
    QTest::newRow("gqa-f16") << 0.0 << 1e-4 << 1;
    QTest::newRow("gqa-mixed") << 0.0 << 0.02 << 4;
}

void TestLogits::agreeWithTheReference() {
    QFETCH(double, tolerance);
    QFETCH(double, divergence);
    QFETCH(int, argMaxMisses);
    const char* name = QTest::currentDataTag();
    const Json expected = expectedResults(name);
    for (const char* runName : {"text", "random"}) {
        const Json& run = expected["runs"][runName];
        const auto answers =
            askCli({"logits", smallModel(name), "--kv", "f32"},
                   {{{"tokens", run["tokens"]}, {"positions", {39}}},
                    {{"tokens", run["tokens"]}, {"positions", firstPositions(run["tokens"].size())}, {"top", 5}}});
        QCOMPARE(answers.size(), size_t{2});
        const auto logits = answers[0]["logits"][0].get<std::vector<double>>();
        const auto wanted = run["last_logits"].get<std::vector<double>>();
        QCOMPARE(logits.size(), wanted.size());
        const double difference = largestDifference(logits, wanted), kl = ::divergence(wanted, logits);
        QVERIFY2(tolerance == 0 || difference <= tolerance, qPrintable(QString::number(difference)));
        QVERIFY2(kl <= divergence, qPrintable(QString::number(kl)));
        int misses = 0;
        for (size_t i = 0; i < run["argmax"].size(); i++) {
            const Json& top = answers[1]["top"][i];
            misses += top[0][0] != run["argmax"][i];
            for (size_t k = 0; k < 5 && tolerance > 0; k++)
                QVERIFY(std::abs(top[k][1].get<double>() - run["top5_logits"][i][k].get<double>()) <= tolerance);
        }
        QVERIFY2(misses <= argMaxMisses, qPrintable(QString::number(misses)));
    }
}

void TestLogits::greedyTextIsTheReferences_data() {
    QTest::addColumn<QString>("file");
    for (const char* name : {"tied-spm-f32", "rope3-f16", "gqa-f16"}) QTest::newRow(name) << smallModel(name);
}

void TestLogits::greedyTextIsTheReferences() {
    QFETCH(QString, file);
    const Json expected = expectedResults(QTest::currentDataTag());
    for (const char* runName : {"text", "random"}) {
        const Json& run = expected["runs"][runName];
        const Json reply = cliJson({"generate", file, "--tokens", idList(run["tokens"]), "-n", "24", "--temp", "0",
                                    "--kv", "f32", "--ignore-eos"});
        QVERIFY(reply.is_object());
        QCOMPARE(reply["tokens"], run["greedy"]);
    }
}

void TestLogits::noWayOfComputingChangesABit_data() {
    QTest::addColumn<QString>("kv");
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("length");
    for (const char* name : {"tied-spm-f32", "rope3-f16", "gqa-f16", "gqa-mixed"})
        for (const char* kv : {"f16", "f32"}) QTest::addRow("%s, KV %s", name, kv) << kv << smallModel(name) << 700;
    for (const QString& file : quantisedFiles()) QTest::addRow("%s", qPrintable(file)) << "f16" << file << 150;
}

void TestLogits::noWayOfComputingChangesABit() {
    QFETCH(QString, kv);
    QFETCH(QString, file);
    QFETCH(int, length);
    const auto tokens = someTokens(static_cast<size_t>(length), 500);
    const Json request = hashesOf(tokens, firstPositions(tokens.size()));
    const QStringList command = {"logits", file, "--kv", kv, "-c", "1024"};
    const auto expected = askCli(command, {request});
    QCOMPARE(expected.size(), size_t{1});
    QCOMPARE(expected[0]["hashes"].size(), tokens.size());
    for (const QStringList& way : allWays())
        QVERIFY2(askCli(command + way, {request}) == expected, qPrintable(way.join(' ')));
}

void TestLogits::noWayOfComputingChangesABitOfTheStarterModel_data() {
    QTest::addColumn<QStringList>("way");
    QTest::newRow("three threads, odd batches") << QStringList{"-t", "3", "-b", "7"};
    QTest::newRow("token by token") << QStringList{"-t", "2", "-b", "1"};
    QTest::newRow("batches of 64") << QStringList{"-t", "2", "-b", "64"};
    for (const QString& isa : instructionSetsHere())
        QTest::addRow("%s", qPrintable(isa)) << QStringList{"-t", "2", "--isa", isa};
}

/// All positions of 700 tokens; fewer where sanitizers make everything slow.
void TestLogits::noWayOfComputingChangesABitOfTheStarterModel() {
    STARTER_MODEL_OR_SKIP(model);
    QFETCH(QStringList, way);
    const auto tokens = someTokens(kSanitized ? 80 : 700, 49152);
    const Json request = hashesOf(tokens, firstPositions(tokens.size()));
    static const auto expected = askCli({"logits", model, "-t", "1", "-b", "512"}, {request});
    QCOMPARE(expected.size(), size_t{1});
    QCOMPARE(expected[0]["hashes"].size(), tokens.size());
    QCOMPARE(askCli(QStringList{"logits", model} + way, {request}), expected);
}

void TestLogits::aReusedPrefixChangesNoBitOfTheStarterModel() {
    STARTER_MODEL_OR_SKIP(model);
    const auto tokens = someTokens(kSanitized ? 80 : 700, 49152);
    const int half = static_cast<int>(tokens.size() / 2);
    std::vector<int> later = firstPositions(tokens.size());
    later.erase(later.begin(), later.begin() + half);
    const std::vector<Json> requests = {hashesOf({tokens.begin(), tokens.begin() + half}, {half - 1}),
                                        hashesOf(tokens, later)};
    const auto fresh = askCli({"logits", model}, requests), reused = askCli({"logits", model, "--reuse"}, requests);
    QCOMPARE(fresh.size(), size_t{2});
    QCOMPARE(fresh[1]["hashes"].size(), later.size());
    QCOMPARE(reused, fresh);
}

void TestLogits::aReusedPrefixChangesNoBit_data() {
    QTest::addColumn<QString>("kv");
    for (const char* kv : {"f16", "f32"}) QTest::newRow(kv) << kv;
}

/// Sequences that grow, shrink and part from each other at, before and behind borders of blocks of 64.
void TestLogits::aReusedPrefixChangesNoBit() {
    QFETCH(QString, kv);
    std::vector<Json> requests;
    for (const size_t length : {10, 63, 64, 65, 130, 300, 128, 129, 40, 300}) {
        auto tokens = someTokens(length, 600);
        if (length == 300) tokens[requests.size() * 20] = 5;
        requests.push_back(hashesOf(tokens, {static_cast<int>(length) - 1}));
    }
    const QStringList command = {"logits", smallModel("gqa-mixed"), "--kv", kv, "-b", "48"};
    const auto fresh = askCli(command, requests), reused = askCli(command + QStringList{"--reuse"}, requests);
    QCOMPARE(fresh.size(), requests.size());
    QCOMPARE(reused, fresh);
}

/// Guards the tests above against a hash that never changes.
void TestLogits::theCacheTypeMatters() {
    const Json request = hashesOf(someTokens(20, 600), {19});
    const QStringList command = {"logits", smallModel("gqa-f16")};
    QVERIFY(askCli(command + QStringList{"--kv", "f16"}, {request}) !=
            askCli(command + QStringList{"--kv", "f32"}, {request}));
    QCOMPARE(askCli(command, {request}), askCli(command + QStringList{"--kv", "f16"}, {request}));
}

void TestLogits::topIsSortedAndAPartOfAll() {
    const Json tokens = {1, 2, 3};
    const auto answers =
        askCli({"logits", smallModel("gqa-f16")}, {{{"tokens", tokens}, {"positions", {2}}},
                                                   {{"tokens", tokens}, {"positions", {2}}, {"top", 10}},
                                                   {{"tokens", tokens}, {"positions", {2}}, {"top", 100000}}});
    QCOMPARE(answers.size(), size_t{3});
    const Json &all = answers[0]["logits"][0], &top = answers[1]["top"][0];
    QCOMPARE(all.size(), size_t{640});
    QCOMPARE(top.size(), size_t{10});
    QCOMPARE(answers[2]["top"][0].size(), size_t{640});
    for (size_t i = 0; i < top.size(); i++) {
        QCOMPARE(top[i][1], all[top[i][0].get<size_t>()]);
        QVERIFY(i == 0 || top[i][1] <= top[i - 1][1]);
    }
    QCOMPARE(top[0][1], *std::max_element(all.begin(), all.end()));
}

void TestLogits::onlyAskedPositionsAreAnswered() {
    const auto tokens = someTokens(30, 600);
    const auto answers = askCli({"logits", smallModel("gqa-f16")}, {hashesOf(tokens, firstPositions(30)),
                                                                    hashesOf(tokens, {3, 17}), hashesOf(tokens, {})});
    QCOMPARE(answers.size(), size_t{3});
    QCOMPARE(answers[1]["hashes"], Json({answers[0]["hashes"][3], answers[0]["hashes"][17]}));
    QCOMPARE(answers[2]["hashes"], Json::array());
}

void TestLogits::hashesFollowTheLogits() {
    const auto answers =
        askCli({"logits", smallModel("gqa-f16")},
               {{{"tokens", {1, 2, 3}}, {"positions", {2}}}, hashesOf({1, 2, 3}, {2}), hashesOf({1, 2, 4}, {2})});
    QCOMPARE(answers.size(), size_t{3});
    uint64_t hash = 14695981039346656037u;
    for (const Json& logit : answers[0]["logits"][0])
        hash = (hash ^ std::bit_cast<uint32_t>(logit.get<float>())) * 1099511628211u;
    QCOMPARE(QString::fromStdString(answers[1]["hashes"][0]), QString("%1").arg(hash, 16, 16, QChar('0')));
    QVERIFY(answers[1] != answers[2]);
}

QTEST_GUILESS_MAIN(TestLogits)
#include "test_logits.moc"
