#include "ui/panels/banner.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLayout>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"

namespace monochord::app {
namespace {

constexpr int kToastMs = 8000;

}  // namespace

struct Banner::Parts {
    Theme* theme = nullptr;
    Kind kind = Kind::Error;
    QWidget* body = nullptr;
    QLabel* text = nullptr;
    QPushButton* action = nullptr;
    QToolButton* close = nullptr;
    QTimer hide;
};

Banner::Banner(Theme* theme, Kind kind, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    const bool error = kind == Kind::Error;
    m_parts->theme = theme;
    m_parts->kind = kind;
    m_parts->body = new QWidget(this);
    QWidget* body = m_parts->body;
    if (error) {
        m_parts->text = new Label(theme, Tone::Error, 1, QFont::Normal, body);
        m_parts->text->setWordWrap(true);
    } else {
        m_parts->text = new ElidedLabel(theme, Tone::Text, 1, QFont::Normal, body);
    }
    m_parts->action = makeButton(theme, {}, "link", body, 1);
    m_parts->close = new QToolButton(body);
    m_parts->close->setIcon(themedIcon(theme, Glyph::Close, error ? Tone::Error : Tone::Muted));
    m_parts->close->setAccessibleName(tr("Dismiss"));
    m_parts->close->setToolTip(tr("Dismiss"));
    m_parts->close->setFocusPolicy(Qt::TabFocus);
    connect(m_parts->close, &QToolButton::clicked, this, [this] { setVisible(false); });
    connect(m_parts->action, &QPushButton::clicked, this, [this] {
        setVisible(false);
        Q_EMIT actionTriggered();
    });
    m_parts->hide.setSingleShot(true);
    connect(&m_parts->hide, &QTimer::timeout, this, [this] { setVisible(false); });

    auto* row = new QHBoxLayout(body);
    row->setContentsMargins(error ? 22 : 16, 7, 10, 7);
    row->setSpacing(10);
    row->addWidget(m_parts->text, 1);
    row->addWidget(m_parts->action);
    row->addWidget(m_parts->close);
    auto* whole = new QHBoxLayout(this);
    const int margin = error ? 0 : 12;
    whole->setContentsMargins(margin, 0, margin, 0);
    whole->addStretch(error ? 0 : 1);
    whole->addWidget(body, error ? 1 : 0);
    whole->addStretch(error ? 0 : 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setVisible(false);
    if (!error && parent != nullptr) parent->installEventFilter(this);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

Banner::~Banner() = default;

void Banner::show(const QString& sentence, const QString& action) {
    m_parts->text->setText(sentence);
    m_parts->action->setText(action);
    m_parts->action->setAccessibleName(action);
    m_parts->action->setVisible(!action.isEmpty());
    setAccessibleName(sentence);
    setVisible(true);
    raise();
    settle();
    if (m_parts->kind == Kind::Toast) m_parts->hide.start(kToastMs);
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

QString Banner::sentence() const {
    return m_parts->text->text();
}

bool Banner::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && isVisible()) settle();
    return QWidget::eventFilter(watched, event);
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_parts->theme->colors();
    if (m_parts->kind == Kind::Error)
        painter.fillRect(rect(), colors.errorSoft);
    else
        paintCard(painter, m_parts->body->geometry(), 10, colors.surface, colors.faint);
}

// A toast that no layout holds floats above the lower edge of its parent.
void Banner::settle() {
    const QWidget* parent = parentWidget();
    if (m_parts->kind != Kind::Toast || parent == nullptr) return;
    if (parent->layout() != nullptr && parent->layout()->indexOf(this) >= 0) return;
    const int width = qMin(sizeHint().width(), parent->width());
    const int height = sizeHint().height();
    setGeometry((parent->width() - width) / 2, parent->height() - height - em(this, 3), width, height);
}

}  // namespace monochord::app
