#include "support/window.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QUrl>

#include "ui/panels/composer.h"

namespace monochord::test {

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

}  // namespace

void useAsHome(const QString& folder) {
    for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"}) qputenv(name, folder.toUtf8());
}

ApplicationUnderTest::ApplicationUnderTest(const QString& folder)
    : settings(folder + QStringLiteral("/monochord.ini")),
      engine(folder + QStringLiteral("/states")),
      store(folder + QStringLiteral("/chats.sqlite")),
      chats(&engine, &store),
      window({&settings, &theme, &engine, &store, &chats}) {
    window.show();
    chats.start(settings.currentChat());
}

QWidget* ApplicationUnderTest::named(const QString& accessibleName) {
    for (QWidget* widget : window.findChildren<QWidget*>())
        if (widget->accessibleName() == accessibleName && widget->isVisible()) return widget;
    qWarning("nothing visible is called %s", qPrintable(accessibleName));
    return nullptr;
}

QAction* ApplicationUnderTest::action(const QString& text) {
    for (QAction* action : window.actions())
        if (action->text() == text) return action;
    return nullptr;
}

void ApplicationUnderTest::dragOver(const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(window.rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
}

void ApplicationUnderTest::drop(const QString& path) {
    dragOver(path);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDropEvent drop(window.rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &drop);
}

void ApplicationUnderTest::say(const QString& text) {
    auto* field = part<app::Composer>()->findChild<QPlainTextEdit*>(QStringLiteral("message"));
    field->setFocus();
    field->setPlainText(text);
    QTest::keyClick(field, Qt::Key_Return);
}

QString ApplicationUnderTest::draft() {
    return part<app::Composer>()->text();
}

bool ApplicationUnderTest::load(const QString& path) {
    QSignalSpy loaded(&engine, &app::Engine::loaded);
    drop(path);
    return loaded.wait(kPatience);
}

app::MessageRow ApplicationUnderTest::last() {
    const QList<qint64> path = chats.conversation().path();
    return path.isEmpty() ? app::MessageRow() : *chats.conversation().message(path.last());
}

QString visibleText(const QWidget* widget) {
    QStringList texts;
    for (const QLabel* label : widget->findChildren<QLabel*>())
        if (label->isVisible() && !label->text().isEmpty()) texts.append(label->text());
    return texts.join(QLatin1Char('\n'));
}

}  // namespace monochord::test
