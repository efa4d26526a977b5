#pragma once

#include <QPlainTextEdit>

#include "ui/theme.h"

namespace monochord::app {

/// A text field that grows with its text up to some lines and then scrolls. Tab leaves it; files that are dropped go to
/// the window.
class MessageField final : public QPlainTextEdit {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MessageField)
public:
    MessageField(Theme* theme, int leastLines, int mostLines, QWidget* parent = nullptr);

    /// The text as it was put in; long lines are folded within only.
    QString text() const;
    void setText(const QString& text);  ///< undoable, the cursor at its end
    /// True also for a megabyte of blanks, and found without copying it.
    bool isBlank() const;
    bool isComposing() const { return m_composing; }  ///< an input method has not committed yet
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void submitted();  ///< Enter
    void upPressed();  ///< in an empty field
    void escapePressed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void inputMethodEvent(QInputMethodEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    QMimeData* createMimeDataFromSelection() const override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void fit();
    int shownLines() const;
    int heightOf(int lines) const;
    bool submitsWith(const QKeyEvent& event) const;

    int m_leastLines;
    int m_mostLines;
    int m_lines = 1;
    bool m_composing = false;
};

}  // namespace monochord::app
