#include "base/unicode.h"

#include <QElapsedTimer>
#include <QTest>

using namespace monochord;

class TestUnicode : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsClasses();
    void readsNothingPastTheEnd();
    void repairsByteByByte_data();
    void repairsByteByByte();
    void leavesGoodTextAlone();
    void composes_data();
    void composes();
    void normalizesLongRunsOfMarksInTime();
    void keepsUnfinishedCharacters();
    void replacesWhatCannotBeACharacter();
};

void TestUnicode::tellsClasses() {
    for (const char32_t c : U"aZéß中ｱא") {
        if (c != 0) QCOMPARE(charClass(c), CharClass::Letter);
    }
    for (const char32_t c : {U'0', U'9', U'²', U'Ⅷ', U'½', U'٣'}) QCOMPARE(charClass(c), CharClass::Number);
    for (const char32_t c : {U' ', U'\t', U'\v', U'\u0085', U'\u00A0', U'\u2028', U'\u3000'})
        QCOMPARE(charClass(c), CharClass::Space);
    for (const char32_t c : {U'!', U'_', U'"', U'。', U'«'}) QCOMPARE(charClass(c), CharClass::Punctuation);
    for (const char32_t c : {U'$', U'+', U'~', U'^', U'`', U'€', U'😀'}) QCOMPARE(charClass(c), CharClass::Symbol);
    for (const char32_t c : {U'\u0301', U'\u0E34', U'\u093F', U'\u20DD'}) QCOMPARE(charClass(c), CharClass::Mark);
    for (const char32_t c : {U'\0', U'\x1C', U'\u200B', U'\uE000', U'\U000E0FFF'})
        QCOMPARE(charClass(c), CharClass::Other);
    for (const char32_t c : {U'A', U'Z', U'É', U'ǅ'}) QCOMPARE(letterCase(c), LetterCase::Upper);
    for (const char32_t c : {U'a', U'z', U'é', U'ß'}) QCOMPARE(letterCase(c), LetterCase::Lower);
    for (const char32_t c : {U'中', U'א', U'ʰ', U'ª'}) QCOMPARE(letterCase(c), LetterCase::None);
    for (const char32_t c : {U'中', U'々', U'〇', U'𠀀'}) QVERIFY(isHan(c));
    for (const char32_t c : {U'a', U'あ', U'。', U'한'}) QVERIFY(!isHan(c));
}

void TestUnicode::readsNothingPastTheEnd() {
    const std::string_view smile = "😀";
    for (size_t length = 0; length < smile.size(); length++) {
        const std::vector<char> exact(smile.begin(), smile.begin() + static_cast<ptrdiff_t>(length));
        QCOMPARE(decodeUtf8({exact.data(), exact.size()}, 0).bytes, 0u);
    }
    QCOMPARE(decodeUtf8(smile, 0).value, U'😀');
    QCOMPARE(decodeUtf8(smile, 9).bytes, 0u);
}

void TestUnicode::repairsByteByByte_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("repaired");
    QTest::newRow("stray byte") << QByteArray("a\xFF\x62") << QByteArray("a\uFFFDb");
    QTest::newRow("cut short") << QByteArray("\xE2\x82") << QByteArray("\uFFFD\uFFFD");
    QTest::newRow("cut by a letter") << QByteArray("\xE2\x82\x61") << QByteArray("\uFFFD\uFFFDa");
    QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QByteArray("/");
    QTest::newRow("above U+10FFFF") << QByteArray("\xF4\x90\x80\x80") << QByteArray("\uFFFD\uFFFD\uFFFD\uFFFD");
    QTest::newRow("surrogate stays") << QByteArray("\xFF\xED\xA0\x80") << QByteArray("\uFFFD\xED\xA0\x80");
}

void TestUnicode::repairsByteByByte() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, repaired);
    QCOMPARE(QByteArray::fromStdString(repairUtf8(bytes.toStdString()).value_or("untouched")), repaired);
}

void TestUnicode::leavesGoodTextAlone() {
    QVERIFY(!repairUtf8("plain, é, 中文, 😀"));
    QVERIFY(!normalizeNfc("plain, é, 中文, 😀, 한글"));
    QVERIFY(!normalizeNfc(""));
}

void TestUnicode::composes_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("accent") << u"cafe\u0301 au lait"_qs;
    QTest::newRow("marks in the wrong order") << u"q\u0307\u0323"_qs;
    QTest::newRow("blocked") << u"a\u0300\u0301\u0302\u0303"_qs;
    QTest::newRow("Hangul") << u"\u1112\u1161\u11ab\u1100\u1173\u11af"_qs;
    QTest::newRow("excluded") << u"\u0958\u0344\u212b\u2126"_qs;
    QTest::newRow("two vowel signs") << u"\u09c7\u09be\u0dd9\u0dcf\u0dca"_qs;
    QTest::newRow("marks first") << u"\u0323\u0301a"_qs;
}

void TestUnicode::composes() {
    QFETCH(QString, text);
    const std::string utf8 = text.toStdString();
    QCOMPARE(QString::fromStdString(normalizeNfc(utf8).value_or(utf8)), text.normalized(QString::NormalizationForm_C));
}

void TestUnicode::normalizesLongRunsOfMarksInTime() {
    std::string text = "e";
    for (int i = 0; i < 300'000; i++) text += "\u0301\u0323";  // each second mark belongs in front of all the first
    QElapsedTimer timer;
    timer.start();
    const auto normalized = normalizeNfc(text);
    QVERIFY(timer.elapsed() < 60'000);
    QVERIFY(normalized && normalized->starts_with("\u1EB9"));  // e with dot below
    QCOMPARE(normalized->size(), text.size());                 // three bytes for the letter and one of the marks
}

void TestUnicode::keepsUnfinishedCharacters() {
    std::string bytes = "a\xF0\x9F";
    QCOMPARE(takeCharacters(bytes, false), std::string("a"));
    bytes += "\x98\x80";
    QCOMPARE(takeCharacters(bytes, false), std::string("😀"));
    QVERIFY(bytes.empty());
}

void TestUnicode::replacesWhatCannotBeACharacter() {
    std::string bytes = "\x80x\xED\xA0\x80\xC3";
    QCOMPARE(takeCharacters(bytes, false), std::string("\uFFFDx\uFFFD\uFFFD\uFFFD"));
    QCOMPARE(takeCharacters(bytes, true), std::string("\uFFFD"));
    QVERIFY(bytes.empty());
}

QTEST_APPLESS_MAIN(TestUnicode)
#include "test_unicode.moc"
