#include "tokenizer/vocabulary.h"

#include <QTest>
#include <cmath>
#include <limits>

#include "engine/tokenizer/vocabularies.h"

using namespace monochord;
using namespace monochord::test;

namespace {

/// The error of opening a vocabulary, or "" where it opens.
std::string refusal(const GgufBuilder& builder, ErrorCode code = ErrorCode::Corrupt) {
    const auto tokenizer = open(builder);
    if (tokenizer) return {};
    return tokenizer.error().code == code ? tokenizer.error().message : "another code: " + tokenizer.error().message;
}

bool names(const std::string& message, std::string_view key) {
    return message.find(key) != std::string::npos;
}

TinyVocabulary small() {
    TinyVocabulary vocabulary = byteVocabulary();
    vocabulary.merge("a", "b");
    return vocabulary;
}

}  // namespace

class TestVocabulary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesUnsupportedModels();
    void tellsEndsOfMessagesFromEndsOfReplies();
    void wantsTokens();
    void wantsArraysOfOneLength();
    void refusesUnknownKinds();
    void refusesScoresThatAreNoNumbers();
    void refusesIdsOutOfRange_data();
    void refusesIdsOutOfRange();
    void toleratesOddTokens();
    void toleratesMergesThatNameNothing();
    void knowsTheEndsOfAReply();
    void tellsWhatTheFileWants();
};

void TestVocabulary::namesUnsupportedModels() {
    TinyVocabulary vocabulary = small();
    vocabulary.pre = "unheard-of";
    QVERIFY(names(refusal(vocabulary.builder(), ErrorCode::Unsupported), "unheard-of"));
    vocabulary.model = "rwkv";
    QVERIFY(names(refusal(vocabulary.builder(), ErrorCode::Unsupported), "rwkv"));
    vocabulary.model = "none";
    QVERIFY(names(refusal(vocabulary.builder(), ErrorCode::Unsupported), "no vocabulary"));
    vocabulary.model = std::string(100'000, 'x');
    QVERIFY(refusal(vocabulary.builder(), ErrorCode::Unsupported).size() < 200);
    QVERIFY(names(refusal(GgufBuilder()), "tokenizer.ggml.model"));
}

void TestVocabulary::tellsEndsOfMessagesFromEndsOfReplies() {
    TinyVocabulary vocabulary = small();
    const TokenId end = vocabulary.add("<|end|>", TokenKind::Control);
    QVERIFY((*open(vocabulary.builder()))->endsReply(end));
    const TokenId back = vocabulary.add("<|return|>", TokenKind::Control);
    QVERIFY((*open(vocabulary.builder()))->endsReply(end));
    vocabulary.add("<|call|>", TokenKind::Control);
    const auto harmony = std::move(*open(vocabulary.builder()));
    QVERIFY(!harmony->endsReply(end) && harmony->endsReply(back));
}

void TestVocabulary::wantsTokens() {
    GgufBuilder none, empty;
    none.text("tokenizer.ggml.model", "gpt2");
    empty.text("tokenizer.ggml.model", "gpt2").texts("tokenizer.ggml.tokens", {});
    QVERIFY(names(refusal(none), "tokenizer.ggml.tokens"));
    QVERIFY(names(refusal(empty), "tokenizer.ggml.tokens"));
    GgufBuilder noMerges;
    noMerges.text("tokenizer.ggml.model", "gpt2").texts("tokenizer.ggml.tokens", {"a"});
    QVERIFY(names(refusal(noMerges), "tokenizer.ggml.merges"));
}

void TestVocabulary::wantsArraysOfOneLength() {
    TinyVocabulary vocabulary = small();
    vocabulary.kinds.pop_back();
    QVERIFY(names(refusal(vocabulary.builder()), "tokenizer.ggml.token_type"));
    TinyVocabulary spm = spmVocabulary();
    spm.scores.push_back(0);
    QVERIFY(names(refusal(spm.builder()), "tokenizer.ggml.scores"));
}

void TestVocabulary::refusesUnknownKinds() {
    for (const int32_t kind : {-1, 7, std::numeric_limits<int32_t>::max()}) {
        TinyVocabulary vocabulary = small();
        vocabulary.kinds[3] = kind;
        QVERIFY(names(refusal(vocabulary.builder()), "tokenizer.ggml.token_type"));
    }
}

void TestVocabulary::refusesScoresThatAreNoNumbers() {
    TinyVocabulary vocabulary = spmVocabulary();
    vocabulary.scores[5] = -std::numeric_limits<float>::infinity();
    QVERIFY(open(vocabulary.builder()));
    vocabulary.scores[5] = std::nanf("");
    QVERIFY(names(refusal(vocabulary.builder()), "tokenizer.ggml.scores"));
}

void TestVocabulary::refusesIdsOutOfRange_data() {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<quint64>("id");
    for (const char* name : {"bos", "eos", "unknown", "padding", "eot", "eom", "fim_sep"}) {
        for (const quint64 id : {quint64{257}, quint64{0x7FFFFFFF}, quint64{0xFFFFFFFF}, ~quint64{0}})
            QTest::addRow("%s %llu", name, id) << QByteArray("tokenizer.ggml.") + name + "_token_id" << id;
    }
}

void TestVocabulary::refusesIdsOutOfRange() {
    QFETCH(QByteArray, key);
    QFETCH(quint64, id);
    GgufBuilder builder = small().builder();
    builder.key<uint64_t>(key.toStdString(), id);
    QVERIFY(names(refusal(builder), key.toStdString()));
}

void TestVocabulary::toleratesOddTokens() {
    TinyVocabulary vocabulary = small();
    for (const std::string& text :
         {std::string(), std::string("a"), std::string("\xFF\xC3"), std::string(1 << 20, 'x'), std::string("\0", 1)})
        for (const TokenKind kind : {TokenKind::Normal, TokenKind::Control, TokenKind::UserDefined})
            vocabulary.add(text, kind);
    const auto tokenizer = open(vocabulary.builder());
    QVERIFY(tokenizer);
    for (TokenId id = 0; (*tokenizer)->contains(id); id++) (*tokenizer)->piece(id);
    QVERIFY(!(*tokenizer)->encode("abc \xFF xxxx", false).empty());
}

void TestVocabulary::toleratesMergesThatNameNothing() {
    TinyVocabulary vocabulary = small();
    for (const char* line : {"", " ", "nospace", "no such", "a b c", " x", "x ", "\xFF \xFE"})
        vocabulary.merges.insert(vocabulary.merges.begin(), line);
    const auto tokenizer = open(vocabulary.builder());
    QVERIFY(tokenizer);
    QCOMPARE((*tokenizer)->encode("ab", false), Ids({256}));
    const auto flaw = (*tokenizer)->flaw();
    QVERIFY(flaw && names(flaw->message, "of the 9 merges in tokenizer.ggml.merges, 8 name no token"));
    QVERIFY(names(flaw->message, "number 1"));
    QVERIFY(!(*open(small().builder()))->flaw());
}

void TestVocabulary::knowsTheEndsOfAReply() {
    TinyVocabulary vocabulary = small();
    const TokenId named = vocabulary.add("<|im_end|>", TokenKind::Control);
    const TokenId ordinary = vocabulary.add("</s>");
    const TokenId other = vocabulary.add("<|im_start|>", TokenKind::Control);
    GgufBuilder builder = vocabulary.builder();
    builder.key<uint32_t>("tokenizer.ggml.eot_token_id", 'e').key<uint32_t>("tokenizer.ggml.eos_token_id", 'f');
    const auto tokenizer = open(builder);
    QVERIFY(tokenizer);
    for (const TokenId id : {named, TokenId{'e'}, TokenId{'f'}}) QVERIFY((*tokenizer)->endsReply(id));
    for (const TokenId id : {ordinary, other, TokenId{'g'}, -1, 100'000}) QVERIFY(!(*tokenizer)->endsReply(id));
}

void TestVocabulary::tellsWhatTheFileWants() {
    GgufBuilder builder = small().builder();
    builder.key<uint32_t>("tokenizer.ggml.bos_token_id", 7).key<int32_t>("tokenizer.ggml.padding_token_id", 8);
    const auto silent = open(builder);
    QVERIFY(silent && !(*silent)->addsBos() && !(*silent)->addsEos());
    QCOMPARE((*silent)->bos(), std::optional(7));
    QCOMPARE((*silent)->padding(), std::optional(8));
    QVERIFY(!(*silent)->eos() && !(*silent)->unknown());
    builder.key("tokenizer.ggml.add_bos_token", true).key("tokenizer.ggml.add_eos_token", true);
    const auto asking = open(builder);
    QVERIFY(asking && (*asking)->addsBos());
    QVERIFY(!(*asking)->addsEos());  // there is none to add
}

QTEST_APPLESS_MAIN(TestVocabulary)
#include "test_vocabulary.moc"
