#include "monochord/prompt.h"

#include <QTest>

#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

constexpr const char* kNow = "2025-01-01T00:00:00";

std::shared_ptr<const Model> model() {
    const TemporaryFile file(TinyModel{.chatTemplate = true}.build().build());
    return *Model::open(file.path());
}

/// A system prompt, turns of a question and an answer, and a last question.
std::vector<Message> conversation(int turns) {
    std::vector<Message> messages = {{"system", "be brief"}};
    for (int i = 0; i < turns; i++) {
        messages.push_back({"user", "question " + std::to_string(i)});
        messages.push_back({"assistant", "answer " + std::to_string(i)});
    }
    messages.push_back({"user", "and then?"});
    return messages;
}

}  // namespace

class TestPrompt : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aConversationThatFitsStaysWhole() {
        const auto m = model();
        const auto messages = conversation(4);
        const auto whole = *chatPrompt(*m, messages, kNow);
        const auto fitting = fittingChatPrompt(*m, messages, kNow, whole.size());
        QVERIFY(fitting && fitting->tokens == whole);
        QCOMPARE(fitting->leftOut, size_t{0});
    }

    void noMoreThanNeededIsLeftOutAndAtTheBordersOfTurns() {
        const auto m = model();
        const auto messages = conversation(7);
        const size_t whole = chatPrompt(*m, messages, kNow)->size();
        size_t last = 0;
        for (size_t most = whole; most > 0; most--) {
            const auto fitting = fittingChatPrompt(*m, messages, kNow, most);
            QVERIFY(fitting);
            QVERIFY(fitting->leftOut % 2 == 0 && fitting->leftOut >= last);
            last = fitting->leftOut;
            auto kept = messages;
            kept.erase(kept.begin() + 1, kept.begin() + 1 + static_cast<std::ptrdiff_t>(last));
            QCOMPARE(fitting->tokens, *chatPrompt(*m, kept, kNow));
            const size_t target = last == 0 ? most : most - most / 3;
            if (last < 14) QVERIFY(fitting->tokens.size() <= target);
            if (last == 0) continue;
            kept = messages;
            kept.erase(kept.begin() + 1, kept.begin() - 1 + static_cast<std::ptrdiff_t>(last));
            QVERIFY(chatPrompt(*m, kept, kNow)->size() > target);  // a turn less would not do
        }
        QCOMPARE(last, size_t{14});  // system prompt and last question stay
    }

    void whatCannotBeLeftOutStays() {
        const auto m = model();
        for (const auto& messages : {std::vector<Message>{{"user", "a long question"}},
                                     std::vector<Message>{{"system", "be brief"}, {"user", "a long question"}}}) {
            const auto fitting = fittingChatPrompt(*m, messages, kNow, 1);
            QVERIFY(fitting && fitting->tokens == *chatPrompt(*m, messages, kNow));
            QCOMPARE(fitting->leftOut, size_t{0});
        }
    }
};

QTEST_APPLESS_MAIN(TestPrompt)
#include "test_prompt.moc"
