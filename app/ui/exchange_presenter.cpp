#include "ui/exchange_presenter.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QUrl>
#include <QtConcurrent>

#include "core/error_text.h"
#include "exchange/import.h"
#include "ui/chat_presenter.h"
#include "ui/panels/banner.h"

namespace monochord::app {

namespace {

using namespace Qt::StringLiterals;

QByteArray contentOf(const QList<WholeChat>& chats, ExportFormat format) {
    if (format == ExportFormat::Json) return toJson(chats);
    const Conversation chat(chats.first().chat, chats.first().messages);
    return (format == ExportFormat::Html ? toHtml(chat) : toMarkdown(chat)).toUtf8();
}

QString suffixOf(const QString& filter) {
    static const QRegularExpression pattern(u"\\*\\.(\\w+)"_s);
    return pattern.match(filter).captured(1);
}

}  // namespace

ExchangePresenter::ExchangePresenter(ChatController* controller, ChatStore* store, const Widgets& widgets,
                                     QObject* parent)
    : QObject(parent), m_controller(controller), m_store(store), m_widgets(widgets) {
    connect(m_store, &ChatStore::collected, this, [this](quint64 request, const QList<WholeChat>& chats) {
        if (m_waiting.contains(request)) write(m_waiting.take(request), chats);
    });
}

void ExchangePresenter::exportChat(qint64 id) {
    const ChatRow* chat = m_controller->chats()->chat(id);
    if (!chat) return;
    askWhere(fileNameFor(chat->title),
             {tr("Markdown (*.md)"), tr("Web page (*.html)"), tr("JSON, with all branches and records (*.json)")},
             [this, id](const QString& path) {
                 collect({path, formatOf(path)}, {id});
             });
}

void ExchangePresenter::exportAll() {
    if (m_controller->chats()->rowCount() == 0) return;
    askWhere(tr("Chats"), {tr("JSON, with all branches and records (*.json)")}, [this](const QString& path) {
        collect({path, ExportFormat::Json}, {});
    });
}

void ExchangePresenter::chooseImport() {
    auto* dialog = new QFileDialog(m_widgets.window, tr("Import chats"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Chats of Monochord or ChatGPT (*.json)"), tr("All files (*)")});
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    connect(dialog, &QFileDialog::fileSelected, this, &ExchangePresenter::importFile);
    dialog->open();
}

void ExchangePresenter::importFile(const QString& path) {
    m_widgets.problem->hide();
    QtConcurrent::run(readChatFile, path).then(this, [this](const ImportResult& chats) {
        if (!chats) return m_widgets.problem->show(sentence(chats.error()));
        m_controller->importChats(*chats);
    });
}

void ExchangePresenter::askWhere(const QString& name, const QStringList& filters,
                                 std::function<void(const QString&)> whenChosen) {
    auto* dialog = new QFileDialog(m_widgets.window, tr("Export"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    const auto takeSuffix = [dialog, name](const QString& filter) {
        dialog->setDefaultSuffix(suffixOf(filter));
        dialog->selectFile(name + u'.' + suffixOf(filter));
    };
    takeSuffix(filters.first());
    connect(dialog, &QFileDialog::filterSelected, dialog, takeSuffix);
    connect(dialog, &QFileDialog::fileSelected, this, std::move(whenChosen));
    dialog->open();
}

void ExchangePresenter::collect(const Target& target, const QList<qint64>& chats) {
    m_waiting.insert(++m_lastRequest, target);
    m_store->collect(m_lastRequest, chats);
}

void ExchangePresenter::write(const Target& target, const QList<WholeChat>& chats) {
    if (chats.isEmpty()) return;  // deleted while the file was chosen
    m_widgets.problem->hide();
    const auto run = [target, chats] { return writeFile(target.path, contentOf(chats, target.format)); };
    QtConcurrent::run(run).then(this, [this, path = target.path](const tl::expected<void, Failure>& written) {
        if (!written) return m_widgets.problem->show(sentence(written.error()));
        m_widgets.toasts->showToast(tr("Exported to %1").arg(QFileInfo(path).fileName()), tr("Open"),
                                    [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
    });
}

}  // namespace monochord::app
