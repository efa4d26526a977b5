#include "ui/panels/find_bar.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QToolButton>

#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"

namespace monochord::app {
namespace {

constexpr int kLongestText = 200;

}  // namespace

FindBar::FindBar(Theme* theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_text(new QLineEdit(this)), m_place(new Label(theme, Tone::Muted, 0.96)) {
    m_text->setPlaceholderText(tr("Find in chat"));
    m_text->setAccessibleName(tr("Find in chat"));
    m_text->setMaxLength(kLongestText);
    m_text->addAction(themedIcon(theme, Glyph::Search), QLineEdit::LeadingPosition);
    m_text->installEventFilter(this);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(22, 6, 16, 7);
    row->setSpacing(4);
    row->addWidget(m_text);
    row->addSpacing(8);
    row->addWidget(m_place);
    row->addStretch();
    const auto button = [&](Glyph glyph, const QString& name, const auto& clicked) {
        auto* made = new QToolButton(this);
        made->setIcon(themedIcon(theme, glyph));
        made->setAccessibleName(name);
        made->setToolTip(name);
        made->setFocusPolicy(Qt::TabFocus);
        connect(made, &QToolButton::clicked, this, clicked);
        row->addWidget(made);
        return made;
    };
    m_arrows = {button(Glyph::Up, tr("Previous"), [this] { Q_EMIT stepRequested(-1); }),
                button(Glyph::Down, tr("Next"), [this] { Q_EMIT stepRequested(1); })};
    button(Glyph::Close, tr("Close"), [this] { close(); });
    connect(m_text, &QLineEdit::textChanged, this, &FindBar::textChanged);
    const auto fit = [this] { m_text->setFixedWidth(em(m_text, 22)); };
    fit();
    connect(theme, &Theme::changed, this, fit);
    setFound(0, 0);
    hide();
}

void FindBar::open(const QString& text) {
    if (!hasFocusInside()) m_before = QApplication::focusWidget();
    show();
    if (!text.isEmpty()) m_text->setText(text.left(kLongestText));
    m_text->selectAll();
    m_text->setFocus();
    Q_EMIT textChanged(m_text->text());
}

void FindBar::close() {
    const bool focus = hasFocusInside();
    hide();
    Q_EMIT textChanged({});
    if (focus && m_before) m_before->setFocus();
}

bool FindBar::hasFocusInside() const {
    return isVisible() && isAncestorOf(QApplication::focusWidget());
}

void FindBar::setFound(int shown, int count) {
    for (QWidget* arrow : m_arrows) arrow->setEnabled(count > 0);
    m_place->setText(m_text->text().isEmpty() ? QString()
                     : count == 0             ? tr("Not found")
                                              : tr("%L1 of %L2").arg(shown).arg(count));
}

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_text && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            Q_EMIT stepRequested((key->modifiers() & Qt::ShiftModifier) != 0 ? -1 : 1);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FindBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme->colors().page);
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_theme->colors().border);
}

}  // namespace monochord::app
