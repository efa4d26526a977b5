#pragma once

#include <QObject>
#include <functional>

#include "chat/chat_controller.h"
#include "ui/view_messages.h"

namespace monochord::app {

class Banner;
class ChatView;
class Composer;
class StatusLine;

/// Ties the chat controller to the page, the composer and the status line: no rule of its own beyond which widget shows
/// what.
class ChatPresenter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatPresenter)
public:
    struct Widgets {
        ChatView* view;
        Composer* composer;
        StatusLine* status;
        Banner* toast;
    };
    ChatPresenter(ChatController* controller, Engine* engine, const Widgets& widgets, QObject* parent);

    void stopReplay();
    bool isReplaying() const { return m_replaying != 0; }
    void editLast();  ///< the user's last message on the shown branch, in the composer
    /// Beneath the page for some seconds; `whenTriggered` follows a click on `action`.
    void showToast(const QString& sentence, const QString& action, std::function<void()> whenTriggered);

private:
    void connectPage();
    void connectComposer();
    void connectReply();
    void connectReplay();
    void showAll(bool keepPosition);
    void showMessage(qint64 id);
    void showContext(const PromptSize& size);
    void startEditing(qint64 message);

    ChatController* m_controller;
    Engine* m_engine;
    Widgets m_widgets;
    std::function<void()> m_toastAction;
    ReplayLines m_replays;
    qint64 m_replaying = 0;  // the reply that is computed again; 0: none
};

}  // namespace monochord::app
