#include <sys/resource.h>

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fstream>
#include <iterator>

#include "monochord/evaluator.h"
#include "support/temporary_file.h"
#include "support/tiny_architecture.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

std::shared_ptr<const Model> open(const GgufBuilder& builder) {
    const TemporaryFile file(builder.build());
    return *Model::open(file.path());
}

std::vector<TokenId> someTokens(size_t count) {
    std::vector<TokenId> tokens(count);
    for (size_t i = 0; i < count; i++) tokens[i] = static_cast<TokenId>(3 + i * i % 290);
    return tokens;
}

std::vector<float> logitsOf(Evaluator& evaluator, std::span<const TokenId> tokens, size_t* reused = nullptr) {
    std::vector<float> logits;
    const size_t last = tokens.size() - 1;
    const auto work = evaluator.evaluate(tokens, {&last, 1}, [&](size_t, std::span<const float> values) {
        logits.assign(values.begin(), values.end());
    });
    if (reused && work) *reused = work->reused;
    return logits;
}

std::unique_ptr<Evaluator> evaluator(const std::shared_ptr<const Model>& model, ComputeOptions options = {}) {
    return *Evaluator::create(model, options);
}

std::string bytesOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::filesystem::path inside(const QTemporaryDir& folder, const char* name) {
    return folder.filePath(QString::fromLatin1(name)).toStdString();
}

size_t filesIn(const QTemporaryDir& folder) {
    return static_cast<size_t>(QDir(folder.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).size());
}

}  // namespace

class TestSavedState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasComputedIsThereAgain() {
        const QTemporaryDir folder;
        const auto state = inside(folder, "state");
        for (const TinyCase& tiny : tinyCases()) {
            const auto model = open(tiny.model.build());
            const auto tokens = someTokens(std::min<size_t>(model->info().contextLength, 75));
            for (const KvType kv : {KvType::F16, KvType::F32}) {
                const auto before = evaluator(model, {.kv = kv});
                const auto expected = logitsOf(*before, tokens);
                const auto saved = before->save(state);
                QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
                const auto after = evaluator(model, {.threads = 2, .kv = kv, .batch = 16});
                const auto restored = after->restore(state);
                QVERIFY2(restored, restored ? tiny.title.c_str() : restored.error().message.c_str());
                QCOMPARE(*restored, tokens.size());
                QVERIFY(std::ranges::equal(after->computed(), tokens));
                size_t reused = 0;
                QVERIFY2(logitsOf(*after, tokens, &reused) == expected, tiny.title.c_str());
                QCOMPARE(reused, tokens.size() - 1);
            }
        }
        QCOMPARE(filesIn(folder), size_t{1});
    }

    void theContextMayHaveAnotherLength() {
        const QTemporaryDir folder;
        const auto state = inside(folder, "state");
        const auto model = open(TinyModel{}.build());
        const auto tokens = someTokens(70);
        const auto before = evaluator(model, {.context = 100});
        const auto expected = logitsOf(*before, tokens);
        QVERIFY(before->save(state));
        const auto longer = evaluator(model, {.context = 200});
        QVERIFY(longer->restore(state));
        QVERIFY(logitsOf(*longer, tokens) == expected);
        const auto shorter = evaluator(model, {.context = 69});
        const auto refused = shorter->restore(state);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::ContextFull);
        QVERIFY(refused.error().message.find("70") != std::string::npos);
    }

    void everyDamagedByteIsFound() {
        const QTemporaryDir folder;
        const auto state = inside(folder, "state");
        const auto model = open(TinyModel{}.build());
        const auto before = evaluator(model);
        const auto tokens = someTokens(9);
        const auto expected = logitsOf(*before, tokens);
        QVERIFY(before->save(state));
        const std::string whole = bytesOf(state);
        const auto after = evaluator(model);
        for (size_t i = 0; i < whole.size(); i += i < 128 ? 1 : 7) {
            std::string damaged = whole;
            damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
            const TemporaryFile file(damaged);
            QVERIFY2(!after->restore(file.path()), qPrintable(QString::number(i)));
        }
        for (size_t length = 0; length < whole.size(); length += length < 128 ? 1 : 97) {
            const TemporaryFile file(whole.substr(0, length));
            QVERIFY2(!after->restore(file.path()), qPrintable(QString::number(length)));
        }
        const TemporaryFile longer(whole + '\0');
        QVERIFY(!after->restore(longer.path()));
        size_t reused = 1;
        QVERIFY(logitsOf(*after, tokens, &reused) == expected);
        QCOMPARE(reused, size_t{0});
    }

    void foreignStatesAreRefusedWithTheReason() {
        const QTemporaryDir folder;
        const auto state = inside(folder, "state");
        const auto before = evaluator(open(TinyModel{}.build()));
        logitsOf(*before, someTokens(9));
        QVERIFY(before->save(state));
        const auto reason = [&](const std::unique_ptr<Evaluator>& e, const std::filesystem::path& path) {
            const auto restored = e->restore(path);
            return restored ? std::string() : restored.error().message;
        };
        const auto other = evaluator(open(TinyModel{.tied = false}.build()));
        QVERIFY(reason(other, state).find("another model") != std::string::npos);
        const auto full = evaluator(open(TinyModel{}.build()), {.kv = KvType::F32});
        QVERIFY(reason(full, state).find("another type") != std::string::npos);
        const TemporaryFile text("This is a text and no state of any kind, and long enough to be looked at in full.");
        QVERIFY(reason(before, text.path()).find("not a saved state") != std::string::npos);
        QVERIFY(!before->restore(folder.path().toStdString()));
        QCOMPARE(before->restore(inside(folder, "missing")).error().code, ErrorCode::NotFound);
        QCOMPARE(before->computed().size(), size_t{9});  // what was computed is still there
    }

    void withoutRoomNothingIsLeftOver() {
        const QTemporaryDir folder;
        const auto state = inside(folder, "state");
        const auto e = evaluator(open(TinyModel{}.build()));
        const auto nothing = e->save(state);
        QCOMPARE(nothing.error().code, ErrorCode::InvalidArgument);
        logitsOf(*e, someTokens(9));
        QVERIFY(e->save(state));
        const std::string old = bytesOf(state);
        logitsOf(*e, someTokens(60));
        rlimit limit{};
        getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit small{old.size() + 1000, limit.rlim_max};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        const auto refused = e->save(state);
        setrlimit(RLIMIT_FSIZE, &limit);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::NotReadable);
        QVERIFY(bytesOf(state) == old);
        QCOMPARE(filesIn(folder), size_t{1});
        QVERIFY(!e->save(inside(folder, "no such folder/state")));
        QCOMPARE(QFile::permissions(QString::fromStdString(state.string())) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
    }
};

QTEST_APPLESS_MAIN(TestSavedState)
#include "test_saved_state.moc"
