#pragma once

#include <QDeadlineTimer>
#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <chrono>

namespace monochord::app {

/// One running application for one chat database, which can have only one writer. The first one holds a lock file and
/// listens on a socket beside it, in the user's runtime folder, where nobody else may enter. A later one hands over
/// what it was to open, and ends. What a crash left of either is taken over.
class SingleInstance final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SingleInstance)
public:
    enum class Start {
        First,       ///< or the runtime folder is missing: nobody can be found there
        HandedOver,  ///< the running application has taken the request
        NoAnswer,    ///< one is running and does not answer
    };
    /// The socket's folder is where QStandardPaths has it, unless one is given.
    explicit SingleInstance(const QString& database, const QString& folder = {});

    /// Blocks, for `patience` at most: to be called before there is a window. `model` is the absolute path of the file
    /// to open; empty: the window only comes forward.
    Start start(const QString& model, std::chrono::milliseconds patience = std::chrono::seconds(3));
    /// From now on, what later starts ask for is emitted. Does nothing where start() did not give First.
    void listen();

Q_SIGNALS:
    void requested(const QString& model);

private:
    bool handOver(const QString& model, const QDeadlineTimer& deadline) const;
    void receive();

    QString m_name;  // of the socket, without suffix
    QLockFile m_lock;
    QLocalServer m_server;
};

}  // namespace monochord::app
