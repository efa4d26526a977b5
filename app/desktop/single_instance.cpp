#include "desktop/single_instance.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QStandardPaths>

namespace monochord::app {

namespace {

constexpr qint64 kLongestRequest = 64 * 1024;
constexpr int kPauseMs = 20;
constexpr auto kActivationToken = "XDG_ACTIVATION_TOKEN";  // Wayland's permission to come to the front

QString runtimeFolder() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    // The one folder that all sandboxes of an application share.
    const QString sandboxed = qEnvironmentVariable("FLATPAK_ID");
    return sandboxed.isEmpty() ? folder : folder + QStringLiteral("/app/") + sandboxed;
}

QString socketName(const QString& database, const QString& folder) {
    const QByteArray hash = QCryptographicHash::hash(database.toUtf8(), QCryptographicHash::Sha256).toHex().left(12);
    return folder + QStringLiteral("/monochord-") + QString::fromLatin1(hash);
}

}  // namespace

SingleInstance::SingleInstance(const QString& database, const QString& folder)
    : m_name(socketName(database, folder.isEmpty() ? runtimeFolder() : folder)),
      m_lock(m_name + QStringLiteral(".lock")) {
    m_lock.setStaleLockTime(0);  // it is stale when its process is gone, however old it is
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::receive);
}

SingleInstance::Start SingleInstance::start(const QString& model, std::chrono::milliseconds patience) {
    const QDeadlineTimer deadline(patience);
    // One that begins does not listen yet, and one that ends still holds the lock.
    do {
        if (m_lock.tryLock(kPauseMs) || m_lock.error() != QLockFile::LockFailedError) return Start::First;
        if (handOver(model, deadline)) return Start::HandedOver;
    } while (!deadline.hasExpired());
    return Start::NoAnswer;
}

bool SingleInstance::handOver(const QString& model, const QDeadlineTimer& deadline) const {
    const auto left = [&deadline] { return static_cast<int>(deadline.remainingTime()); };
    const QJsonObject request{{QStringLiteral("model"), model},
                              {QStringLiteral("token"), qEnvironmentVariable(kActivationToken)}};
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(left())) return false;
    socket.write(QJsonDocument(request).toJson(QJsonDocument::Compact) + '\n');
    while (!socket.canReadLine())
        if (!socket.waitForReadyRead(left())) return false;
    return true;
}

void SingleInstance::listen() {
    if (!m_lock.isLocked()) return;
    QLocalServer::removeServer(m_name);  // who holds the lock knows that nobody listens there
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_server.listen(m_name)) qWarning("%s", qPrintable(m_server.errorString()));
}

void SingleInstance::receive() {
    QLocalSocket* socket = m_server.nextPendingConnection();
    socket->setReadBufferSize(kLongestRequest);
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
        if (!socket->canReadLine()) return;
        const QJsonObject request = QJsonDocument::fromJson(socket->readLine()).object();
        socket->write("ok\n");
        socket->flush();
        // Who lost patience has a window of its own by now.
        if (socket->state() != QLocalSocket::ConnectedState) return;
        qputenv(kActivationToken, request[QStringLiteral("token")].toString().toUtf8());
        Q_EMIT requested(request[QStringLiteral("model")].toString());
    });
}

}  // namespace monochord::app
