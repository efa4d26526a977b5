#include <QtTest>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "monochord/sampling.h"
#include "support/paths.h"

using namespace monochord;
using Json = nlohmann::json;

namespace {

Json readCases(const std::filesystem::path& path) {
    std::ifstream file(path);
    return Json::parse(file, nullptr, false);
}

/// What differs in a case of the reference, or an empty text.
std::string differenceIn(const Json& testCase, const Json& vectors) {
    const auto logits = vectors[testCase["vector"].get<std::string>()].get<std::vector<float>>();
    std::vector<SamplerStep> chain;
    for (const Json& step : testCase["chain"]) {
        chain.push_back({step[0].get<std::string>(), {}});
        for (size_t i = 1; i < step.size(); i++) chain.back().arguments.push_back(step[i].get<double>());
    }
    const auto left =
        applyChain(logits, testCase["history"].get<std::vector<TokenId>>(), chain,
                   testCase["semantics"] == "hf" ? SamplerSemantics::HuggingFace : SamplerSemantics::LlamaCpp);
    if (!left) return left.error().message;
    auto expected = testCase["probs"].get<std::vector<double>>();
    for (const Candidate& candidate : *left) expected[static_cast<size_t>(candidate.id)] -= candidate.p;
    for (const double difference : expected)
        if (std::abs(difference) > 2e-6) return "a probability differs by " + std::to_string(difference);
    return {};
}

}  // namespace

/// Chains against probabilities that independent implementations computed.
class TestSamplerReference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reference_data();
    void reference();
    void wholeReference();
};

void TestSamplerReference::reference_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<size_t>("index");
    for (const char* file : {"samplers/cases.json", "samplers/more_cases.json"}) {
        const Json cases = readCases(test::dataFile(file));
        QVERIFY(cases.is_object() && cases["cases"].size() > 30);
        for (size_t i = 0; i < cases["cases"].size(); i++) {
            const Json& testCase = cases["cases"][i];
            QTest::addRow("%s %s %s %s", testCase["vector"].get<std::string>().c_str(),
                          testCase["semantics"].get<std::string>().c_str(), testCase["chain"].dump().c_str(),
                          testCase["history"].dump().substr(0, 40).c_str())
                << QString::fromLatin1(file) << i;
        }
    }
}

void TestSamplerReference::reference() {
    QFETCH(QString, file);
    QFETCH(size_t, index);
    static std::map<QString, Json> files;  // parsed once
    const auto [cases, isNew] = files.try_emplace(file);
    if (isNew) cases->second = readCases(test::dataFile(file.toStdString()));
    QCOMPARE(differenceIn(cases->second["cases"][index], cases->second["vectors"]), std::string());
}

void TestSamplerReference::wholeReference() {
    const auto path = test::sharedFile("reference/samplers/samplers.json");
    if (!path) QSKIP("the shared reference data is not here");
    const Json cases = readCases(*path);
    for (const Json& testCase : cases["cases"]) {
        const auto difference = differenceIn(testCase, cases["vectors"]);
        QVERIFY2(difference.empty(), (testCase["chain"].dump() + ": " + difference).c_str());
    }
}

QTEST_APPLESS_MAIN(TestSamplerReference)
#include "test_sampler_reference.moc"
