#include "ui/main_window.h"

#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QCloseEvent>
#include <QStackedLayout>

#include "chat/chat_controller.h"
#include "core/error_text.h"
#include "ui/chat_presenter.h"
#include "ui/columns.h"
#include "ui/convert_presenter.h"
#include "ui/drop_handler.h"
#include "ui/exchange_presenter.h"
#include "ui/library_presenter.h"
#include "ui/model_presenter.h"
#include "ui/panels/banner.h"
#include "ui/panels/composer.h"
#include "ui/panels/convert_page.h"
#include "ui/panels/drop_overlay.h"
#include "ui/panels/find_bar.h"
#include "ui/panels/header_bar.h"
#include "ui/panels/library_page.h"
#include "ui/panels/sampling_dock.h"
#include "ui/panels/sidebar.h"
#include "ui/panels/start_page.h"
#include "ui/panels/status_line.h"
#include "ui/reply_notice.h"
#include "ui/search_presenter.h"
#include "ui/view/chat_view.h"
#include "ui/window_actions.h"

namespace monochord::app {

namespace {

constexpr int kUsualWidth = 1360, kUsualHeight = 860, kLeastWidth = 820, kLeastHeight = 480;

}  // namespace

MainWindow::MainWindow(const Services& services)
    : m_services(services), m_actions(new WindowActions(this, services.theme, services.settings)) {
    Theme* theme = services.theme;
    m_sidebar = new Sidebar(theme);
    m_header = new HeaderBar(
        theme, {m_actions->toggleSidebar, m_actions->toggleInspector, m_actions->toggleDock, m_actions->menu});
    m_modelBanner = new Banner(theme, Banner::Kind::Error);
    m_storeBanner = new Banner(theme, Banner::Kind::Error);
    m_exchangeBanner = new Banner(theme, Banner::Kind::Error);
    m_startPage = new StartPage(theme);
    m_find = new FindBar(theme);
    m_view = new ChatView(theme);
    m_composer = new Composer(theme);
    m_dock = new SamplingDock(theme);
    m_status = new StatusLine(theme);
    m_toast = new Banner(theme, Banner::Kind::Toast);
    m_libraryPage = new LibraryPage(theme);
    m_convertPage = new ConvertPage(theme);
    build();
    m_overlay = new DropOverlay(theme, this);
    m_models = new ModelPresenter(services.engine, services.settings,
                                  {theme, this, m_header, m_startPage, m_status, m_modelBanner}, this);
    m_library = new LibraryPresenter(services.engine, services.settings, m_models, {m_libraryPage, m_startPage}, this);
    m_converting = new ConvertPresenter(services.engine, m_models, {m_convertPage, m_status}, this);
    m_chats = new ChatPresenter(services.chats, services.engine, {m_view, m_composer, m_status, m_toast}, this);
    m_exchange = new ExchangePresenter(services.chats, services.store, {this, m_exchangeBanner, m_chats}, this);
    connect(new ReplyNotice(this, services.chats, services.settings), &ReplyNotice::clicked, this,
            [this] { openRequest({}); });
    connect(m_actions->open, &QAction::triggered, m_models, &ModelPresenter::chooseFile);
    connect(m_actions->stop, &QAction::triggered, this, &MainWindow::escape);
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    auto* drops = new DropHandler(this, m_overlay);
    connect(drops, &DropHandler::modelDropped, m_models, &ModelPresenter::load);
    connect(drops, &DropHandler::chatsDropped, m_exchange, &ExchangePresenter::importFile);
    connectSidebar();
    connectDock();
    connectInspector();
    connectStore();
    connectPages();
    connectLibrary();
    connectConverting();
    connectFind();
}

void MainWindow::build() {
    setWindowTitle(tr("Monochord"));
    setAcceptDrops(true);
    setMinimumSize(kLeastWidth, kLeastHeight);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    auto* whole = new QWidget;
    m_whole = new QStackedLayout(whole);
    m_columns = new Columns(m_services.theme, m_sidebar, buildMiddle(), m_dock);
    for (QWidget* page : {m_columns, static_cast<QWidget*>(m_libraryPage), static_cast<QWidget*>(m_convertPage)})
        m_whole->addWidget(page);
    all->addWidget(whole, 1);
    all->addWidget(m_status);
    m_sidebar->setVisible(m_services.settings->sidebarShown());
    m_dock->setVisible(m_services.settings->dockShown());
    resize(kUsualWidth, kUsualHeight);
    restoreGeometry(m_services.settings->windowGeometry());
}

QWidget* MainWindow::buildMiddle() {
    auto* chatPage = new QWidget;
    auto* chat = new QVBoxLayout(chatPage);
    chat->setContentsMargins(0, 0, 0, 0);
    chat->setSpacing(0);
    chat->addWidget(m_find);
    chat->addWidget(m_view, 1);
    chat->addWidget(m_toast);
    chat->addWidget(m_composer);
    auto* pages = new QWidget;
    m_pages = new QStackedLayout(pages);
    m_pages->addWidget(m_startPage);
    m_pages->addWidget(chatPage);
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_modelBanner);
    column->addWidget(m_storeBanner);
    column->addWidget(m_exchangeBanner);
    column->addWidget(pages, 1);
    m_modelBanner->hide();
    m_storeBanner->hide();
    m_exchangeBanner->hide();
    m_toast->hide();
    return middle;
}

void MainWindow::connectSidebar() {
    ChatController* chats = m_services.chats;
    m_sidebar->setModel(chats->chats());
    connect(m_sidebar, &Sidebar::newChatRequested, m_actions->newChat, &QAction::trigger);
    connect(m_actions->newChat, &QAction::triggered, chats, [this, chats] {
        showLibrary(false);
        chats->newChat();
        m_composer->focusText();
    });
    connect(m_sidebar, &Sidebar::chatActivated, chats, &ChatController::openChat);
    connect(m_sidebar, &Sidebar::renameRequested, chats, &ChatController::renameChat);
    connect(m_sidebar, &Sidebar::duplicateRequested, chats, &ChatController::duplicateChat);
    connect(m_sidebar, &Sidebar::deleteRequested, chats, &ChatController::deleteChat);
    connect(m_actions->importChats, &QAction::triggered, m_exchange, &ExchangePresenter::chooseImport);
    connect(m_sidebar, &Sidebar::exportRequested, m_exchange, &ExchangePresenter::exportChat);
    connect(m_actions->exportChat, &QAction::triggered, m_exchange,
            [this, chats] { m_exchange->exportChat(chats->conversation().chat().id); });
    connect(m_actions->exportAll, &QAction::triggered, m_exchange, &ExchangePresenter::exportAll);
    connectSteps();
    connectFolders();
    connect(m_actions->toggleSidebar, &QAction::toggled, m_sidebar, [this](bool shown) {
        m_sidebar->setVisible(shown);
        m_services.settings->setSidebarShown(shown);
    });
    const auto showTitle = [this, chats] {
        const ChatRow& chat = chats->conversation().chat();
        m_header->setTitle(chat.title);
        m_sidebar->setCurrentChat(chat.id);
        m_services.settings->setCurrentChat(chat.id);
    };
    connect(chats, &ChatController::titleChanged, this, showTitle);
    connect(chats, &ChatController::chatShown, this, showTitle);
}

void MainWindow::connectSteps() {
    QUndoStack* steps = m_services.chats->steps();
    connect(steps, &QUndoStack::canUndoChanged, m_actions->undo, &QAction::setEnabled);
    connect(steps, &QUndoStack::canRedoChanged, m_actions->redo, &QAction::setEnabled);
    connect(m_actions->undo, &QAction::triggered, steps, &QUndoStack::undo);
    connect(m_actions->redo, &QAction::triggered, steps, &QUndoStack::redo);
    connect(steps, &QUndoStack::indexChanged, m_toast, &QWidget::hide);
}

void MainWindow::connectFolders() {
    ChatController* chats = m_services.chats;
    connect(m_sidebar, &Sidebar::moveRequested, chats, &ChatController::moveChat);
    connect(m_sidebar, &Sidebar::folderRenameRequested, chats, &ChatController::renameFolder);
    connect(m_sidebar, &Sidebar::folderDeleteRequested, chats, &ChatController::deleteFolder);
    connect(m_sidebar, &Sidebar::folderMoveRequested, chats, &ChatController::moveFolder);
    connect(m_sidebar, &Sidebar::foldRequested, chats, &ChatController::foldFolder);
    const auto newFolder = [this, chats](qint64 chat) {
        m_sidebar->editFolder(chats->newFolder(tr("New folder"), chat));
    };
    connect(m_sidebar, &Sidebar::newFolderRequested, chats, newFolder);
    connect(m_actions->newFolder, &QAction::triggered, chats, [this, newFolder] {
        m_actions->toggleSidebar->setChecked(true);
        newFolder(0);
    });
    connect(m_actions->pin, &QAction::triggered, chats, [chats] {
        const ChatRow& chat = chats->conversation().chat();
        chats->pinChat(chat.id, chat.folder != kPinned);
    });
}

void MainWindow::connectDock() {
    Engine* engine = m_services.engine;
    m_dock->setSettings(m_services.settings->generation());
    m_services.chats->setSettings(m_dock->settings());
    connect(m_dock, &SamplingDock::settingsChanged, this, [this](const GenerationSettings& settings) {
        m_services.chats->setSettings(settings);
        m_services.settings->setGeneration(settings);
    });
    connect(engine, &Engine::distributionArrived, m_dock, &SamplingDock::setDistribution);
    engine->setDistributionWanted(m_services.settings->dockShown());
    connect(m_actions->toggleDock, &QAction::toggled, m_dock, [this, engine](bool shown) {
        m_dock->setVisible(shown);
        engine->setDistributionWanted(shown);
        m_services.settings->setDockShown(shown);
    });
}

void MainWindow::connectInspector() {
    m_view->setInspecting(m_services.settings->inspectorShown());
    connect(m_actions->toggleInspector, &QAction::toggled, m_view, [this](bool on) {
        m_view->setInspecting(on);
        m_services.settings->setInspectorShown(on);
    });
}

void MainWindow::connectStore() {
    connect(m_services.store, &ChatStore::failed, m_storeBanner, [this](const Failure& failure) {
        if (!m_otherIsFrozen) m_storeBanner->show(sentence(failure));
    });
    connect(m_services.store, &ChatStore::recovered, m_storeBanner, [this] {
        m_otherIsFrozen = false;
        m_storeBanner->hide();
    });
    connect(m_services.store, &ChatStore::recovered, m_services.store, &ChatStore::loadChats);
}

void MainWindow::connectPages() {
    connect(m_models, &ModelPresenter::wantsModelChanged, this, &MainWindow::showRightPage);
    connect(m_services.chats, &ChatController::chatShown, this, &MainWindow::showRightPage);
    showRightPage();
}

void MainWindow::connectLibrary() {
    connect(m_header, &HeaderBar::chipClicked, this, [this] { showLibrary(true); });
    connect(m_actions->models, &QAction::triggered, this,
            [this] { showLibrary(m_whole->currentWidget() != m_libraryPage); });
    connect(m_actions->chatTemplate, &QAction::triggered, m_models, &ModelPresenter::showTemplate);
    connect(m_libraryPage, &LibraryPage::closeRequested, this, [this] { showLibrary(false); });
    connect(m_models, &ModelPresenter::loadStarted, this, [this] { showLibrary(false); });
}

void MainWindow::connectConverting() {
    connect(m_library, &LibraryPresenter::quantizeRequested, m_converting, &ConvertPresenter::quantize);
    connect(m_converting, &ConvertPresenter::pageWanted, this, &MainWindow::showConverting);
    connect(m_convertPage, &ConvertPage::helpRequested, m_actions->aboutModels, &QAction::trigger);
    connect(m_converting, &ConvertPresenter::made, m_library, &LibraryPresenter::add);
    connect(m_converting, &ConvertPresenter::quantized, this, [this](const QString& path) {
        showLibrary(true);
        m_library->choose(path);
    });
}

void MainWindow::showLibrary(bool shown) {
    if (shown == (m_whole->currentWidget() == m_libraryPage) && m_whole->currentWidget() != m_convertPage) return;
    if (shown) m_library->open();
    showWhole(shown ? static_cast<QWidget*>(m_libraryPage) : m_columns);
}

void MainWindow::showConverting(bool shown) {
    if (shown == (m_whole->currentWidget() == m_convertPage)) return;
    if (shown) m_before = m_whole->currentWidget();
    showWhole(shown ? static_cast<QWidget*>(m_convertPage) : m_before);
}

void MainWindow::showWhole(QWidget* page) {
    m_whole->setCurrentWidget(page);
    if (page == m_libraryPage)
        m_libraryPage->focusList();
    else if (page == m_convertPage)
        m_convertPage->setFocus();
    else if (m_pages->currentIndex() == 1)
        m_composer->focusText();
    else
        m_startPage->setFocus();
}

void MainWindow::connectFind() {
    auto* search = new SearchPresenter(m_services.store, {m_sidebar, m_view, m_find}, this);
    connect(m_services.chats, &ChatController::chatShown, search, [this, search] {
        if (!m_sidebar->searchText().isEmpty()) search->markHits();
    });
    connect(m_find, &FindBar::textChanged, m_view, &ChatView::find);
    connect(m_find, &FindBar::stepRequested, m_view, &ChatView::findNext);
    connect(m_view, &ChatView::foundChanged, m_find, &FindBar::setFound);
    connect(m_actions->find, &QAction::triggered, this, [this] {
        if (m_whole->currentWidget() == m_libraryPage) return m_libraryPage->focusSearch();
        const QString selected = m_view->selectedText();
        if (m_pages->currentIndex() == 1) m_find->open(selected.contains(u'\n') ? QString() : selected);
    });
    const auto step = [this](int by) { m_find->isVisible() ? m_view->findNext(by) : m_actions->find->trigger(); };
    connect(m_actions->findNext, &QAction::triggered, this, [step] { step(1); });
    connect(m_actions->findPrevious, &QAction::triggered, this, [step] { step(-1); });
}

void MainWindow::showRightPage() {
    const bool start = m_models->wantsModel() && m_services.chats->conversation().isEmpty();
    const bool wasStart = m_pages->currentIndex() == 0;
    m_pages->setCurrentIndex(start ? 0 : 1);
    if (start != wasStart) m_models->placeProblem();
    if (start) m_startPage->setFocus();
    if (!start && wasStart) m_composer->focusText();
}

void MainWindow::escape() {
    if (m_overlay->isVisible()) return m_overlay->hide();
    if (m_whole->currentWidget() == m_convertPage) return showConverting(false);
    if (m_whole->currentWidget() == m_libraryPage) return showLibrary(false);
    if (m_find->hasFocusInside() || (m_find->isVisible() && !m_services.chats->isGenerating())) return m_find->close();
    if (m_view->closeCard()) return;
    if (m_services.chats->isGenerating()) return m_services.chats->stop();
    if (m_chats->isReplaying()) return m_chats->stopReplay();
    if (m_composer->editedMessage() != 0) m_composer->clear();
}

void MainWindow::openModel(const QString& path) {
    if (path.isEmpty())
        m_models->loadRemembered();
    else
        m_models->load(path);
}

void MainWindow::openRequest(const QString& path) {
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
    QApplication::alert(this);  // where the desktop does not let it come to the front
    if (!path.isEmpty()) m_models->load(path);
}

void MainWindow::tellOfFrozen() {
    m_otherIsFrozen = true;
    m_storeBanner->show(tr(
        "Monochord is open already and does not answer. This window works, but cannot save chats until the other one "
        "is closed."));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_services.settings->setWindowGeometry(saveGeometry());
    QWidget::closeEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    m_overlay->setGeometry(rect());
    QWidget::resizeEvent(event);
}

}  // namespace monochord::app
