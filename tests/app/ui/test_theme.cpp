#include "ui/theme.h"

#include <QApplication>
#include <QDBusVariant>
#include <QSignalSpy>
#include <QtTest>
#include <cmath>

using namespace monochord::app;

namespace {

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

/// As WCAG 2 defines it: 1 … 21.
double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

struct Pair {
    const char* name;
    QColor text, background;
    double least;
};

QList<Pair> pairsOf(const Colors& c) {
    QList<Pair> pairs{
        {"onAccent on accent", c.onAccent, c.accent, 4.5},
        {"onStrong on strong", c.onStrong, c.strong, 4.5},
        {"error on errorSoft", c.error, c.errorSoft, 4.5},
        {"text on errorSoft", c.text, c.errorSoft, 4.5},
        {"error on page", c.error, c.page, 4.5},
        {"error on surface", c.error, c.surface, 4.5},
        {"text on accentSoft", c.text, c.accentSoft, 4.5},
        {"muted on accentSoft", c.muted, c.accentSoft, 4.5},
        {"text on selection", c.text, c.selection, 4.5},
        {"text on found", c.text, c.found, 4.5},
        {"link on found", c.link, c.found, 4.5},
        {"text on foundShown", c.text, c.foundShown, 4.5},
        {"accent on page", c.accent, c.page, 4.5},
        {"link on page", c.link, c.page, 4.5},
        {"muted on bubble", c.muted, c.bubble, 4.5},
        {"text on bubble", c.text, c.bubble, 4.5},
    };
    for (const auto& color : {c.keyword, c.type, c.function, c.string, c.number, c.comment, c.text, c.muted})
        pairs.append({"code", color, c.code, 4.5});
    // What lies between a background and this is in between.
    for (const auto& color :
         {c.keyword, c.type, c.function, c.string, c.number, c.comment, c.text, c.muted, c.link})
        pairs.append({"unlikely", color, c.unlikely, 4.5});
    for (const auto& back : {c.page, c.sidebar, c.surface}) {
        pairs.append({"text", c.text, back, 4.5});
        pairs.append({"muted", c.muted, back, 4.5});
        pairs.append({"faint", c.faint, back, 3});
    }
    return pairs;
}

}  // namespace

class ThemeTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPairIsReadable_data();
    void everyPairIsReadable();
    void aSwitchChangesColoursAndPalette();
    void theSameChoiceAgainIsNoChange();
    void theSystemIsFollowed();
    void aFontStepIsHalfAPoint();
    void aFontStepIsLimited();
};

void ThemeTest::everyPairIsReadable_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void ThemeTest::everyPairIsReadable() {
    QFETCH(bool, dark);
    const QList<Pair> pairs = pairsOf(dark ? Colors::darkColors() : Colors::light());
    for (const Pair& pair : pairs) {
        const double found = contrast(pair.text, pair.background);
        QVERIFY2(found >= pair.least, qPrintable(QStringLiteral("%1: %2 (%3 on %4)")
                                                     .arg(QLatin1StringView(pair.name))
                                                     .arg(found)
                                                     .arg(pair.text.name(), pair.background.name())));
    }
}

void ThemeTest::aSwitchChangesColoursAndPalette() {
    Theme theme;
    theme.setChoice(ThemeChoice::Light);
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setChoice(ThemeChoice::Dark);
    QCOMPARE(changed.count(), 1);
    QVERIFY(theme.colors().dark);
    QCOMPARE(QApplication::palette().color(QPalette::Window), Colors::darkColors().page);
    QVERIFY(qApp->styleSheet().contains(Colors::darkColors().accent.name()));
    QVERIFY(!qApp->styleSheet().contains(u'@'));
    theme.setChoice(ThemeChoice::Light);
    QVERIFY(!theme.colors().dark);
    QCOMPARE(QApplication::palette().color(QPalette::WindowText), Colors::light().text);
}

void ThemeTest::theSameChoiceAgainIsNoChange() {
    Theme theme;
    theme.setChoice(ThemeChoice::Dark);
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setChoice(ThemeChoice::Dark);
    QCOMPARE(changed.count(), 0);
}

void ThemeTest::theSystemIsFollowed() {
    Theme theme;
    const auto say = [&theme](const char* nameSpace, uint scheme) {
        QVERIFY(QMetaObject::invokeMethod(&theme, "portalSettingChanged", Q_ARG(QString, QLatin1StringView(nameSpace)),
                                          Q_ARG(QString, QStringLiteral("color-scheme")),
                                          Q_ARG(QDBusVariant, QDBusVariant(scheme))));
    };
    say("org.freedesktop.appearance", 1);
    QVERIFY(theme.colors().dark);
    say("org.freedesktop.appearance", 2);
    QVERIFY(!theme.colors().dark);
    say("com.example.other", 1);
    QVERIFY(!theme.colors().dark);
    theme.setChoice(ThemeChoice::Light);
    say("org.freedesktop.appearance", 1);
    QVERIFY(!theme.colors().dark);
    theme.setChoice(ThemeChoice::System);
    QVERIFY(theme.colors().dark);
}

void ThemeTest::aFontStepIsHalfAPoint() {
    Theme theme;
    const double text = theme.textFont().pointSizeF(), interface = theme.interfaceFont().pointSizeF();
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setFontStep(2);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(theme.textFont().pointSizeF(), text + 1);
    QCOMPARE(theme.interfaceFont().pointSizeF(), interface + 1);
    QCOMPARE(QApplication::font().pointSizeF(), interface + 1);
}

void ThemeTest::aFontStepIsLimited() {
    Theme theme;
    theme.setFontStep(1000);
    const double large = theme.textFont().pointSizeF();
    theme.setFontStep(12);
    QCOMPARE(theme.textFont().pointSizeF(), large);
}

QTEST_MAIN(ThemeTest)
#include "test_theme.moc"
