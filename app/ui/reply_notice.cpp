#include "ui/reply_notice.h"

#include <QApplication>
#include <QWidget>

#include "desktop/notifier.h"

namespace monochord::app {

ReplyNotice::ReplyNotice(QWidget* window, ChatController* chats, const Settings* settings) : QObject(window) {
    auto* notifier = new Notifier(this);
    connect(chats, &ChatController::replyEnded, notifier, [settings, notifier] {
        if (settings->replyNotice() && !QApplication::activeWindow()) notifier->show(tr("The reply has ended"));
    });
    connect(notifier, &Notifier::failed, window, [window] { QApplication::alert(window); });
    connect(notifier, &Notifier::clicked, this, &ReplyNotice::clicked);
    connect(qApp, &QGuiApplication::applicationStateChanged, notifier, [notifier](Qt::ApplicationState state) {
        if (state == Qt::ApplicationActive) notifier->withdraw();
    });
}

}  // namespace monochord::app
