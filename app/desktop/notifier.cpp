#include "desktop/notifier.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <utility>

#include "core/paths.h"

namespace monochord::app {

namespace {

const auto kService = QStringLiteral("org.freedesktop.Notifications");
const auto kPath = QStringLiteral("/org/freedesktop/Notifications");

QDBusMessage call(const QString& method) {
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}

}  // namespace

Notifier::Notifier(QObject* parent) : QObject(parent) {
    m_bus.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this, SLOT(invokeAction(uint, QString)));
    m_bus.connect(kService, kPath, kService, QStringLiteral("ActivationToken"), this, SLOT(takeToken(uint, QString)));
}

void Notifier::show(const QString& summary) {
    const QStringList actions{QStringLiteral("default"), tr("Show")};
    const QVariantMap hints{{QStringLiteral("desktop-entry"), desktopEntry()}};
    constexpr int kDesktopsOwnTime = -1;
    QDBusMessage notify = call(QStringLiteral("Notify"));
    notify.setArguments(
        {QStringLiteral("Monochord"), m_shown, desktopEntry(), summary, QString(), actions, hints, kDesktopsOwnTime});
    auto* watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(notify), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<uint> reply = *watcher;
        m_shown = reply.isValid() ? reply.value() : 0;
        if (!reply.isValid()) Q_EMIT failed();
    });
}

void Notifier::withdraw() {
    if (m_shown == 0) return;
    QDBusMessage close = call(QStringLiteral("CloseNotification"));
    close.setArguments({std::exchange(m_shown, 0)});
    m_bus.send(close);
}

void Notifier::invokeAction(uint id, const QString&) {
    if (id == m_shown && id != 0) Q_EMIT clicked();
}

void Notifier::takeToken(uint id, const QString& token) {
    // Comes before the action; Qt hands it to Wayland with the next activateWindow().
    if (id == m_shown) qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());
}

}  // namespace monochord::app
