#pragma once

#include <QDBusConnection>
#include <QObject>

namespace monochord::app {

/// One message at a time in the place where the desktop shows messages of applications
/// (org.freedesktop.Notifications, https://specifications.freedesktop.org/notification-spec/latest/).
class Notifier final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Notifier)
public:
    explicit Notifier(QObject* parent = nullptr);

    /// In place of the last message. Returns at once; answers with `failed` where the desktop shows none.
    void show(const QString& summary);
    void withdraw();

Q_SIGNALS:
    void failed();
    void clicked();

private Q_SLOTS:
    void invokeAction(uint id, const QString& action);
    void takeToken(uint id, const QString& token);

private:
    QDBusConnection m_bus = QDBusConnection::sessionBus();
    uint m_shown = 0;  // the desktop's number of the message; 0: none
};

}  // namespace monochord::app
