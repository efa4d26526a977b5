#include <QTest>

#include "session/stop_strings.h"

using namespace monochord;

namespace {

/// What comes out of the pieces, '|' between pushes, and how it ended.
std::string through(std::vector<std::string> stops, std::initializer_list<const char*> pieces) {
    StopStringFilter filter(std::move(stops));
    std::string out;
    for (const char* piece : pieces) out += filter.push(piece) + "|";
    out += filter.finish();
    return out + (filter.found() ? " found" : "");
}

}  // namespace

class TestStopStrings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutStopStringsTextPasses() { QCOMPARE(through({}, {"a", "bc"}), std::string("a|bc|")); }
    void textBeforeIsGivenAndTheRestDropped() {
        QCOMPARE(through({"END"}, {"one END two", "three"}), std::string("one || found"));
    }
    void acrossPieces() { QCOMPARE(through({"END"}, {"one E", "N", "D two"}), std::string("one |||") + " found"); }
    void whatWasNoStopStringComesOut() {
        QCOMPARE(through({"END"}, {"one EN", "cyclopedia"}), std::string("one |ENcyclopedia|"));
    }
    void heldTextComesOutAtTheEnd() { QCOMPARE(through({"END"}, {"one EN"}), std::string("one |EN")); }
    void selfOverlapping() { QCOMPARE(through({"aab"}, {"a", "a", "a", "b"}), std::string("||a|| found")); }
    void theEarliestOfSeveralWins() {
        QCOMPARE(through({"\n\n", "User:"}, {"x User: y\n\n"}), std::string("x | found"));
    }
    void emptyOnesAreIgnored() { QCOMPARE(through({""}, {"a"}), std::string("a|")); }
};

QTEST_APPLESS_MAIN(TestStopStrings)
#include "test_stop_strings.moc"
