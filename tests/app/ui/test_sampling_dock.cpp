#include "ui/panels/sampling_dock.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include "ui/panels/scope_view.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/slider.h"

using namespace monochord;
using namespace monochord::app;

namespace {

const QStringList kPresets{QStringLiteral("precise"), QStringLiteral("balanced"), QStringLiteral("creative"),
                           QStringLiteral("neutral")};

}  // namespace

class TestSamplingDock final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void settingsComeBackAsTheyWereSet();
    void settingsBetweenTheGrainsAreKept();
    void aSliderMovesFieldAndSettings();
    void aFieldMovesSliderAndSettings();
    void typingCountsWhenItIsFinished();
    void theNeutralEndIsCalledOff();
    void theWordCanBeTyped();
    void homeAndEndReachTheEnds();
    void theWheelNeedsTheFocus();
    void aClickOnTheTrackGoesThere();
    void rightToLeftIsMirrored();
    void presetsSetTheirNumbersAndKeepTheRest();
    void aPresetIsMarkedWhileItMatches();
    void aSeedIsANumberOrRandom();
    void aSeedBeyond64BitsIsNotTaken();
    void noLimitIsZero();
    void theScopeTellsWhatIsCut();
    void tabGoesFromTopToBottom();

private:
    Slider* slider(const char* name) const;
    NumberField* field(const char* name) const;
    QLineEdit* seedField() const;

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SamplingDock> m_dock;
    std::unique_ptr<QSignalSpy> m_changed;
};

void TestSamplingDock::init() {
    QLocale::setDefault(QLocale::c());
    m_theme = std::make_unique<Theme>();
    m_dock = std::make_unique<SamplingDock>(m_theme.get());
    m_dock->resize(304, 760);
    m_dock->show();
    m_changed = std::make_unique<QSignalSpy>(m_dock.get(), &SamplingDock::settingsChanged);
}

void TestSamplingDock::cleanup() {
    m_changed.reset();
    m_dock.reset();
    m_theme.reset();
}

Slider* TestSamplingDock::slider(const char* name) const {
    for (auto* slider : m_dock->findChildren<Slider*>())
        if (slider->accessibleName() == QLatin1StringView(name)) return slider;
    return nullptr;
}

NumberField* TestSamplingDock::field(const char* name) const {
    for (auto* field : m_dock->findChildren<NumberField*>())
        if (field->accessibleName().startsWith(QLatin1StringView(name))) return field;
    return nullptr;
}

QLineEdit* TestSamplingDock::seedField() const {
    for (auto* line : m_dock->findChildren<QLineEdit*>())
        if (line->accessibleName() == QLatin1StringView("Seed")) return line;
    return nullptr;
}

void TestSamplingDock::settingsComeBackAsTheyWereSet() {
    GenerationSettings settings;
    settings.sampling = {.temperature = 1.37F, .topK = 17, .topP = 0.42F, .minP = 0.31F, .repeatPenalty = 1.11F};
    settings.sampling.seed = 18446744073709551615U;
    settings.randomSeed = false;
    settings.longestReply = 77;
    m_dock->setSettings(settings);
    QCOMPARE(m_dock->settings(), settings);
    QCOMPARE(m_changed->count(), 0);
    QCOMPARE(slider("Temperature")->value(), 137);
    QCOMPARE(field("Temperature")->text(), QStringLiteral("1.37"));
    QCOMPARE(field("Longest reply")->text(), QStringLiteral("77"));
}

void TestSamplingDock::settingsBetweenTheGrainsAreKept() {
    GenerationSettings settings;
    settings.sampling.topP = 0.12345F;
    settings.sampling.presencePenalty = 0.5F;
    m_dock->setSettings(settings);
    QTest::keyClick(slider("Top-k"), Qt::Key_Right);
    QCOMPARE(m_dock->settings().sampling.topP, 0.12345F);
    QCOMPARE(m_dock->settings().sampling.presencePenalty, 0.5F);
    QCOMPARE(m_dock->settings().sampling.topK, 41);
}

void TestSamplingDock::aSliderMovesFieldAndSettings() {
    QTest::keyClick(slider("Temperature"), Qt::Key_Right);
    QCOMPARE(m_changed->count(), 1);
    QCOMPARE(m_changed->at(0).at(0).value<GenerationSettings>().sampling.temperature, 0.85F);
    QCOMPARE(field("Temperature")->text(), QStringLiteral("0.85"));
}

void TestSamplingDock::aFieldMovesSliderAndSettings() {
    NumberField* minP = field("Min-p");
    minP->setFocus();
    minP->selectAll();
    QTest::keyClicks(minP, QStringLiteral("0.25"));
    QTest::keyClick(minP, Qt::Key_Return);
    QCOMPARE(m_changed->count(), 1);
    QCOMPARE(m_dock->settings().sampling.minP, 0.25F);
    QCOMPARE(slider("Min-p")->value(), 25);
}

void TestSamplingDock::typingCountsWhenItIsFinished() {
    NumberField* temperature = field("Temperature");
    temperature->selectAll();
    QTest::keyClicks(temperature, QStringLiteral("0.9"));
    QCOMPARE(m_changed->count(), 0);
    QTest::keyClick(temperature, Qt::Key_Return);
    QCOMPARE(m_changed->count(), 1);
    QCOMPARE(m_dock->settings().sampling.temperature, 0.9F);
}

void TestSamplingDock::theNeutralEndIsCalledOff() {
    m_dock->setSettings(preset(QStringLiteral("neutral"), {}));
    for (const char* name : {"Top-k", "Top-p", "Min-p", "Repeat penalty"})
        QCOMPARE(field(name)->text(), QStringLiteral("off"));
    QTest::keyClick(slider("Temperature"), Qt::Key_Home);
    QCOMPARE(field("Temperature")->text(), QStringLiteral("greedy"));
}

void TestSamplingDock::theWordCanBeTyped() {
    NumberField* topP = field("Top-p");
    topP->selectAll();
    QTest::keyClicks(topP, QStringLiteral("off"));
    QTest::keyClick(topP, Qt::Key_Return);
    QCOMPARE(m_dock->settings().sampling.topP, 1.0F);
    topP->selectAll();
    QTest::keyClicks(topP, QStringLiteral("0.5"));
    QTest::keyClick(topP, Qt::Key_Return);
    QCOMPARE(m_dock->settings().sampling.topP, 0.5F);
}

void TestSamplingDock::homeAndEndReachTheEnds() {
    struct Ends {
        const char* name;
        float SamplingSettings::*member;
        float from, to;
    };
    for (const Ends& ends : {Ends{"Temperature", &SamplingSettings::temperature, 0, 2},
                             Ends{"Top-p", &SamplingSettings::topP, 0, 1}, Ends{"Min-p", &SamplingSettings::minP, 0, 1},
                             Ends{"Repeat penalty", &SamplingSettings::repeatPenalty, 1, 1.5F}}) {
        QTest::keyClick(slider(ends.name), Qt::Key_End);
        QCOMPARE(m_dock->settings().sampling.*ends.member, ends.to);
        QTest::keyClick(slider(ends.name), Qt::Key_Home);
        QCOMPARE(m_dock->settings().sampling.*ends.member, ends.from);
    }
    QTest::keyClick(slider("Top-k"), Qt::Key_End);
    QCOMPARE(m_dock->settings().sampling.topK, 200);
}

void TestSamplingDock::theWheelNeedsTheFocus() {
    Slider* topK = slider("Top-k");
    const auto turn = [topK] {
        QWheelEvent up(QPointF(20, 9), topK->mapToGlobal(QPointF(20, 9)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                       Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(topK, &up);
    };
    topK->clearFocus();
    turn();
    QCOMPARE(m_dock->settings().sampling.topK, 40);
    m_dock->activateWindow();
    topK->setFocus();
    QTRY_VERIFY(topK->hasFocus());
    turn();
    QVERIFY(m_dock->settings().sampling.topK > 40);
}

void TestSamplingDock::aClickOnTheTrackGoesThere() {
    Slider* temperature = slider("Temperature");
    QTest::mouseClick(temperature, Qt::LeftButton, {}, QPoint(temperature->width() / 2, temperature->height() / 2));
    QVERIFY(std::abs(m_dock->settings().sampling.temperature - 1.0F) < 0.03F);
    // The steps of the slider, not those of the pixels.
    QCOMPARE(temperature->value() % 5, 0);
}

void TestSamplingDock::rightToLeftIsMirrored() {
    m_dock->setLayoutDirection(Qt::RightToLeft);
    Slider* temperature = slider("Temperature");
    QTest::mouseClick(temperature, Qt::LeftButton, {}, QPoint(2, temperature->height() / 2));
    QCOMPARE(m_dock->settings().sampling.temperature, 2.0F);
}

void TestSamplingDock::presetsSetTheirNumbersAndKeepTheRest() {
    GenerationSettings before;
    before.sampling.seed = 99;
    before.randomSeed = false;
    before.longestReply = 12;
    before.sampling.frequencyPenalty = 0.7F;
    for (const QString& name : kPresets) {
        const GenerationSettings after = preset(name, before);
        QCOMPARE(after.sampling.seed, uint64_t{99});
        QCOMPARE(after.randomSeed, false);
        QCOMPARE(after.longestReply, 12U);
        QCOMPARE(after.sampling.frequencyPenalty, 0.0F);
    }
    SamplingSettings defaults;
    defaults.seed = 99;
    QCOMPARE(preset(QStringLiteral("balanced"), before).sampling, defaults);
    const SamplingSettings neutral = preset(QStringLiteral("neutral"), before).sampling;
    QCOMPARE(neutral.temperature, 1.0F);
    QCOMPARE(neutral.topK, 0);
    QCOMPARE(neutral.topP, 1.0F);
    QCOMPARE(neutral.minP, 0.0F);
    QCOMPARE(neutral.repeatPenalty, 1.0F);
}

void TestSamplingDock::aPresetIsMarkedWhileItMatches() {
    auto* presets = m_dock->findChild<SegmentedControl*>();
    QCOMPARE(presets->current(), 1);
    const QList<QPushButton*> buttons = presets->findChildren<QPushButton*>();
    QTest::mouseClick(buttons[2], Qt::LeftButton);
    QCOMPARE(presets->current(), 2);
    QCOMPARE(m_changed->count(), 1);
    QCOMPARE(m_dock->settings(), preset(QStringLiteral("creative"), m_dock->settings()));
    QTest::keyClick(slider("Min-p"), Qt::Key_Right);
    QCOMPARE(presets->current(), -1);
    QTest::keyClick(slider("Min-p"), Qt::Key_Left);
    QCOMPARE(presets->current(), 2);
    QTest::keyClick(buttons[2], Qt::Key_Right);
    QCOMPARE(presets->current(), 3);
    QCOMPARE(m_dock->settings().sampling.topK, 0);
}

void TestSamplingDock::aSeedIsANumberOrRandom() {
    QLineEdit* field = seedField();
    QVERIFY(m_dock->settings().randomSeed);
    QTest::keyClicks(field, QStringLiteral("18446744073709551615"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!m_dock->settings().randomSeed);
    QCOMPARE(m_dock->settings().sampling.seed, uint64_t{18446744073709551615U});
    auto* die = m_dock->findChild<QToolButton*>();
    QTest::mouseClick(die, Qt::LeftButton);
    QVERIFY(m_dock->settings().randomSeed);
    QCOMPARE(field->text(), QString());
    QTest::mouseClick(die, Qt::LeftButton);
    QVERIFY(!m_dock->settings().randomSeed);
    QCOMPARE(field->text(), QString::number(m_dock->settings().sampling.seed));
}

void TestSamplingDock::aSeedBeyond64BitsIsNotTaken() {
    QTest::keyClicks(seedField(), QStringLiteral("18446744073709551616x-1"));
    QCOMPARE(seedField()->text(), QStringLiteral("18446744073709551611"));
}

void TestSamplingDock::noLimitIsZero() {
    NumberField* longest = field("Longest reply");
    longest->selectAll();
    QTest::keyClicks(longest, QStringLiteral("0"));
    QTest::keyClick(longest, Qt::Key_Return);
    QCOMPARE(m_dock->settings().longestReply, 0U);
    QCOMPARE(longest->text(), QStringLiteral("no limit"));
}

void TestSamplingDock::theScopeTellsWhatIsCut() {
    ScopeView scope(m_theme.get());
    scope.setRows({{.word = QStringLiteral("tells"), .chance = 0.49, .before = 0.41, .cutBy = {}, .drawn = true},
                   {.word = QStringLiteral("rare"), .chance = 0.004, .before = 0.003, .cutBy = {}, .drawn = false},
                   {.word = QStringLiteral("shows"),
                    .chance = 0,
                    .before = 0.01,
                    .cutBy = QStringLiteral("min-p"),
                    .drawn = false}});
    QCOMPARE(ScopeView::chanceText(scope.rows()[0]), QStringLiteral("49 %"));
    QCOMPARE(ScopeView::chanceText(scope.rows()[1]), QStringLiteral("0.4 %"));
    QCOMPARE(ScopeView::chanceText(scope.rows()[2]), QStringLiteral("cut by min-p"));
    QVERIFY(scope.accessibleDescription().contains(QLatin1StringView("tells: 49 %, drawn")));
    QVERIFY(scope.accessibleDescription().contains(QLatin1StringView("shows: cut by min-p")));
}

void TestSamplingDock::tabGoesFromTopToBottom() {
    m_dock->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_dock.get()));
    const auto nameAfterTab = [] {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        return QApplication::focusWidget()->accessibleName();
    };
    slider("Repeat penalty")->setFocus();
    QStringList names;
    for (int i = 0; i < 4; ++i) names.append(nameAfterTab());
    const QStringList wanted{field("Repeat penalty")->accessibleName(), QStringLiteral("A fresh seed for each reply"),
                             QStringLiteral("Seed"), QStringLiteral("Longest reply, in tokens")};
    QCOMPARE(names, wanted);
    for (int i = 0; i < 40 && QApplication::focusWidget() != slider("Temperature"); ++i) nameAfterTab();
    QCOMPARE(nameAfterTab(), field("Temperature")->accessibleName());
    QCOMPARE(nameAfterTab(), slider("Top-k")->accessibleName());
}

QTEST_MAIN(TestSamplingDock)
#include "test_sampling_dock.moc"
