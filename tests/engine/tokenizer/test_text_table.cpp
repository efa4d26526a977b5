#include "tokenizer/text_table.h"

#include <QTest>
#include <string>

using namespace monochord;

class TestTextTable : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsEveryText();
    void tellsTextsApartByLength();
    void asksWhichOfTwoToKeep();
    void findsNothingWhenEmpty();
};

namespace {

constexpr auto kKeepLast = [](TokenId) { return true; };

}  // namespace

void TestTextTable::findsEveryText() {
    std::vector<std::string> owned;
    for (int i = 0; i < 5000; i++) owned.push_back(std::string(static_cast<size_t>(i % 23), 'x') + std::to_string(i));
    const std::vector<std::string_view> texts(owned.begin(), owned.end());
    TextTable table(texts);
    for (TokenId id = 0; id < 5000; id++) QVERIFY(table.insert(id, kKeepLast));
    for (TokenId id = 0; id < 5000; id++) QCOMPARE(table.find(owned[static_cast<size_t>(id)]), id);
    QCOMPARE(table.find("y"), kNoToken);
    QCOMPARE(table.find("xxxxxxxxxxxxxxxxxxxxxxxxxxxx"), kNoToken);
}

void TestTextTable::tellsTextsApartByLength() {
    using namespace std::string_view_literals;
    const std::vector<std::string_view> texts = {"\0"sv,   "\0\0"sv,  "\0\0\0\0"sv,
                                                 "aaaa"sv, "aaaaa"sv, "\0\0\0\0\0\0\0\0\0"sv};
    TextTable table(texts);
    for (TokenId id = 0; id < 6; id++) QVERIFY(table.insert(id, kKeepLast));
    for (TokenId id = 0; id < 6; id++) QCOMPARE(table.find(texts[static_cast<size_t>(id)]), id);
    QCOMPARE(table.find("\0\0\0"sv), kNoToken);
    QCOMPARE(table.find("aaaaaa"sv), kNoToken);
}

void TestTextTable::asksWhichOfTwoToKeep() {
    const std::vector<std::string_view> texts = {"same", "same", "same"};
    TextTable table(texts);
    QVERIFY(table.insert(0, kKeepLast));
    QVERIFY(table.insert(1, kKeepLast));
    QVERIFY(table.insert(2, [](TokenId other) { return other != 1; }));
    QCOMPARE(table.find("same"), 1);
}

void TestTextTable::findsNothingWhenEmpty() {
    QCOMPARE(TextTable().find("a"), kNoToken);
}

QTEST_APPLESS_MAIN(TestTextTable)
#include "test_text_table.moc"
