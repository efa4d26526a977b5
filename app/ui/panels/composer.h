#pragma once

#include <QWidget>
#include <memory>

#include "storage/records.h"
#include "ui/theme.h"

namespace monochord::app {

/// Where a message is written: a field that grows with its text up to eight lines and then scrolls, the system prompt a
/// click away (a second field that unfolds above), the context meter, and Send, which turns into Stop. A sentence about
/// what is wrong with the message stands above the field, and the text stays. Enter sends, Shift+Enter breaks the line,
/// Up in an empty field asks for the last message, Esc leaves editing. A pasted megabyte is shown without a freeze.
class Composer final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Composer)
public:
    explicit Composer(Theme* theme, QWidget* parent = nullptr);
    ~Composer() override;

    QString text() const;
    void setText(const QString& text);  ///< and puts the cursor at its end
    void clear();                       ///< text, notice and editing
    void focusText();

    /// Empty: none. Cleared with the next change of the text.
    void setNotice(const QString& sentence);
    /// What becomes of the chat when the message is sent, quietly, or with `wrong` why it can't be. Empty: none. Stays
    /// until another one is set.
    void setHint(const QString& sentence, bool wrong = false);
    /// While generating the button says Stop; text may still be written, Enter then does nothing.
    void setGenerating(bool generating);
    void setContext(quint32 used, quint32 total);  ///< total 0: the meter is hidden
    void setSystemPrompt(const QString& text);
    /// The field holds this message's text and says so; the button is Send for a user's message and Save for a reply.
    void startEditing(qint64 message, Role role, const QString& text);
    qint64 editedMessage() const;  ///< 0: a new message is written

Q_SIGNALS:
    /// Enter or Send, with text that is more than white space. The field keeps it until clear().
    void submitted(const QString& text);
    /// The text, or nothing for one that is blank, once nothing was typed for a moment.
    void draftChanged(const QString& text);
    void stopRequested();
    void editLastRequested();
    void editingCancelled();
    void systemPromptChanged(const QString& text);  ///< when its field loses the focus or is folded

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
