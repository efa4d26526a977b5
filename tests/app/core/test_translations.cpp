#include "core/translations.h"

#include <QAction>
#include <QDirIterator>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

#include "core/error_text.h"
#include "storage/store_writer.h"
#include "support/window.h"
#include "ui/panels/help_dialog.h"
#include "ui/panels/help_page.h"
#include "ui/panels/sampling_dock.h"
#include "ui/panels/sidebar.h"
#include "ui/panels/status_line.h"
#include "ui/panels/template_dialog.h"
#include "ui/view/chat_view.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

struct Text {
    QString context, source, comment;
    QStringList translations;  // one; of a text with a number one a plural form
    bool counts = false;
    bool finished = true;
};

/// As lupdate and translators left it.
QList<Text> textsOf(const QString& language) {
    QFile file(QStringLiteral(MONOCHORD_SOURCES "/translations/monochord_%1.ts").arg(language));
    if (!file.open(QIODevice::ReadOnly)) qWarning("no file of %s", qPrintable(language));
    QList<Text> texts;
    QString context;
    for (QXmlStreamReader xml(&file); !xml.atEnd();) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        if (xml.name() == u"name") context = xml.readElementText();
        if (xml.name() == u"message") {
            Text text;
            text.context = context;
            text.counts = xml.attributes().hasAttribute(QStringLiteral("numerus"));
            texts.append(text);
        }
        if (xml.name() == u"source") texts.last().source = xml.readElementText();
        if (xml.name() == u"comment") texts.last().comment = xml.readElementText();
        if (xml.name() == u"translation") {
            texts.last().finished = !xml.attributes().hasAttribute(QStringLiteral("type"));
            if (!texts.last().counts) texts.last().translations.append(xml.readElementText());
        }
        if (xml.name() == u"numerusform") texts.last().translations.append(xml.readElementText());
    }
    return texts;
}

QSet<QString> placeholders(const QString& text) {
    static const QRegularExpression placeholder(QStringLiteral("%L?(\\d{1,2}|n)"));
    QSet<QString> found;
    for (const auto& match : placeholder.globalMatch(text)) found.insert(match.captured());
    return found;
}

/// Spaces at both ends: some texts are put behind others.
QString edges(const QString& text) {
    const qsizetype begin = text.indexOf(text.trimmed());
    return text.left(begin) + u'|' + text.mid(begin + text.trimmed().size());
}

/// What the sources hand to tr() and translate(). lupdate is stricter, and silent about what it does not understand.
QSet<QString> textsInSources() {
    static const QRegularExpression call(
        QStringLiteral("\\b(?:tr\\(|translate\\(\\s*\"\\w+\",)\\s*((?:\"[^\"]*\"\\s*)+)"));
    static const QRegularExpression seam(QStringLiteral("\"\\s*\""));
    QSet<QString> texts;
    QDirIterator files(QStringLiteral(MONOCHORD_SOURCES "/app"), {QStringLiteral("*.cpp"), QStringLiteral("*.h")},
                       QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.fileName().contains(u"/cli/") || !file.open(QIODevice::ReadOnly)) continue;
        for (const auto& match : call.globalMatch(QString::fromUtf8(file.readAll())))
            texts.insert(match.captured(1).trimmed().remove(seam).chopped(1).sliced(1));
    }
    return texts;
}

/// What one can read or hear of the window, also of what is not visible now.
QStringList textsOf(const QWidget& window) {
    QStringList texts;
    for (const QObject* part : window.findChildren<QObject*>())
        for (const char* name :
             {"text", "placeholderText", "toolTip", "accessibleName", "accessibleDescription", "windowTitle"})
            texts.append(part->property(name).toString());
    return texts;
}

}  // namespace

class TestTranslations : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void everyTextOfTheSourcesIsInTheFile();
    void everyTextIsTranslated_data() { languages(); }
    void everyTextIsTranslated();
    void placeholdersAndOuterSpacesStay_data() { languages(); }
    void placeholdersAndOuterSpacesStay();
    void theProgramHoldsTheTranslation_data() { languages(); }
    void theProgramHoldsTheTranslation();
    void contextsAreThoseOfTheClasses();
    void theWindowSpeaksGerman();
    void nothingInTheWindowStaysEnglish();
    void germanSentencesOfFailuresAreWhole();
    void oneThreadIsNotSeveral();
    void unknownLanguagesAreEnglish();

private:
    static void languages();
    void speak(const QLocale& locale);

    std::unique_ptr<QObject> m_translators;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestTranslations::languages() {
    QTest::addColumn<QString>("language");
    QTest::newRow("German") << QStringLiteral("de");
    QTest::newRow("English") << QStringLiteral("en");
}

void TestTranslations::speak(const QLocale& locale) {
    QLocale::setDefault(locale);
    m_translators = std::make_unique<QObject>();
    installTranslations(locale, m_translators.get());
}

void TestTranslations::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    // No model of this computer is looked for.
    useAsHome(m_folder->path());
}

void TestTranslations::cleanup() {
    m_translators.reset();
    m_folder.reset();
}

void TestTranslations::everyTextOfTheSourcesIsInTheFile() {
    QSet<QString> known;
    for (const Text& text : textsOf(QStringLiteral("de"))) known.insert(text.source);
    const QSet<QString> used = textsInSources();
    QVERIFY(used.size() > 100);
    for (const QString& text : used)
        QVERIFY2(known.contains(text), qPrintable(text + " is not in the file: build update_translations"));
}

void TestTranslations::everyTextIsTranslated() {
    QFETCH(QString, language);
    const QList<Text> texts = textsOf(language);
    QVERIFY(!texts.isEmpty());
    for (const Text& text : texts) {
        QVERIFY2(text.finished, qPrintable(text.source));
        QCOMPARE(text.translations.size(), text.counts ? 2 : 1);
        for (const QString& translation : text.translations)
            QVERIFY2(!translation.trimmed().isEmpty(), qPrintable(text.source));
    }
}

void TestTranslations::placeholdersAndOuterSpacesStay() {
    QFETCH(QString, language);
    for (const Text& text : textsOf(language))
        for (const QString& translation : text.translations) {
            QVERIFY2(placeholders(translation) == placeholders(text.source), qPrintable(translation));
            QVERIFY2(edges(translation) == edges(text.source), qPrintable(translation));
        }
}

void TestTranslations::theProgramHoldsTheTranslation() {
    QFETCH(QString, language);
    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(":/i18n/monochord_%1.qm").arg(language)));
    for (const Text& text : textsOf(language)) {
        const QByteArray context = text.context.toUtf8(), source = text.source.toUtf8(),
                         comment = text.comment.toUtf8();
        for (qsizetype form = 0; form < text.translations.size(); ++form) {
            const int count = text.counts ? static_cast<int>(form) + 1 : -1;
            QCOMPARE(translator.translate(context, source, comment, count), text.translations[form]);
        }
    }
}

// A class finds its texts under its name with the namespace; lupdate must have come to the same one.
void TestTranslations::contextsAreThoseOfTheClasses() {
    ApplicationUnderTest app(m_folder->path());
    ChatView* view = app.part<ChatView>();
    view->setMessages({{.id = 1, .role = Role::Assistant, .text = QStringLiteral("Hello"), .note = {}}});
    QCoreApplication::processEvents();  // the buttons beneath it come with the layout
    // The last six are no children of the window. Structs without moc name their context themselves.
    QSet<QString> names{QStringLiteral("ErrorText"),    QStringLiteral("Format"), QStringLiteral("CutName"),
                        QStringLiteral("DatabaseText"), QStringLiteral("main"),   QStringLiteral("Captions"),
                        QStringLiteral("ChatGpt"),      QStringLiteral("Import")};
    for (const QMetaObject* meta :
         {app.window.metaObject(), app.chats.metaObject(), app.chats.chats()->metaObject(),
          &StoreWriter::staticMetaObject, &TemplateDialog::staticMetaObject, &HelpDialog::staticMetaObject,
          &HelpPage::staticMetaObject})
        names.insert(QLatin1StringView(meta->className()));
    for (const QObject* part : app.window.findChildren<QObject*>())
        names.insert(QLatin1StringView(part->metaObject()->className()));
    for (const Text& text : textsOf(QStringLiteral("de")))
        QVERIFY2(names.contains(text.context), qPrintable(text.context + ": " + text.source));
}

void TestTranslations::theWindowSpeaksGerman() {
    speak(QLocale(QLocale::German, QLocale::Germany));
    ApplicationUnderTest app(m_folder->path());
    const auto buttons = app.part<Sidebar>()->findChildren<QPushButton*>();
    QCOMPARE(buttons.size(), 1);
    QCOMPARE(buttons.first()->text(), QStringLiteral("Neuer Chat"));
    const QString dock = visibleText(app.part<SamplingDock>());
    for (const char* label : {"Temperatur", "Wiederholungsstrafe", "Startwert", "Höchstlänge", "Nächstes Wort"})
        QVERIFY2(dock.contains(QString::fromUtf8(label)), qPrintable(dock));
    QVERIFY(visibleText(app.part<StatusLine>()).contains(QStringLiteral("lokal, ohne Netz")));
}

void TestTranslations::nothingInTheWindowStaysEnglish() {
    speak(QLocale(QLocale::German, QLocale::Germany));
    ApplicationUnderTest app(m_folder->path());
    app.part<ChatView>()->setMessages({{.id = 1, .role = Role::Assistant, .text = QStringLiteral("x"), .note = {}}});
    QCoreApplication::processEvents();
    QSet<QString> english, german;
    for (const Text& text : textsOf(QStringLiteral("de"))) {
        english.insert(text.source);
        german.insert(text.translations.first());
    }
    for (const QString& text : textsOf(app.window))
        QVERIFY2(!english.contains(text) || german.contains(text), qPrintable(text));
}

void TestTranslations::germanSentencesOfFailuresAreWhole() {
    speak(QLocale(QLocale::German, QLocale::Germany));
    for (const Task task :
         {Task::OpenModel, Task::InspectFile, Task::Send, Task::Reply, Task::Export, Task::Import, Task::Store})
        for (int code = 0; code <= static_cast<int>(ErrorCode::Cancelled); ++code) {
            const Failure failure{task, static_cast<ErrorCode>(code), QStringLiteral("why"), QStringLiteral("what")};
            const QString text = sentence(failure);
            QVERIFY2(text.endsWith(u'.') && !text.contains(u'%') && !text.contains(u" the "), qPrintable(text));
        }
}

void TestTranslations::oneThreadIsNotSeveral() {
    speak(QLocale(QLocale::English, QLocale::UnitedKingdom));
    QCOMPARE(StatusLine::tr("%n threads", nullptr, 1), QStringLiteral("1 thread"));
    QCOMPARE(StatusLine::tr("%n threads", nullptr, 4), QStringLiteral("4 threads"));
    QCOMPARE(ChatView::tr("The longest reply (%Ln tokens) is reached", nullptr, 2000),
             QStringLiteral("The longest reply (2,000 tokens) is reached"));
    speak(QLocale(QLocale::German, QLocale::Germany));
    QCOMPARE(StatusLine::tr("%n threads", nullptr, 1), QStringLiteral("1\u00a0Thread"));
    QCOMPARE(StatusLine::tr("%n threads", nullptr, 4), QStringLiteral("4\u00a0Threads"));
}

void TestTranslations::unknownLanguagesAreEnglish() {
    for (const QLocale& locale : {QLocale::c(), QLocale(QLocale::Swahili, QLocale::Kenya)}) {
        speak(locale);
        QCOMPARE(Sidebar::tr("New chat"), QStringLiteral("New chat"));
        QCOMPARE(StatusLine::tr("%n threads", nullptr, 1), QStringLiteral("1 thread"));
    }
}

QTEST_MAIN(TestTranslations)
#include "test_translations.moc"
