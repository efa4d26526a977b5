#pragma once

#include <QAbstractButton>
#include <QList>
#include <QWidget>
#include <functional>
#include <utility>

#include "ui/theme.h"
#include "ui/view/page.h"

class QAbstractScrollArea;
class QLabel;

namespace monochord::app {

/// A word that can be clicked: no frame, muted until it is hovered or has the focus.
class TextButton final : public QAbstractButton {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TextButton)
public:
    TextButton(Theme* theme, const QString& text, const QString& name, QWidget* parent);

    /// Painted only while it is hovered, or has the focus, or the mouse is over its message.
    void setQuiet(bool quiet);
    /// Says `text` for a moment.
    void flash(const QString& text);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void say(const QString& flash);

    Theme* m_theme;
    QString m_flash;
    bool m_quiet = false;
};

/// The actions under one message.
class ActionBar final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ActionBar)
public:
    ActionBar(Theme* theme, QWidget* parent);

    void show(const ViewMessage& message, bool busy, bool canGenerate);
    void setQuiet(bool quiet);
    qint64 id() const { return m_id; }
    QList<QWidget*> controls() const;

protected:
    bool event(QEvent* event) override;

Q_SIGNALS:
    void copyRequested(qint64 id);
    void editRequested(qint64 id);
    void regenerateRequested(qint64 id);
    void continueRequested(qint64 id);
    void newChatRequested(qint64 id);
    void replayRequested(qint64 id);
    void siblingRequested(qint64 id, int step);

private:
    TextButton* button(const QString& text, const QString& name, const std::function<void()>& clicked);

    Theme* m_theme;
    qint64 m_id = 0;
    bool m_reply = true;
    TextButton* m_previous;
    QLabel* m_place;
    TextButton* m_next;
    TextButton* m_copy;
    TextButton* m_edit;
    TextButton* m_regenerate;
    TextButton* m_continue;
    TextButton* m_branch;
    TextButton* m_replay;
};

/// Bars and buttons for what is visible, taken from a pool, so that their number does not grow with the chat. The
/// widget of a message stays the same while it is visible, so that the focus stays where it is.
class MessageActions final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MessageActions)
public:
    MessageActions(Theme* theme, QAbstractScrollArea* view);

    void setBusy(bool busy) { m_busy = busy, m_stale = true; }
    void setCanGenerate(bool can) { m_canGenerate = can, m_stale = true; }
    /// A message changed what it offers.
    void refresh() { m_stale = true; }
    void arrange(const Page& page);
    /// The mouse is over this message. True: something has to be shown or hidden.
    bool setHovered(qint64 id) { return std::exchange(m_hovered, id) != id; }

Q_SIGNALS:
    void copyRequested(qint64 id);
    void copyCodeRequested(qint64 id, int block);
    void thoughtsToggled(qint64 id);
    void editRequested(qint64 id);
    void regenerateRequested(qint64 id);
    void continueRequested(qint64 id);
    void newChatRequested(qint64 id);
    void replayRequested(qint64 id);
    void siblingRequested(qint64 id, int step);

private:
    struct Bar {
        ActionBar* widget;
        bool used;
    };
    /// At a row of a message: copies its code, or shows what the model thought.
    struct RowButton {
        TextButton* widget;
        RowKind kind;
        qint64 id;
        int block;
        bool used;
    };

    ActionBar* barOf(const ViewMessage& message);
    TextButton* rowButtonOf(RowKind kind, qint64 id, int block);
    TextButton* makeRowButton(RowKind kind);
    void placeBar(const Page& page, const Page::Visible& part);
    void placeRowButton(const Page& page, const Page::Visible& part);
    QRect thoughtsPlace(TextButton* button, const MessageItem& item, const QPoint& at) const;
    void hide(QWidget* widget);
    void orderTabs();

    Theme* m_theme;
    QAbstractScrollArea* m_view;
    QList<Bar> m_bars;
    QList<RowButton> m_rowButtons;
    bool m_busy = false, m_canGenerate = true, m_stale = true, m_reorder = true;
    qint64 m_hovered = 0;
};

}  // namespace monochord::app
