#include <QTest>
#include <random>

#include "engine/tokenizer/vocabularies.h"

using namespace monochord;
using namespace monochord::test;

namespace {

std::string streamed(StreamDecoder& decoder, const Ids& ids) {
    std::string text;
    for (const TokenId id : ids) text += decoder.push(id);
    return text + decoder.finish();
}

}  // namespace

class TestStreamDecoder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void waitsForWholeCharacters();
    void replacesBytesThatAreNoCharacter();
    void leavesOutControlTokens();
    void takesTheFirstBlankAway();
    void keepsTheBlankWithinAText();
    void givesTheSameTextAsDecode();
};

void TestStreamDecoder::waitsForWholeCharacters() {
    const auto tokenizer = std::move(*open(byteVocabulary().builder()));
    StreamDecoder decoder(*tokenizer);
    QCOMPARE(decoder.push(0xF0), std::string());
    QCOMPARE(decoder.push(0x9F), std::string());
    QCOMPARE(decoder.push(0x98), std::string());
    QCOMPARE(decoder.push(0x80), std::string("😀"));
    QCOMPARE(decoder.finish(), std::string());
}

void TestStreamDecoder::replacesBytesThatAreNoCharacter() {
    const auto tokenizer = std::move(*open(byteVocabulary().builder()));
    StreamDecoder decoder(*tokenizer);
    QCOMPARE(decoder.push(0xFF), std::string("\uFFFD"));
    QCOMPARE(decoder.push(0xE2), std::string());
    QCOMPARE(decoder.push('a'), std::string("\uFFFDa"));
    QCOMPARE(decoder.push(0xC3), std::string());
    QCOMPARE(decoder.finish(), std::string("\uFFFD"));
    QCOMPARE(decoder.push(0xA9), std::string("\uFFFD"));  // begins anew
}

void TestStreamDecoder::leavesOutControlTokens() {
    TinyVocabulary vocabulary = byteVocabulary();
    const TokenId control = vocabulary.add("<|end|>", TokenKind::Control);
    const auto tokenizer = std::move(*open(vocabulary.builder()));
    StreamDecoder skipping(*tokenizer), showing(*tokenizer, false);
    QCOMPARE(streamed(skipping, {'a', control, 'b'}), std::string("ab"));
    QCOMPARE(streamed(showing, {'a', control, 'b'}), std::string("a<|end|>b"));
}

void TestStreamDecoder::takesTheFirstBlankAway() {
    TinyVocabulary vocabulary = spmVocabulary();
    const TokenId a = vocabulary.add("▁a");
    const auto tokenizer = std::move(*open(vocabulary.builder()));
    StreamDecoder decoder(*tokenizer);
    for (int reply = 0; reply < 2; reply++) QCOMPARE(streamed(decoder, {a, a}), std::string("a a"));
}

void TestStreamDecoder::keepsTheBlankWithinAText() {
    TinyVocabulary vocabulary = spmVocabulary();
    const TokenId a = vocabulary.add("▁a");
    const auto tokenizer = std::move(*open(vocabulary.builder()));
    StreamDecoder decoder(*tokenizer, true, false);
    QCOMPARE(streamed(decoder, {a, a}), std::string(" a a"));
}

void TestStreamDecoder::givesTheSameTextAsDecode() {
    const auto tokenizer = std::move(*open(byteVocabulary().builder()));
    StreamDecoder decoder(*tokenizer);
    const std::string text = "Grüße, 日本語, 😀\u0301 and \u2028 done";
    const Ids ids = tokenizer->encode(text, false);
    QCOMPARE(streamed(decoder, ids), *tokenizer->decode(ids, false));
}

QTEST_APPLESS_MAIN(TestStreamDecoder)
#include "test_stream_decoder.moc"
