#pragma once

#include <QAbstractButton>
#include <QCoreApplication>
#include <QTest>
#include <memory>

#include "ui/theme.h"
#include "ui/view/chat_view.h"

namespace monochord::test {

inline app::ViewMessage message(qint64 id, app::Role role, const QString& text,
                                app::MessageState state = app::MessageState::Complete) {
    app::ViewMessage made;
    made.id = id;
    made.role = role;
    made.text = text;
    made.state = state;
    return made;
}

/// A chat view on the screen, for a test of its own.
class ChatViewUnderTest {
protected:
    bool open() {
        m_view = std::make_unique<app::ChatView>(&m_theme);
        m_view->resize(900, 600);
        m_view->show();
        m_view->setFocus();
        return QTest::qWaitForWindowExposed(m_view.get());
    }
    QAbstractButton* button(const QString& name) const {
        for (QAbstractButton* found : m_view->findChildren<QAbstractButton*>()) {
            if (found->isVisible() && found->accessibleName() == name) return found;
        }
        return nullptr;
    }
    /// Where the first occurrence of a colour-independent text is: through the selection.
    QPoint placeOf(int fromLeft, int fromTop) const { return {columnLeft() + fromLeft, fromTop}; }
    int columnLeft() const { return (m_view->width() - 640) / 2; }
    void settle() {
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    }

    app::Theme m_theme;
    std::unique_ptr<app::ChatView> m_view;
};

}  // namespace monochord::test
