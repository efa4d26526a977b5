#pragma once

#include <QAbstractScrollArea>
#include <QList>
#include <QString>
#include <memory>

#include "storage/records.h"
#include "ui/theme.h"

class QMenu;

namespace monochord::app {

/// A message as the view shows it.
struct ViewMessage {
    qint64 id = 0;  ///< 0: no message of a chat but a text to be read, without actions
    Role role = Role::User;
    MessageState state = MessageState::Complete;
    QString text;           ///< markdown of a reply; of a user: plain text
    QString note;           ///< a sentence beneath: why it stopped or failed
    QByteArray trace = {};  ///< of a reply: see TokenTrace
    double seconds = 0;     ///< that the reply took, 0: unknown
    int siblingIndex = 0;   ///< ‹ siblingIndex + 1 / siblingCount ›, shown where there are several
    int siblingCount = 1;
};

/// The conversation on the page: replies as text, the user's messages in a soft bubble; one column, at most 640 px at
/// the designed font size. Streams at a constant cost: only the last block of a growing reply is parsed and laid out
/// again, only what is visible is laid out and painted; heights of what is not are estimates that are corrected without
/// a jump of what is seen. Follows the end while it is at the end, and stays put as soon as the user scrolls up.
/// Text is selected with mouse and keyboard within and across messages (double click: word, triple: block,
/// Shift+arrows, Ctrl+A), copied as plain text (Ctrl+C) or markdown (context menu). Under each message its actions;
/// they are widgets, so that keyboard and screen readers reach them. Opens no file and no connection: images appear as
/// their alt text, HTML as text, links (http and https) ask through linkActivated.
class ChatView final : public QAbstractScrollArea {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatView)
public:
    explicit ChatView(Theme* theme, QWidget* parent = nullptr);
    ~ChatView() override;

    /// The whole branch; keeps the layouts of messages that were there with the same text, and scrolls to the end
    /// unless `keepPosition`.
    void setMessages(const QList<ViewMessage>& messages, bool keepPosition = false);
    void addMessage(const ViewMessage& message);
    /// The hot path: text at the end of the message `id`.
    void appendText(qint64 id, const QString& text);
    void appendTrace(qint64 id, const QByteArray& trace);  ///< of the text that follows
    /// State, note, siblings and text of one message.
    void updateMessage(const ViewMessage& message);
    /// So many of the oldest messages are hidden from the model: a line behind them says so. 0: none.
    void setUnseen(int messages);
    /// What stands in place of an empty reply that is being computed ("Reading the prompt… 40 %"); empty: the caret
    /// only.
    void setProgress(const QString& text);
    /// While a reply is generated, actions that would start another are disabled.
    void setBusy(bool busy);
    /// Whether a model is there that could regenerate or continue.
    void setCanGenerate(bool can);

    /// The token inspector: words are tinted by how unlikely they were, and a card at a word tells what else could have
    /// come. With the mouse, or Left and Right for the word, Up and Down in the card and Enter to branch.
    void setInspecting(bool on);
    /// Closes the card. False: there is none.
    bool closeCard();

    bool followsEnd() const;
    void scrollToEnd();
    QString noteOf(qint64 id) const;  ///< the sentence beneath a message
    QString selectedText() const;
    QString selectedMarkdown() const;
    void selectAll();
    /// The whole conversation, as selectAll and Copy would give it.
    QString plainText() const;

    /// Marks the text wherever it is shown, in any case, and goes to the first from here on. Empty: no marks.
    void find(const QString& text);
    /// Goes to the next of them, or with -1 to the one before.
    void findNext(int step);

Q_SIGNALS:
    /// The `shown`th of `count` is shown; 0: none. Comes several times while a long chat is searched or grows.
    void foundChanged(int shown, int count);
    void regenerateRequested(qint64 id);
    void continueRequested(qint64 id);
    void editRequested(qint64 id);
    void siblingRequested(qint64 id, int step);
    /// The reply is to go on from another word at this token; see TokenTrace.
    void branchRequested(qint64 id, qsizetype token, qsizetype word);
    void newChatRequested(qint64 id);  ///< the path to this message is to be a chat of its own
    void replayRequested(qint64 id);
    void deleteRequested(qint64 id);  ///< with what follows it
    void linkActivated(const QString& address);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    struct Data;
    void addMessageActions(QMenu* menu, const QPoint& point);

    std::unique_ptr<Data> m_data;
};

}  // namespace monochord::app
