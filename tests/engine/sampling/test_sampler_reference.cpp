#include <QtTest>
#include <cmath>
#include <fstream>
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
    QTest::addColumn<size_t>("index");
    const Json cases = readCases(test::dataFile("samplers/cases.json"));
    QVERIFY(cases.is_object() && cases["cases"].size() > 30);
    for (size_t i = 0; i < cases["cases"].size(); i++) {
        const Json& testCase = cases["cases"][i];
        QTest::addRow("%s %s %s", testCase["vector"].get<std::string>().c_str(),
                      testCase["semantics"].get<std::string>().c_str(), testCase["chain"].dump().c_str())
            << i;
    }
}

void TestSamplerReference::reference() {
    QFETCH(size_t, index);
    const Json cases = readCases(test::dataFile("samplers/cases.json"));
    QCOMPARE(differenceIn(cases["cases"][index], cases["vectors"]), std::string());
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
