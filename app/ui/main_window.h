#pragma once

#include <QWidget>

#include "core/settings.h"
#include "ui/theme.h"

class QStackedLayout;

namespace monochord::app {

class Banner;
class ChatController;
class ChatPresenter;
class ChatStore;
class ChatView;
class Composer;
class ConvertPage;
class ConvertPresenter;
class DropOverlay;
class Engine;
class ExchangePresenter;
class FindBar;
class HeaderBar;
class LibraryPage;
class LibraryPresenter;
class ModelPresenter;
class SamplingDock;
class Sidebar;
class StartPage;
class StatusLine;
class WindowActions;

/// Puts the parts together: sidebar | header, page and composer | sampling dock, or the library or the plan of a
/// conversion in place of them, and the status line beneath. What they do lies with the presenters.
class MainWindow final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MainWindow)
public:
    /// What it works with; all of it outlives the window.
    struct Services {
        Settings* settings;
        Theme* theme;
        Engine* engine;
        ChatStore* store;
        ChatController* chats;
    };
    explicit MainWindow(const Services& services);

    /// Loads this file; empty: the model of the last time.
    void openModel(const QString& path);
    /// What another start of the application asks for: comes to the front, and loads this file, unless empty.
    void openRequest(const QString& path);
    /// Says that another Monochord has the chats and is frozen, also in place of what the store says of that.
    void tellOfFrozen();

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void build();
    QWidget* buildMiddle();
    void connectSidebar();
    void connectSteps();
    void connectFolders();
    void connectDock();
    void connectInspector();
    void connectStore();
    void connectPages();
    void connectLibrary();
    void connectConverting();
    void connectFind();
    void showRightPage();
    void showLibrary(bool shown);
    void showConverting(bool shown);
    void showWhole(QWidget* page);
    void escape();  ///< ends what is nearest: the overlay, the library or conversion, finding, the reply, editing

    Services m_services;
    WindowActions* m_actions;
    Sidebar* m_sidebar;
    HeaderBar* m_header;
    Banner* m_modelBanner;
    Banner* m_storeBanner;
    Banner* m_exchangeBanner;
    Banner* m_toast;
    StartPage* m_startPage;
    FindBar* m_find;
    ChatView* m_view;
    Composer* m_composer;
    SamplingDock* m_dock;
    StatusLine* m_status;
    DropOverlay* m_overlay;
    LibraryPage* m_libraryPage;
    ConvertPage* m_convertPage;
    QStackedLayout* m_pages = nullptr;
    QWidget* m_columns = nullptr;
    QStackedLayout* m_whole = nullptr;  // the columns, the library, or the plan of a conversion
    QWidget* m_before = nullptr;        // what was shown before that plan
    ModelPresenter* m_models;
    LibraryPresenter* m_library;
    ConvertPresenter* m_converting;
    ChatPresenter* m_chats;
    ExchangePresenter* m_exchange;
    bool m_otherIsFrozen = false;
};

}  // namespace monochord::app
