#include "ui/window_actions.h"

#include <QActionGroup>
#include <QMenu>

#include "ui/panels/help_dialog.h"
#include "ui/panels/help_page.h"
#include "ui/widgets/icons.h"

namespace monochord::app {

WindowActions::WindowActions(QWidget* window, Theme* theme, Settings* settings)
    : QObject(window), m_theme(theme), m_settings(settings) {
    newChat = add(window, tr("New chat"), {QKeySequence::New});
    newFolder = add(window, tr("New folder"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)});
    pin = add(window, tr("Pin or unpin the chat"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P)});
    open = add(window, tr("Open a model…"), {QKeySequence::Open});
    models = add(window, tr("Models"), {QKeySequence(Qt::CTRL | Qt::Key_M)});
    chatTemplate = add(window, tr("Chat template…"), {});
    find = add(window, tr("Find in chat…"), {QKeySequence::Find});
    findNext = add(window, tr("Find next"), {QKeySequence(Qt::Key_F3)});
    findPrevious = add(window, tr("Find previous"), {QKeySequence(Qt::SHIFT | Qt::Key_F3)});
    exportChat = add(window, tr("Export this chat…"), {QKeySequence(Qt::CTRL | Qt::Key_E)});
    exportAll = add(window, tr("Export all chats…"), {});
    importChats = add(window, tr("Import chats…"), {});
    toggleSidebar = add(window, tr("Chats"), {QKeySequence(Qt::CTRL | Qt::Key_B)});
    toggleSidebar->setCheckable(true);
    toggleSidebar->setChecked(settings->sidebarShown());
    toggleInspector = add(window, tr("Token inspector"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_I)});
    toggleInspector->setCheckable(true);
    toggleInspector->setChecked(settings->inspectorShown());
    toggleDock = add(window, tr("Sampling"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)});
    toggleDock->setCheckable(true);
    toggleDock->setChecked(settings->dockShown());
    toggleSidebar->setIcon(themedIcon(theme, Glyph::Sidebar));
    toggleInspector->setIcon(themedIcon(theme, Glyph::Inspect));
    toggleDock->setIcon(themedIcon(theme, Glyph::Sliders));
    stop = add(window, tr("Stop"), {QKeySequence(Qt::Key_Escape)});
    undo = add(window, tr("Undo"), {QKeySequence::Undo});
    redo =
        add(window, tr("Redo"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    undo->setEnabled(false);
    redo->setEnabled(false);
    quit = add(window, tr("Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)});

    menu = add(window, tr("Menu"), {});
    menu->setIcon(themedIcon(theme, Glyph::Menu));
    auto* content = new QMenu(window);
    menu->setMenu(content);
    content->addActions({newChat, newFolder, pin});
    content->addAction(find);
    content->addSeparator();
    content->addActions({models, open, chatTemplate});
    content->addSeparator();
    content->addActions({exportChat, exportAll, importChats});
    content->addSeparator();
    content->addAction(toggleSidebar);
    content->addAction(toggleInspector);
    content->addAction(toggleDock);
    content->addSeparator();
    addThemes(content);
    addFontSteps(window, content);
    content->addSeparator();
    addReplyNotice(content);
    content->addSeparator();
    addHelp(window, content);
    content->addSeparator();
    content->addAction(quit);
}

QAction* WindowActions::add(QWidget* window, const QString& text, const QList<QKeySequence>& keys) {
    auto* action = new QAction(text, window);
    action->setShortcuts(keys);
    window->addAction(action);
    return action;
}

void WindowActions::addThemes(QMenu* content) {
    auto* group = new QActionGroup(this);
    const auto choice = [&](const QString& text, ThemeChoice theme) {
        QAction* action = content->addAction(text);
        action->setCheckable(true);
        action->setChecked(m_settings->theme() == theme);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, theme] {
            m_settings->setTheme(theme);
            m_theme->setChoice(theme);
        });
    };
    choice(tr("Colours of the system"), ThemeChoice::System);
    choice(tr("Light"), ThemeChoice::Light);
    choice(tr("Dark"), ThemeChoice::Dark);
    content->addSeparator();
}

void WindowActions::addFontSteps(QWidget* window, QMenu* content) {
    // Ctrl+= is Ctrl++ on keyboards where + needs Shift.
    QAction* larger =
        add(window, tr("Larger text"), {QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)});
    QAction* smaller = add(window, tr("Smaller text"), {QKeySequence(Qt::CTRL | Qt::Key_Minus)});
    QAction* designed = add(window, tr("Usual text size"), {QKeySequence(Qt::CTRL | Qt::Key_0)});
    connect(larger, &QAction::triggered, this, [this] { changeFontStep(m_settings->fontStep() + 1); });
    connect(smaller, &QAction::triggered, this, [this] { changeFontStep(m_settings->fontStep() - 1); });
    connect(designed, &QAction::triggered, this, [this] { changeFontStep(0); });
    content->addActions({larger, smaller, designed});
}

void WindowActions::addReplyNotice(QMenu* content) {
    QAction* notice = content->addAction(tr("Tell me when a reply has ended"));
    notice->setCheckable(true);
    notice->setChecked(m_settings->replyNotice());
    connect(notice, &QAction::toggled, this, [this](bool wanted) { m_settings->setReplyNotice(wanted); });
}

void WindowActions::addHelp(QWidget* window, QMenu* content) {
    QAction* keys = add(window, tr("Keys"), {QKeySequence(Qt::Key_F1), QKeySequence(Qt::CTRL | Qt::Key_Slash)});
    aboutModels = add(window, tr("About models"), {});
    QAction* about = add(window, tr("About Monochord"), {});
    connect(aboutModels, &QAction::triggered, this,
            [this, window] { (new HelpPage(m_theme, tr("About models"), QStringLiteral("models"), window))->show(); });
    connect(keys, &QAction::triggered, this, [this, window] { HelpDialog::showKeys(m_theme, window); });
    connect(about, &QAction::triggered, this, [this, window] { HelpDialog::showAbout(m_theme, window); });
    content->addActions({aboutModels, keys, about});
}

void WindowActions::changeFontStep(int step) {
    m_settings->setFontStep(step);
    m_theme->setFontStep(m_settings->fontStep());
}

}  // namespace monochord::app
