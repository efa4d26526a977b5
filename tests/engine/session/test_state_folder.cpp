#include "monochord/state_folder.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <thread>

#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

std::unique_ptr<Evaluator> evaluator(ComputeOptions options = {}) {
    const TemporaryFile file(TinyModel{}.build().build());
    return *Evaluator::create(*Model::open(file.path()), options);
}

void compute(Evaluator& evaluator, TokenId id) {
    QVERIFY(evaluator.evaluate(std::vector<TokenId>(20, id), {}, [](size_t, std::span<const float>) {}));
}

QStringList statesIn(const QTemporaryDir& folder) {
    return QDir(folder.filePath("states")).entryList(QDir::Files, QDir::Name);
}

}  // namespace

class TestStateFolder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachConversationHasItsOwn() {
        const QTemporaryDir folder;
        const StateFolder states(folder.filePath("states").toStdString(), 1 << 20);
        const auto e = evaluator();
        for (const TokenId id : {5, 6}) {
            compute(*e, id);
            QVERIFY(states.save(*e, "chat-" + std::to_string(id)));
        }
        e->clear();
        QCOMPARE(*states.restore(*e, "chat-5"), size_t{20});
        QCOMPARE(e->computed()[0], TokenId{5});
        QCOMPARE(states.restore(*e, "chat-7").error().code, ErrorCode::NotFound);
        QVERIFY(states.remove("chat-5") && states.remove("chat-5"));
        QCOMPARE(statesIn(folder), QStringList{"chat-6.state"});
    }

    void thoseNotUsedForLongestGiveWay() {
        const QTemporaryDir folder;
        const auto e = evaluator();
        compute(*e, 5);
        const TemporaryFile one;
        QVERIFY(e->save(one.path()));
        const uint64_t size = std::filesystem::file_size(one.path());
        const StateFolder states(folder.filePath("states").toStdString(), 3 * size);
        const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
        for (const char* name : {"a", "b", "c"}) {
            QVERIFY(states.save(*e, name));
            pause();
        }
        QVERIFY(states.restore(*e, "a"));
        pause();
        QVERIFY(states.save(*e, "d"));
        QCOMPARE(statesIn(folder), (QStringList{"a.state", "c.state", "d.state"}));
        const StateFolder small(folder.filePath("states").toStdString(), size - 1);
        QCOMPARE(small.save(*e, "e").error().code, ErrorCode::InvalidArgument);
        QVERIFY(!statesIn(folder).contains("e.state"));
    }

    void theTokensAreToldWithoutTheRest() {
        const QTemporaryDir folder;
        const StateFolder states(folder.filePath("states").toStdString(), 1 << 20);
        const auto e = evaluator();
        compute(*e, 5);
        QVERIFY(states.save(*e, "a"));
        QCOMPARE(*states.tokens("a"), std::vector<TokenId>(20, 5));
        QCOMPARE(states.tokens("b").error().code, ErrorCode::NotFound);
        for (const char* bytes :
             {"", "text", "This is a text and no state of any kind, and long enough to be looked at in full."}) {
            std::ofstream(folder.filePath("states/c.state").toStdString()) << bytes;
            QVERIFY(!states.tokens("c"));
        }
    }

    void anInterruptedSaveLeavesNothing() {
        const QTemporaryDir folder;
        const StateFolder states(folder.filePath("states").toStdString(), 1 << 20);
        const auto e = evaluator();
        compute(*e, 5);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(states.save(*e, "a", stop.get_token()).error().code, ErrorCode::Cancelled);
        QVERIFY(statesIn(folder).isEmpty());
        // As the end of the process in the middle of it leaves it.
        std::ofstream(folder.filePath("states/a.state.Ab12Cd").toStdString()) << "x";
        QVERIFY(states.save(*e, "ab"));
        QVERIFY(states.remove("a"));
        QCOMPARE(statesIn(folder), QStringList{"ab.state"});
    }

    void whatIsRefusedIsRemoved() {
        const QTemporaryDir folder;
        const StateFolder states(folder.filePath("states").toStdString(), 1 << 20);
        const auto e = evaluator();
        compute(*e, 5);
        QVERIFY(states.save(*e, "a") && states.save(*e, "b"));
        QCOMPARE(states.restore(*evaluator({.context = 10}), "a").error().code, ErrorCode::ContextFull);
        std::ofstream(folder.filePath("states/b.state").toStdString(), std::ios::app) << "x";
        QVERIFY(!states.restore(*e, "b"));
        QCOMPARE(statesIn(folder), QStringList{"a.state"});
    }

    void namesCannotLeaveTheFolder() {
        const QTemporaryDir folder;
        const StateFolder states(folder.filePath("states").toStdString(), 1 << 20);
        const auto e = evaluator();
        compute(*e, 5);
        for (const char* name : {"", "../a", "a/b", ".", "a.state", "\xc3\xa4"}) {
            QCOMPARE(states.save(*e, name).error().code, ErrorCode::InvalidArgument);
            QCOMPARE(states.restore(*e, name).error().code, ErrorCode::InvalidArgument);
            QCOMPARE(states.remove(name).error().code, ErrorCode::InvalidArgument);
        }
        QVERIFY(!states.save(*e, std::string(65, 'a')));
        QVERIFY(statesIn(folder).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestStateFolder)
#include "test_state_folder.moc"
