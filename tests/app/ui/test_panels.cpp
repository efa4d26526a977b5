#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTest>
#include <QToolButton>

#include "ui/panels/banner.h"
#include "ui/panels/composer.h"
#include "ui/panels/drop_overlay.h"
#include "ui/panels/header_bar.h"
#include "ui/panels/model_list.h"
#include "ui/panels/sampling_dock.h"
#include "ui/panels/sidebar.h"
#include "ui/panels/start_page.h"
#include "ui/panels/status_line.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/meter.h"

using namespace monochord::app;

namespace {

QString visibleText(const QWidget& widget) {
    QStringList texts;
    for (const QLabel* label : widget.findChildren<QLabel*>())
        if (label->isVisible() && !label->text().isEmpty()) texts.append(label->text());
    return texts.join(u'\n');
}

QPushButton* button(const QWidget& widget, const char* name) {
    for (auto* candidate : widget.findChildren<QPushButton*>())
        if (candidate->isVisible() && candidate->accessibleName() == QLatin1StringView(name)) return candidate;
    return nullptr;
}

ModelCard card() {
    return {.path = QStringLiteral("/models/big.gguf"),
            .name = QStringLiteral("Big 7B"),
            .architecture = QStringLiteral("llama"),
            .quantization = QStringLiteral("Q4_K"),
            .parameters = 7'240'000'000,
            .fileBytes = 4'100'000'000,
            .context = 8192,
            .memoryBytes = 5'100'000'000,
            .freeBytes = 3'200'000'000};
}

LoadedModel loaded() {
    return {.path = QStringLiteral("/models/small.gguf"),
            .name = QStringLiteral("Small 135M"),
            .architecture = QStringLiteral("llama"),
            .quantization = QStringLiteral("Q4_1"),
            .memoryBytes = 118'000'000,
            .contextLength = 8192,
            .threads = 2,
            .isa = QStringLiteral("avx2")};
}

}  // namespace

class TestPanels final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void theOverlaySaysWhatItIsAndThatItDoesNotFit();
    void theOverlaySaysThatItFits();
    void theOverlayKeepsMarkupAsText();
    void aRefusalStaysUntilEscape();
    void aClickHidesTheOverlay();
    void theOverlayCoversItsParent();
    void theHeaderShowsModelAndLoading();
    void theStatusLineSaysTheFacts();
    void promptProgressTakesThePlaceOfTheFacts();
    void theStartPageOffersWhatIsThere();
    void theStartPageShowsLoadingAndProblems();
    void aBannerActsOnceAndGoes();
    void anEmptyActionIsNotShown();
    void aMeterHasNoMoreThanAll();
    void everyControlHasAName();
    void everyPanelFitsASmallWindow();
    void aThemeSwitchRepaints();

private:
    Theme m_theme;
};

void TestPanels::initTestCase() {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TestPanels::theOverlaySaysWhatItIsAndThatItDoesNotFit() {
    QWidget window;
    window.resize(900, 600);
    DropOverlay overlay(&m_theme, &window);
    window.show();
    QVERIFY(!overlay.isVisible());
    overlay.showReading(QStringLiteral("big.gguf"));
    QVERIFY(visibleText(overlay).contains(QLatin1StringView("big.gguf")));
    overlay.showCard(card());
    const QString text = visibleText(overlay);
    for (const char* part : {"Big 7B", "llama · Q4_K · 7.2 B parameters · 4.1 GB", "5.1 GB of memory with 8,192 tokens",
                             "Needs 5.1 GB, 3.2 GB are free", "Drop to load"})
        QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(text));
    QVERIFY(!text.contains(QLatin1StringView("big.gguf")));
}

void TestPanels::theOverlaySaysThatItFits() {
    QWidget window;
    DropOverlay overlay(&m_theme, &window);
    window.show();
    ModelCard fitting = card();
    fitting.freeBytes = 8'000'000'000;
    overlay.showCard(fitting);
    QVERIFY(visibleText(overlay).contains(QLatin1StringView("Fits in memory")));
    fitting.memoryBytes.reset();
    overlay.showCard(fitting);
    QVERIFY(!visibleText(overlay).contains(QLatin1StringView("memory")));
}

void TestPanels::theOverlayKeepsMarkupAsText() {
    QWidget window;
    DropOverlay overlay(&m_theme, &window);
    ModelCard hostile = card();
    hostile.name = QStringLiteral("<img src='file:///etc/passwd'><h1>x</h1>");
    overlay.showCard(hostile);
    for (const QLabel* label : overlay.findChildren<QLabel*>()) QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestPanels::aRefusalStaysUntilEscape() {
    QWidget window;
    window.resize(900, 600);
    DropOverlay overlay(&m_theme, &window);
    window.show();
    overlay.showRefusal(QStringLiteral("notes.txt is no model."));
    overlay.linger();
    QVERIFY(visibleText(overlay) == QLatin1StringView("notes.txt is no model."));
    QTest::keyClick(&window, Qt::Key_A);
    QVERIFY(overlay.isVisible());
    QTest::keyClick(&window, Qt::Key_Escape);
    QVERIFY(!overlay.isVisible());
}

void TestPanels::aClickHidesTheOverlay() {
    QWidget window;
    DropOverlay overlay(&m_theme, &window);
    window.show();
    overlay.showRefusal(QStringLiteral("No."));
    QTest::mouseClick(&overlay, Qt::LeftButton, {}, QPoint(3, 3));
    QVERIFY(!overlay.isVisible());
}

void TestPanels::theOverlayCoversItsParent() {
    QWidget window;
    window.resize(900, 600);
    DropOverlay overlay(&m_theme, &window);
    window.show();
    overlay.showCard(card());
    window.resize(1000, 700);
    QCOMPARE(overlay.geometry(), window.rect());
}

void TestPanels::theHeaderShowsModelAndLoading() {
    QAction sidebar(QStringLiteral("Chats")), dock(QStringLiteral("Sampling"));
    HeaderBar header(&m_theme, {&sidebar, &dock});
    header.show();
    auto* chip = header.findChild<Chip*>();
    QVERIFY(chip->accessibleName().startsWith(QLatin1StringView("No model")));
    header.setModel(loaded());
    QVERIFY(chip->accessibleName().contains(QLatin1StringView("Small 135M, Q4_1, 118 MB")));
    QSignalSpy clicked(&header, &HeaderBar::chipClicked), cancelled(&header, &HeaderBar::cancelLoadClicked);
    QTest::mouseClick(chip, Qt::LeftButton);
    QCOMPARE(clicked.count(), 1);
    header.setLoading(QStringLiteral("big.gguf"), 30, 120);
    QVERIFY(!chip->isVisible());
    QVERIFY(visibleText(header).contains(QLatin1StringView("big.gguf\n25 %")));
    QTest::mouseClick(button(header, "Cancel loading"), Qt::LeftButton);
    QCOMPARE(cancelled.count(), 1);
    header.setNotLoading();
    QVERIFY(chip->isVisible());
}

void TestPanels::theStatusLineSaysTheFacts() {
    StatusLine line(&m_theme);
    line.resize(1360, 26);
    line.show();
    QCOMPARE(visibleText(line), QStringLiteral("local, no network"));
    line.setModel(loaded());
    ReplyRecord record;
    record.promptTokens = 3112;
    record.reusedTokens = 3080;
    record.replyTokens = 143;
    record.promptSeconds = 0.123;
    record.generationSeconds = 1;
    line.setRecord(record);
    const QString text = visibleText(line);
    for (const char* part : {"142 tokens/s", "first token 0.12 s", "prompt 3,080 reused + 32", "2 thread", "118 MB"})
        QVERIFY2(text.contains(QLatin1StringView(part)), qPrintable(text));
    line.setSpeed(4.23);
    QVERIFY(visibleText(line).contains(QLatin1StringView("4.2 tokens/s")));
}

void TestPanels::promptProgressTakesThePlaceOfTheFacts() {
    StatusLine line(&m_theme);
    line.resize(1360, 26);
    line.show();
    line.setModel(loaded());
    line.setPromptProgress(512, 3112);
    QVERIFY(visibleText(line).contains(QLatin1StringView("512 of 3,112")));
    QVERIFY(!visibleText(line).contains(QLatin1StringView("thread")));
    line.setPromptProgress(0, 0);
    QVERIFY(!visibleText(line).contains(QLatin1StringView("512")));
    QVERIFY(visibleText(line).contains(QLatin1StringView("thread")));
}

void TestPanels::theStartPageOffersWhatIsThere() {
    StartPage page(&m_theme);
    page.resize(800, 700);
    page.show();
    QVERIFY(visibleText(page).contains(QLatin1StringView("fetch-model.sh")));
    QVERIFY(!button(page, "Start with the starter model"));
    QSignalSpy open(&page, &StartPage::openRequested), chosen(&page, &StartPage::modelChosen);
    QTest::mouseClick(button(page, "Open a model file"), Qt::LeftButton);
    QCOMPARE(open.count(), 1);
    page.setStarterModel(QStringLiteral("/models/starter.gguf"));
    QVERIFY(!visibleText(page).contains(QLatin1StringView("fetch-model.sh")));
    QTest::mouseClick(button(page, "Start with the starter model"), Qt::LeftButton);
    QCOMPARE(chosen[0][0].toString(), QStringLiteral("/models/starter.gguf"));
    ModelCard starter = card();
    starter.path = QStringLiteral("/models/starter.gguf");
    page.setFoundModels({starter, card()});
    auto* list = page.findChild<ModelList*>();
    QCOMPARE(list->model()->rowCount(), 1);
    list->setCurrentIndex(list->model()->index(0, 0));
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(chosen[1][0].toString(), QStringLiteral("/models/big.gguf"));
}

void TestPanels::theStartPageShowsLoadingAndProblems() {
    StartPage page(&m_theme);
    page.resize(800, 700);
    page.show();
    page.setLoading(QStringLiteral("big.gguf"), 1, 4);
    QVERIFY(visibleText(page).contains(QLatin1StringView("25 %")));
    QVERIFY(!button(page, "Open a model file"));
    QSignalSpy cancelled(&page, &StartPage::cancelLoadClicked);
    QTest::mouseClick(button(page, "Cancel loading"), Qt::LeftButton);
    QCOMPARE(cancelled.count(), 1);
    page.setNotLoading();
    QVERIFY(button(page, "Open a model file"));
    page.setProblem(QStringLiteral("big.gguf is damaged."));
    QVERIFY(visibleText(page).contains(QLatin1StringView("big.gguf is damaged.")));
    page.setProblem({});
    QVERIFY(!visibleText(page).contains(QLatin1StringView("damaged")));
}

void TestPanels::aBannerActsOnceAndGoes() {
    QWidget window;
    window.resize(600, 400);
    Banner toast(&m_theme, Banner::Kind::Toast, &window);
    window.show();
    QVERIFY(!toast.isVisible());
    QSignalSpy acted(&toast, &Banner::actionTriggered);
    toast.show(QStringLiteral("Chat deleted"), QStringLiteral("Undo"));
    QVERIFY(toast.isVisible());
    QCOMPARE(toast.sentence(), QStringLiteral("Chat deleted"));
    QVERIFY(window.rect().contains(toast.geometry()));
    QTest::mouseClick(button(toast, "Undo"), Qt::LeftButton);
    QCOMPARE(acted.count(), 1);
    QVERIFY(!toast.isVisible());
}

void TestPanels::anEmptyActionIsNotShown() {
    Banner banner(&m_theme, Banner::Kind::Error);
    banner.show(QStringLiteral("The disk is full."));
    QVERIFY(!banner.findChild<QPushButton*>()->isVisible());
    QTest::mouseClick(banner.findChild<QToolButton*>(), Qt::LeftButton);
    QVERIFY(!banner.isVisible());
}

void TestPanels::aMeterHasNoMoreThanAll() {
    Meter meter(&m_theme, QStringLiteral("Context"));
    meter.setShare(0.25);
    QCOMPARE(meter.share(), 0.25);
    meter.setShare(7);
    QCOMPARE(meter.share(), 1.0);
    meter.setShare(-1);
    QCOMPARE(meter.share(), 0.0);
}

void TestPanels::everyControlHasAName() {
    QAction toggleSidebar(QStringLiteral("Chats")), toggleDock(QStringLiteral("Sampling"));
    QWidget window;
    QStandardItemModel chats;
    auto* sidebar = new Sidebar(&m_theme, &window);
    sidebar->setModel(&chats);
    new HeaderBar(&m_theme, {&toggleSidebar, &toggleDock}, &window);
    new Composer(&m_theme, &window);
    new SamplingDock(&m_theme, &window);
    new StatusLine(&m_theme, &window);
    auto* start = new StartPage(&m_theme, &window);
    start->setProblem(QStringLiteral("x"), QStringLiteral("Again"));
    auto* banner = new Banner(&m_theme, Banner::Kind::Error, &window);
    banner->show(QStringLiteral("x"), QStringLiteral("Again"));
    int controls = 0;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy() != nullptr) continue;
        // Qt's own parts of a field take their name from it.
        if (widget->objectName().startsWith(QLatin1StringView("qt_"))) continue;
        ++controls;
        QVERIFY2(!widget->accessibleName().isEmpty(),
                 qPrintable(QStringLiteral("%1 in %2")
                                .arg(QLatin1StringView(widget->metaObject()->className()),
                                     QLatin1StringView(widget->parentWidget()->metaObject()->className()))));
    }
    QVERIFY(controls > 20);
}

void TestPanels::everyPanelFitsASmallWindow() {
    QAction toggleSidebar(QStringLiteral("Chats")), toggleDock(QStringLiteral("Sampling"));
    HeaderBar header(&m_theme, {&toggleSidebar, &toggleDock});
    header.setModel(loaded());
    header.setTitle(QStringLiteral("A title that is much longer than the place for it in a small window").repeated(5));
    Composer composer(&m_theme);
    composer.setContext(3112, 8192);
    SamplingDock dock(&m_theme);
    Sidebar sidebar(&m_theme);
    StatusLine status(&m_theme);
    StartPage page(&m_theme);
    QVERIFY2(header.minimumSizeHint().width() <= 300, qPrintable(QString::number(header.minimumSizeHint().width())));
    QVERIFY2(composer.minimumSizeHint().width() <= 300,
             qPrintable(QString::number(composer.minimumSizeHint().width())));
    QVERIFY2(dock.minimumSizeHint().width() <= 248, qPrintable(QString::number(dock.minimumSizeHint().width())));
    QVERIFY(dock.minimumSizeHint().height() <= 300);
    QVERIFY(sidebar.minimumSizeHint().width() <= 196);
    QVERIFY(status.minimumSizeHint().width() <= 700);
    QVERIFY2(page.minimumSizeHint().width() <= 400, qPrintable(QString::number(page.minimumSizeHint().width())));
    QVERIFY2(page.minimumSizeHint().height() <= 440, qPrintable(QString::number(page.minimumSizeHint().height())));
}

void TestPanels::aThemeSwitchRepaints() {
    StatusLine line(&m_theme);
    line.resize(400, 26);
    m_theme.setChoice(ThemeChoice::Light);
    QCOMPARE(line.grab().toImage().pixelColor(3, 20), Colors::light().sidebar);
    m_theme.setChoice(ThemeChoice::Dark);
    QCOMPARE(line.grab().toImage().pixelColor(3, 20), Colors::darkColors().sidebar);
    const QColor text = line.findChild<QLabel*>()->palette().color(QPalette::WindowText);
    QVERIFY(text.lightness() > 100);
}

QTEST_MAIN(TestPanels)
#include "test_panels.moc"
