#include "ui/chat_presenter.h"

#include <QDesktopServices>
#include <QUrl>

#include "core/error_text.h"
#include "ui/panels/banner.h"
#include "ui/panels/composer.h"
#include "ui/panels/status_line.h"
#include "ui/view/chat_view.h"
#include "ui/view_messages.h"

namespace monochord::app {

ChatPresenter::ChatPresenter(ChatController* controller, Engine* engine, const Widgets& widgets, QObject* parent)
    : QObject(parent), m_controller(controller), m_engine(engine), m_widgets(widgets) {
    connectPage();
    connectComposer();
    connectReply();
    connectReplay();
    connect(m_controller, &ChatController::chatDeleted, this, [this](const QString& title) {
        showToast(tr("“%1” was deleted").arg(title), tr("Undo"), [this] { m_controller->undo(); });
    });
    connect(m_controller, &ChatController::chatsImported, this, [this](int count) {
        showToast(tr("%Ln chats were imported", nullptr, count), tr("Undo"), [this] { m_controller->undo(); });
    });
    connect(m_controller, &ChatController::chatCopied, this,
            [this] { showToast(tr("This is the copy"), tr("Undo"), [this] { m_controller->undo(); }); });
    connect(m_widgets.toast, &Banner::actionTriggered, this, [this] {
        if (m_toastAction) std::exchange(m_toastAction, nullptr)();
    });
    showAll(false);
}

void ChatPresenter::connectPage() {
    ChatView* view = m_widgets.view;
    connect(m_controller, &ChatController::chatShown, this, [this] {
        if (m_widgets.composer->editedMessage() != 0) m_widgets.composer->clear();
        m_widgets.composer->setNotice({});
        m_widgets.composer->setHint({});
        m_widgets.view->setUnseen(0);
        m_widgets.composer->setSystemPrompt(m_controller->conversation().chat().systemPrompt);
        showAll(false);
    });
    connect(m_controller, &ChatController::branchChanged, this, [this] { showAll(true); });
    connect(m_controller, &ChatController::textAppended, view, &ChatView::appendText);
    connect(m_controller, &ChatController::traceAppended, view, &ChatView::appendTrace);
    connect(m_controller, &ChatController::messageChanged, this, &ChatPresenter::showMessage);
    connect(view, &ChatView::branchRequested, m_controller, &ChatController::branchReply);
    connect(view, &ChatView::newChatRequested, m_controller, &ChatController::branchToNewChat);
    connect(view, &ChatView::regenerateRequested, m_controller, &ChatController::regenerate);
    connect(view, &ChatView::continueRequested, m_controller, &ChatController::continueReply);
    connect(view, &ChatView::siblingRequested, m_controller, &ChatController::selectSibling);
    connect(view, &ChatView::editRequested, this, &ChatPresenter::startEditing);
    connect(view, &ChatView::linkActivated, this, [this](const QString& address) {
        showToast(address, tr("Open in browser"), [address] { QDesktopServices::openUrl(QUrl(address)); });
    });
}

void ChatPresenter::connectComposer() {
    Composer* composer = m_widgets.composer;
    connect(composer, &Composer::submitted, this, [this](const QString& text) {
        const qint64 edited = m_widgets.composer->editedMessage();
        if (edited != 0)
            m_controller->edit(edited, text);
        else
            m_controller->send(text);
    });
    connect(composer, &Composer::draftChanged, this,
            [this](const QString& text) { m_controller->setDraft(text, m_widgets.composer->editedMessage()); });
    connect(composer, &Composer::stopRequested, m_controller, &ChatController::stop);
    connect(composer, &Composer::editLastRequested, this, &ChatPresenter::editLast);
    connect(composer, &Composer::systemPromptChanged, m_controller, &ChatController::setSystemPrompt);
    connect(m_controller, &ChatController::accepted, this, [this] {
        m_widgets.composer->clear();
        m_widgets.view->scrollToEnd();
    });
    connect(m_controller, &ChatController::refused, this, [this](const Failure& failure) {
        if (failure.code == ErrorCode::ContextFull)
            m_widgets.composer->setHint(sentence(failure), true);
        else
            m_widgets.composer->setNotice(sentence(failure));
    });
    connect(m_controller, &ChatController::contextUsed, this, &ChatPresenter::showContext);
}

void ChatPresenter::connectReply() {
    connect(m_controller, &ChatController::generatingChanged, this, [this](bool generating) {
        m_widgets.composer->setGenerating(generating);
        m_widgets.view->setBusy(generating);
        m_widgets.view->setProgress({});
        m_widgets.status->setPromptProgress(0, 0);
    });
    connect(m_controller, &ChatController::promptProgress, this, [this](quint32 done, quint32 total) {
        m_widgets.status->setPromptProgress(done, total);
        const bool worthSaying = total > 0 && done < total;
        m_widgets.view->setProgress(worthSaying ? tr("Reading the prompt… %1 %").arg(100 * quint64{done} / total)
                                                : QString());
    });
    connect(m_controller, &ChatController::speedChanged, this, [this](double tokensPerSecond) {
        m_widgets.status->setPromptProgress(0, 0);
        m_widgets.status->setSpeed(tokensPerSecond);
    });
    connect(m_controller, &ChatController::replyEnded, m_widgets.status, &StatusLine::setRecord);
}

void ChatPresenter::connectReplay() {
    connect(m_widgets.view, &ChatView::replayRequested, this, [this](qint64 id) {
        stopReplay();
        m_replaying = id;
        m_replays.insert(id, tr("Replaying…"));
        showMessage(id);
        m_controller->replay(id);
    });
    connect(m_engine, &Engine::replayProgress, this, [this](qint64 id, int percent) {
        if (id != m_replaying) return;
        m_replays.insert(id, tr("Replaying… %1 %").arg(percent));
        showMessage(id);
    });
    connect(m_engine, &Engine::replayed, this, [this](qint64 id, const Replay& replay) {
        if (id != m_replaying) return;
        m_replaying = 0;
        const MessageRow* row = m_controller->conversation().message(id);
        m_replays.insert(id, row ? replayLine(replay, row->record) : QString());
        showMessage(id);
    });
}

void ChatPresenter::stopReplay() {
    const qint64 id = std::exchange(m_replaying, 0);
    if (id == 0) return;
    m_engine->stopReplay();
    m_replays.remove(id);
    showMessage(id);
}

void ChatPresenter::showMessage(qint64 id) {
    if (m_controller->conversation().message(id))
        m_widgets.view->updateMessage(viewMessage(m_controller->conversation(), id, m_replays));
}

void ChatPresenter::editLast() {
    const QList<qint64> path = m_controller->conversation().path();
    for (auto id = path.crbegin(); id != path.crend(); ++id)
        if (m_controller->conversation().message(*id)->role == Role::User) return startEditing(*id);
}

void ChatPresenter::showToast(const QString& sentence, const QString& action, std::function<void()> whenTriggered) {
    m_toastAction = std::move(whenTriggered);
    m_widgets.toast->show(sentence, action);
}

void ChatPresenter::showAll(bool keepPosition) {
    m_widgets.view->setMessages(viewMessages(m_controller->conversation(), m_replays), keepPosition);
}

void ChatPresenter::showContext(const PromptSize& size) {
    m_widgets.composer->setContext(size.tokens, size.context);
    m_widgets.view->setUnseen(static_cast<int>(size.leftOut));
    const auto leftOut = static_cast<int>(size.leftOut);
    if (const auto failure = tooLong(size); failure && !m_controller->isGenerating())
        m_widgets.composer->setHint(sentence(*failure), true);
    else if (leftOut > 0)
        m_widgets.composer->setHint(
            tr("The first %Ln messages no longer fit: the model will not see them", nullptr, leftOut));
    else
        m_widgets.composer->setHint({});
}

void ChatPresenter::startEditing(qint64 message) {
    const MessageRow* row = m_controller->conversation().message(message);
    if (row && !m_controller->isGenerating()) m_widgets.composer->startEditing(message, row->role, row->text);
}

}  // namespace monochord::app
