#include "ui/view/accessible_chat_view.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <algorithm>

#include "ui/view/chat_view.h"

namespace monochord::app {
namespace {

/// The conversation as one read-only text. Where its characters stand on the screen is not told.
class AccessibleChatView final : public QAccessibleWidget, public QAccessibleTextInterface {
public:
    explicit AccessibleChatView(ChatView* view) : QAccessibleWidget(view, QAccessible::Document), m_view(view) {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::TextInterface) return static_cast<QAccessibleTextInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = true;
        state.multiLine = true;
        state.selectableText = true;
        return state;
    }

    QString text(QAccessible::Text kind) const override { return QAccessibleWidget::text(kind); }
    QString text(int begin, int end) const override {
        const QString all = m_view->plainText();
        const qsizetype from = std::clamp<qsizetype>(begin, 0, all.size());
        return all.mid(from, (end < 0 ? all.size() : end) - from);
    }
    int characterCount() const override { return static_cast<int>(m_view->plainText().size()); }

    int selectionCount() const override { return 0; }
    void selection(int, int* begin, int* end) const override { *begin = *end = 0; }
    void addSelection(int, int) override {}
    void removeSelection(int) override {}
    void setSelection(int, int, int) override {}
    int cursorPosition() const override { return 0; }
    void setCursorPosition(int) override {}
    QRect characterRect(int) const override { return {}; }
    int offsetAtPoint(const QPoint&) const override { return -1; }
    void scrollToSubstring(int, int) override {}
    QString attributes(int offset, int* begin, int* end) const override {
        *begin = offset;
        *end = offset;
        return {};
    }

private:
    ChatView* m_view;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
    auto* view = qobject_cast<ChatView*>(object);
    return view != nullptr ? new AccessibleChatView(view) : nullptr;
}

}  // namespace

void installChatViewAccessibility() {
    QAccessible::installFactory(makeInterface);
}

}  // namespace monochord::app
