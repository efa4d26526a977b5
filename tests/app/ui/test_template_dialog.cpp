#include "ui/panels/template_dialog.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "support/cli.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"
#include "support/window.h"
#include "ui/model_presenter.h"
#include "ui/panels/banner.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

std::string modelWith(const char* chatTemplate) {
    GgufBuilder file = TinyModel().build();
    file.text("tokenizer.chat_template", chatTemplate);
    return file.build();
}

/// The dialog over the window and its parts.
struct Dialog {
    explicit Dialog(ApplicationUnderTest& app) : dialog(app.window.findChild<TemplateDialog*>()) {
        for (auto* field : dialog->findChildren<QPlainTextEdit*>()) (field->isReadOnly() ? sample : source) = field;
    }
    QPushButton* button(const char* text) {
        for (auto* candidate : dialog->findChildren<QPushButton*>())
            if (candidate->text() == QString::fromUtf8(text)) return candidate;
        return nullptr;
    }
    TemplateDialog* dialog;
    QPlainTextEdit *source = nullptr, *sample = nullptr;
};

}  // namespace

class TestTemplateDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBrokenTemplateIsMendedAndGivenBack();
    void theSampleFollowsTheText();
};

void TestTemplateDialog::aBrokenTemplateIsMendedAndGivenBack() {
    const TemporaryFile model(modelWith("{{ bos_token }}\n{% if %}"));
    const QTemporaryDir folder;
    ApplicationUnderTest app(folder.path());
    QVERIFY(app.load(toQt(model.path())));
    QTRY_VERIFY(visibleText(&app.window).contains(QStringLiteral("line 2")));
    QTest::mouseClick(qobject_cast<QPushButton*>(app.named(QStringLiteral("Chat template…"))), Qt::LeftButton);
    Dialog open(app);
    QCOMPARE(open.source->toPlainText(), QStringLiteral("{{ bos_token }}\n{% if %}"));
    QVERIFY(!open.button("Use this template")->isEnabled());
    QVERIFY(!open.button("Use the model’s own")->isVisible());

    QSignalSpy loaded(&app.engine, &Engine::loaded);
    open.source->setPlainText(QStringLiteral("{{ messages[-1].content }}"));
    open.button("Use this template")->click();
    QVERIFY(loaded.wait(kPatience));
    const QString path = app.engine.model()->path;
    QCOMPARE(app.settings.chatTemplate(path), QStringLiteral("{{ messages[-1].content }}"));
    QVERIFY(app.engine.model()->templateError.isEmpty());
    QVERIFY(!app.engine.model()->hasOwnTemplate);
    QVERIFY(!visibleText(&app.window).contains(QStringLiteral("line 2")));
    QSignalSpy finished(&app.engine, &Engine::finished);
    app.say(QStringLiteral("Hi"));
    QVERIFY(finished.wait(kPatience));

    QTRY_VERIFY(app.window.findChild<TemplateDialog*>() == nullptr);
    app.window.findChild<ModelPresenter*>()->showTemplate();
    Dialog(app).button("Use the model’s own")->click();
    QVERIFY(loaded.wait(kPatience));
    QVERIFY(app.settings.chatTemplate(path).isEmpty());
    QVERIFY(app.engine.model()->templateError.startsWith(QStringLiteral("line 2")));
}

void TestTemplateDialog::theSampleFollowsTheText() {
    const TemporaryFile model(modelWith("{% for m in messages %}[{{ m.role }}] {{ m.content }} {% endfor %}"));
    const QTemporaryDir folder;
    ApplicationUnderTest app(folder.path());
    QVERIFY(app.load(toQt(model.path())));
    app.window.findChild<ModelPresenter*>()->showTemplate();
    Dialog open(app);
    QTRY_VERIFY(open.sample->toPlainText().startsWith(QStringLiteral("[user] Hello! [assistant] ")));
    open.source->setPlainText(QStringLiteral("a\n{{ raise_exception('not like that') }}"));
    QTRY_VERIFY(visibleText(open.dialog).contains(QStringLiteral("line 2: not like that")));
    QVERIFY(open.sample->toPlainText().isEmpty());
    QVERIFY(open.button("Use this template")->isEnabled());
    open.source->setPlainText(QStringLiteral("{{ bos_token }}{{ messages|length }}"));
    QTRY_COMPARE(open.sample->toPlainText(), QStringLiteral("<s>3"));
    QVERIFY(!visibleText(open.dialog).contains(QStringLiteral("line 2")));
    open.button("Cancel")->click();
    QVERIFY(app.settings.chatTemplate(app.engine.model()->path).isEmpty());
}

QTEST_MAIN(TestTemplateDialog)
#include "test_template_dialog.moc"
