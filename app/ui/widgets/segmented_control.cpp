#include "ui/widgets/segmented_control.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>

#include "ui/widgets/dressing.h"

namespace monochord::app {
namespace {

constexpr double kRadius = 7;

class Segment final : public QPushButton {
public:
    Segment(Theme* theme, const QString& text, QWidget* parent) : QPushButton(text, parent), m_theme(theme) {
        setCheckable(true);
        setAccessibleName(text);
        setFocusPolicy(Qt::TabFocus);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        followFont(theme, this, 0.92);
    }

    QSize sizeHint() const override { return {fontMetrics().horizontalAdvance(text()) + 8, em(this, 2.15)}; }
    QSize minimumSizeHint() const override { return {em(this, 2), sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Colors& colors = m_theme->colors();
        QFont font = this->font();
        if (isChecked()) font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(isChecked() || underMouse() ? colors.text : colors.muted);
        painter.drawText(rect(), Qt::AlignCenter, QFontMetrics(font).elidedText(text(), Qt::ElideRight, width() - 2));
        if (hasFocus()) paintFocusRing(painter, QRectF(rect()).adjusted(1, 1, -1, -1), kRadius - 2, colors);
    }

private:
    Theme* m_theme;
};

}  // namespace

SegmentedControl::SegmentedControl(Theme* theme, const QStringList& texts, QWidget* parent)
    : QWidget(parent), m_theme(theme) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (const QString& text : texts) {
        auto* button = new Segment(theme, text, this);
        const int index = static_cast<int>(m_buttons.size());
        connect(button, &QPushButton::clicked, this, [this, index] { choose(index); });
        button->installEventFilter(this);
        row->addWidget(button);
        m_buttons.append(button);
    }
    connect(theme, &Theme::changed, this, [this] { update(); });
}

void SegmentedControl::setCurrent(int index) {
    m_current = index;
    for (int i = 0; i < m_buttons.size(); ++i) m_buttons[i]->setChecked(i == index);
    update();
}

void SegmentedControl::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_theme->colors();
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath clip;
    clip.addRoundedRect(frame, kRadius, kRadius);
    painter.fillPath(clip, colors.surface);
    if (m_current >= 0 && m_current < m_buttons.size()) {
        painter.setClipPath(clip);
        painter.fillRect(m_buttons[m_current]->geometry(), colors.accentSoft);
        painter.setClipping(false);
    }
    painter.strokePath(clip, QPen(colors.border, 1));
}

bool SegmentedControl::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int back = isRightToLeft() ? Qt::Key_Right : Qt::Key_Left;
        const int forth = isRightToLeft() ? Qt::Key_Left : Qt::Key_Right;
        const int index = static_cast<int>(m_buttons.indexOf(qobject_cast<QPushButton*>(watched)));
        const int next = key == back ? index - 1 : key == forth ? index + 1 : -1;
        if (key == back || key == forth) {
            if (next >= 0 && next < m_buttons.size()) {
                m_buttons[next]->setFocus(Qt::TabFocusReason);
                choose(next);
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void SegmentedControl::choose(int index) {
    setCurrent(index);
    Q_EMIT chosen(index);
}

}  // namespace monochord::app
