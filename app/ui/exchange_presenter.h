#pragma once

#include <QHash>
#include <QObject>
#include <functional>

#include "chat/chat_controller.h"
#include "exchange/export.h"

class QWidget;

namespace monochord::app {

class Banner;
class ChatPresenter;

/// Chats to files and back: asks for the file; reads and writes on another thread. What goes wrong is said beside the
/// list of chats.
class ExchangePresenter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ExchangePresenter)
public:
    struct Widgets {
        QWidget* window;
        Banner* problem;
        ChatPresenter* toasts;
    };
    ExchangePresenter(ChatController* controller, ChatStore* store, const Widgets& widgets, QObject* parent);

    void exportChat(qint64 id);  ///< nothing where the list has no such chat
    void exportAll();            ///< as one JSON file
    void chooseImport();
    void importFile(const QString& path);

private:
    struct Target {
        QString path;
        ExportFormat format;
    };

    /// `whenChosen` gets the path.
    void askWhere(const QString& name, const QStringList& filters, std::function<void(const QString&)> whenChosen);
    void collect(const Target& target, const QList<qint64>& chats);
    void write(const Target& target, const QList<WholeChat>& chats);

    ChatController* m_controller;
    ChatStore* m_store;
    Widgets m_widgets;
    QHash<quint64, Target> m_waiting;  // by request, while the store collects
    quint64 m_lastRequest = 0;
};

}  // namespace monochord::app
