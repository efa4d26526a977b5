#include "ui/drop_handler.h"

#include <QDropEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>
#include <QWidget>

#include "core/error_text.h"
#include "ui/panels/drop_overlay.h"

namespace monochord::app {

namespace {

// A model among several files wins; otherwise the first one is spoken about.
QString fileOf(const QMimeData& data) {
    QString first;
    for (const QUrl& url : data.urls()) {
        const QString path = url.toLocalFile();
        if (path.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive)) return path;
        if (first.isEmpty()) first = path;
    }
    return first;
}

}  // namespace

DropHandler::DropHandler(QWidget* window, DropOverlay* overlay) : QObject(window), m_overlay(overlay) {
    window->installEventFilter(this);
}

bool DropHandler::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::DragEnter:
        case QEvent::DragMove:
        case QEvent::Drop:
            // Drags are derived from QDropEvent, all of them.
            return take(static_cast<QDropEvent*>(event));
        case QEvent::DragLeave:
            m_path.clear();
            m_overlay->hide();
            return true;
        default:
            return QObject::eventFilter(watched, event);
    }
}

bool DropHandler::take(QDropEvent* event) {
    const QString path = fileOf(*event->mimeData());
    if (path.isEmpty()) return false;
    if (path != m_path || m_dropped) begin(path);
    event->setDropAction(Qt::CopyAction);
    event->accept();
    if (event->type() != QEvent::Drop) return true;
    m_dropped = true;
    if (m_result || holdsChats()) drop();
    return true;
}

bool DropHandler::holdsChats() const {
    return m_path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive) && checkpointFolder(m_path).isEmpty();
}

void DropHandler::begin(const QString& path) {
    m_path = path;
    m_result.reset();
    m_dropped = false;
    if (holdsChats()) return m_overlay->showChats(QFileInfo(path).fileName());
    m_overlay->showReading(QFileInfo(path).fileName());
    inspectFile(path).then(this, [this, path](const InspectionResult& result) {
        if (path != m_path) return;
        m_result = result;
        show();
        if (m_dropped) drop();
    });
}

void DropHandler::show() {
    if (*m_result)
        m_overlay->showCard(**m_result);
    else
        m_overlay->showRefusal(sentence(m_result->error()));
}

void DropHandler::drop() {
    const bool chats = holdsChats();
    const QString path = std::exchange(m_path, {});
    if (chats) {
        m_overlay->hide();
        Q_EMIT chatsDropped(path);
        return;
    }
    if (!*m_result) return m_overlay->linger();
    m_overlay->hide();
    Q_EMIT modelDropped(path);
}

}  // namespace monochord::app
