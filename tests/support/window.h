#pragma once

#include <QAction>
#include <QLabel>
#include <QTest>
#include <QWidget>

#include "chat/chat_controller.h"
#include "core/settings.h"
#include "inference/engine.h"
#include "storage/chat_store.h"
#include "ui/main_window.h"
#include "ui/theme.h"

namespace monochord::test {

/// The person's own places (home, data, cache) are in this folder from now on.
void useAsHome(const QString& folder);

/// The whole application on a folder of its own, as main.cpp builds it. Destroying it is closing the window.
struct ApplicationUnderTest {
    explicit ApplicationUnderTest(const QString& folder);

    app::Settings settings;
    app::Engine engine;
    app::ChatStore store;
    app::ChatController chats;
    app::Theme theme;
    app::MainWindow window;

    /// The one widget of that class.
    template <class T>
    T* part() {
        return window.findChild<T*>();
    }
    /// What a screen reader calls it; visible ones only. Null, with a warning, where there is none.
    QWidget* named(const QString& accessibleName);
    /// Drags the file over the window and lets it go there.
    void drop(const QString& path);
    void dragOver(const QString& path);
    /// Types into the composer and presses Enter.
    void say(const QString& text);
    /// The text of the composer's field.
    QString draft();
    /// Drops the model and waits until it answers.
    bool load(const QString& path);
    /// The window's command with this text, or null.
    QAction* action(const QString& text);
    /// The last message of the shown branch.
    app::MessageRow last();
};

/// All texts of visible labels in a widget, a line each.
QString visibleText(const QWidget* widget);

}  // namespace monochord::test
