#include <QtTest>
#include <cmath>
#include <map>

#include "monochord/sampling.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;

namespace {

using Ids = std::vector<TokenId>;

/// What DRY takes off each logit; tokens without a penalty are not in it.
std::map<TokenId, double> penalties(const Ids& history, const std::vector<double>& numbers, size_t vocabulary = 10) {
    const std::vector<float> logits(vocabulary, 0);
    const auto left =
        applyChain(logits, history, std::vector<SamplerStep>{{"dry", numbers}}, SamplerSemantics::LlamaCpp);
    std::map<TokenId, double> taken;
    for (const Candidate& c : left.value())
        if (c.logit != 0) taken[c.id] = -double{c.logit};
    return taken;
}

using Taken = std::map<TokenId, double>;

}  // namespace

/// "Don't repeat yourself": a token that goes on with a repetition costs more the longer that is.
class TestStepsDry : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void longerRepetitionsCostMore() {
        const Ids history = {1, 2, 3, 4, 9, 1, 2, 3};  // 1 2 3 again: 4 would be next
        QCOMPARE(penalties(history, {1, 2, 2, -1}), (Taken{{4, 2}}));
        QCOMPARE(penalties(history, {0.5, 3, 1, -1}), (Taken{{4, 4.5}}));
        QCOMPARE(penalties(history, {1, 2, 3, -1}), (Taken{{4, 1}}));
        QCOMPARE(penalties(history, {1, 2, 4, -1}), Taken());
    }

    void theLongestRepetitionCounts() {
        // 5 followed 2 3 and 1 2 3; 6 followed 3.
        QCOMPARE(penalties({2, 3, 5, 1, 2, 3, 5, 3, 6, 1, 2, 3}, {1, 2, 1, -1}), (Taken{{5, 4}, {6, 1}}));
    }

    void breakersEndARepetition() {
        const Ids history = {1, 2, 7, 3, 4, 9, 1, 2, 7, 3};
        QCOMPARE(penalties(history, {1, 2, 1, -1}), (Taken{{4, 8}}));
        QCOMPARE(penalties(history, {1, 2, 1, -1, 7}), (Taken{{4, 1}}));
        QCOMPARE(penalties(history, {1, 2, 2, -1, 7}), Taken());
        QCOMPARE(penalties(history, {1, 2, 1, -1, 3}), Taken());                // the last token breaks
        QCOMPARE(penalties(history, {1, 2, 1, -1, 8, 4}), Taken());             // a breaker is never penalised
        QCOMPARE(penalties(history, {1, 2, 1, -1, 8, 7, 5}), (Taken{{4, 1}}));  // in any order
    }

    void theWindowLimitsTheSearch() {
        const Ids history = {1, 2, 3, 9, 9, 1, 2};
        QCOMPARE(penalties(history, {1, 2, 2, 7}), (Taken{{3, 1}}));
        QCOMPARE(penalties(history, {1, 2, 2, 6}), Taken());
        QCOMPARE(penalties(history, {1, 2, 2, 0}), Taken());
        QCOMPARE(penalties(history, {1, 2, 2, 1e9}), (Taken{{3, 1}}));
    }

    void penaltiesStayFinite() {
        const Ids stuck(5000, 1);
        const auto taken = penalties(stuck, {100, 100, 0, -1}, 3);
        QCOMPARE(taken.size(), size_t{1});
        QVERIFY(std::isfinite(taken.at(1)) && taken.at(1) > 1e37);
    }

    void timeIsLinear() {
        Ids stuck(400000, 1);
        stuck.back() = 2;
        stuck[100] = 2;
        QCOMPARE(penalties(stuck, {1, 2, 2, -1}, 3), (Taken{{1, std::pow(2, 99)}}));
    }

    void noNgramComesTwice() {
        const std::vector<float> logits(6, 0);
        const auto left = [&](const Ids& history, double n) {
            Ids ids;
            const std::vector<SamplerStep> chain{{"no_repeat_ngram_size", {n}}};
            const auto candidates = applyChain(logits, history, chain, SamplerSemantics::HuggingFace);
            for (const Candidate& c : *candidates) ids.push_back(c.id);
            return ids;
        };
        QCOMPARE(left({1, 2, 3, 1, 2}, 3), (Ids{0, 1, 2, 4, 5}));
        QCOMPARE(left({1, 2, 3, 1, 2}, 4), (Ids{0, 1, 2, 3, 4, 5}));
        QCOMPARE(left({1, 2, 3, 1, 2}, 1), (Ids{0, 4, 5}));
        QCOMPARE(left({2, 2}, 2), (Ids{0, 1, 3, 4, 5}));
        QCOMPARE(left({}, 1), (Ids{0, 1, 2, 3, 4, 5}));
    }

    void breakersAreFoundInTheVocabulary() {
        const test::TemporaryFile file(test::TinyModel{}.build().build());
        const auto tokenizer = Tokenizer::open(file.path());
        const std::vector<std::string> texts = {"\n", ":", ""};
        const auto ids = tokensContaining(**tokenizer, texts);
        QVERIFY(ids.size() >= 2 && std::is_sorted(ids.begin(), ids.end()));
        for (size_t i = 0; i < (*tokenizer)->size(); i++) {
            const std::string piece = (*tokenizer)->piece(static_cast<TokenId>(i));
            QCOMPARE(std::binary_search(ids.begin(), ids.end(), static_cast<TokenId>(i)),
                     piece.find_first_of("\n:") != std::string::npos);
        }
        QVERIFY(tokensContaining(**tokenizer, {}).empty());
    }
};

QTEST_APPLESS_MAIN(TestStepsDry)
#include "test_steps_dry.moc"
