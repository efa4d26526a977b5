#pragma once

#include <QObject>

#include "chat/chat_controller.h"
#include "core/settings.h"

class QWidget;

namespace monochord::app {

/// Tells of a reply that ended while the person was elsewhere: in a message of the desktop, or where there is none, by
/// the window's entry in the task bar. Says nothing of the chat, since others may see the screen.
class ReplyNotice final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ReplyNotice)
public:
    ReplyNotice(QWidget* window, ChatController* chats, const Settings* settings);

Q_SIGNALS:
    void clicked();  ///< the person wants to see the window
};

}  // namespace monochord::app
