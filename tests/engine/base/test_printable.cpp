#include "base/printable.h"

#include <QTest>

using monochord::printable;

class TestPrintable : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsText();
    void escapesControlCharacters();
    void escapesWhatIsNoUtf8();
    void escapesDirectionsAndInvisibles();
    void shortensBetweenCharacters();
};

void TestPrintable::keepsText() {
    QCOMPARE(printable("Grüße, 世界 🎻"), std::string("Grüße, 世界 🎻"));
    QCOMPARE(printable(""), std::string());
}

void TestPrintable::escapesControlCharacters() {
    QCOMPARE(printable("a\nb\t\r\x1b[2J\x7f\\"), std::string("a\\nb\\t\\r\\x1b[2J\\x7f\\\\"));
    QCOMPARE(printable(std::string_view("\0", 1)), std::string("\\x00"));
    QCOMPARE(printable("\xc2\x9b"), std::string("\\u{9b}"));
}

void TestPrintable::escapesWhatIsNoUtf8() {
    QCOMPARE(printable("\xff\xfe"), std::string("\\xff\\xfe"));
    QCOMPARE(printable("\xc3"), std::string("\\xc3"));
    QCOMPARE(printable("\xc0\xaf"), std::string("\\xc0\\xaf"));                    // overlong
    QCOMPARE(printable("\xe0\x80\xaf"), std::string("\\xe0\\x80\\xaf"));           // overlong
    QCOMPARE(printable("\xed\xa0\x80"), std::string("\\xed\\xa0\\x80"));           // surrogate
    QCOMPARE(printable("\xf4\x90\x80\x80"), std::string("\\xf4\\x90\\x80\\x80"));  // above U+10FFFF
    QCOMPARE(printable("\xe4\xb8"), std::string("\\xe4\\xb8"));                    // unfinished
}

void TestPrintable::escapesDirectionsAndInvisibles() {
    QCOMPARE(printable("a\u202eb\u200b"), std::string("a\\u{202e}b\\u{200b}"));
    QCOMPARE(printable("\u2028\ufeff"), std::string("\\u{2028}\\u{feff}"));
    QCOMPARE(printable("\U000e0041"), std::string("\\u{e0041}"));
}

void TestPrintable::shortensBetweenCharacters() {
    QCOMPARE(printable("abcd", 4), std::string("abcd"));
    QCOMPARE(printable("abcde", 4), std::string("abcd…"));
    QCOMPARE(printable("abcü", 4), std::string("abc…"));
    QCOMPARE(printable("abc", 0), std::string("…"));
}

QTEST_APPLESS_MAIN(TestPrintable)
#include "test_printable.moc"
