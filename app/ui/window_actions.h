#pragma once

#include <QObject>

#include "core/settings.h"
#include "ui/theme.h"

class QAction;
class QMenu;
class QWidget;

namespace monochord::app {

/// The window's commands with their keys, each one an action of the window so that the keys work wherever the focus is.
/// Appearance (theme, size of the text) is applied and remembered here.
class WindowActions final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WindowActions)
public:
    WindowActions(QWidget* window, Theme* theme, Settings* settings);

    QAction* newChat;       ///< Ctrl+N
    QAction* newFolder;     ///< Ctrl+Shift+N
    QAction* pin;           ///< Ctrl+Shift+P: the chat that is shown, or not any more
    QAction* open;          ///< Ctrl+O
    QAction* models;        ///< Ctrl+M: the library
    QAction* chatTemplate;  ///< of the loaded model
    QAction* find;          ///< Ctrl+F
    QAction* findNext;      ///< F3
    QAction* findPrevious;  ///< Shift+F3
    QAction* exportChat;    ///< Ctrl+E: the chat that is shown
    QAction* exportAll;     ///< all chats
    QAction* importChats;
    QAction* toggleSidebar;    ///< Ctrl+B, checkable
    QAction* toggleInspector;  ///< Ctrl+Shift+I, checkable
    QAction* toggleDock;       ///< Ctrl+Shift+S, checkable
    QAction* stop;             ///< Esc
    QAction* undo;             ///< Ctrl+Z: what was done with chats
    QAction* redo;             ///< Ctrl+Shift+Z
    QAction* aboutModels;      ///< the help on models
    QAction* menu;             ///< the menu of what has no place in the window: appearance, notices, help
    QAction* quit;             ///< Ctrl+Q

private:
    QAction* add(QWidget* window, const QString& text, const QList<QKeySequence>& keys);
    void addThemes(QMenu* content);
    void addFontSteps(QWidget* window, QMenu* content);
    void addReplyNotice(QMenu* content);
    void addHelp(QWidget* window, QMenu* content);
    void changeFontStep(int step);

    Theme* m_theme;
    Settings* m_settings;
};

}  // namespace monochord::app
