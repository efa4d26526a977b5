#include "ui/search_presenter.h"

#include "ui/panels/find_bar.h"
#include "ui/panels/sidebar.h"
#include "ui/view/chat_view.h"

namespace monochord::app {

namespace {

constexpr int kPauseMs = 60;

}  // namespace

SearchPresenter::SearchPresenter(ChatStore* store, const Widgets& widgets, QObject* parent)
    : QObject(parent), m_store(store), m_widgets(widgets) {
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &SearchPresenter::search);
    connect(widgets.sidebar, &Sidebar::searchChanged, this, [this](const QString& text) {
        ++m_request;
        if (!text.trimmed().isEmpty()) return m_pause.start();
        m_pause.stop();
        markHits();
    });
    connect(store, &ChatStore::found, this, [this](quint64 request, const QList<ChatHit>& hits) {
        if (request == m_request) m_widgets.sidebar->setHits(hits);
    });
}

void SearchPresenter::search() {
    m_store->search(++m_request, m_widgets.sidebar->searchText());
}

void SearchPresenter::markHits() {
    if (!m_widgets.find->isVisible()) m_widgets.view->find(m_widgets.sidebar->searchText().simplified());
}

}  // namespace monochord::app
