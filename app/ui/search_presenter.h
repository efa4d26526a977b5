#pragma once

#include <QObject>
#include <QTimer>

#include "storage/chat_store.h"

namespace monochord::app {

class ChatView;
class FindBar;
class Sidebar;

/// Ties the sidebar's search to the messages of all chats. A chat that is opened from its hits shows them marked.
class SearchPresenter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SearchPresenter)
public:
    struct Widgets {
        Sidebar* sidebar;
        ChatView* view;
        FindBar* find;
    };
    SearchPresenter(ChatStore* store, const Widgets& widgets, QObject* parent);

    void markHits();  ///< in the chat that is shown

private:
    void search();

    ChatStore* m_store;
    Widgets m_widgets;
    QTimer m_pause;         // letters that are typed quickly are searched for together
    quint64 m_request = 0;  // the last one; others come too late
};

}  // namespace monochord::app
