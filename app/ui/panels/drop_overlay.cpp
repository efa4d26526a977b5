#include "ui/panels/drop_overlay.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"

namespace monochord::app {
namespace {

constexpr int kLingerMs = 8000;

}  // namespace

struct DropOverlay::Parts {
    Theme* theme = nullptr;
    Label* title = nullptr;
    Label* facts = nullptr;
    Label* context = nullptr;
    Label* memory = nullptr;
    Label* call = nullptr;
    QTimer hide;

    void say(Label* label, const QString& text) const {
        label->setText(text);
        label->setVisible(!text.isEmpty());
    }
};

static QString factsText(const ModelCard& card) {
    QStringList facts;
    if (!card.architecture.isEmpty()) facts.append(card.architecture);
    if (!card.quantization.isEmpty()) facts.append(card.quantization);
    if (card.parameters > 0) facts.append(DropOverlay::tr("%1 parameters").arg(parametersText(card.parameters)));
    facts.append(sizeText(card.fileBytes));
    return facts.join(QStringLiteral(" · "));
}

static QString memoryText(const ModelCard& card) {
    if (!card.memoryBytes) return {};
    const QString needed = sizeText(*card.memoryBytes);
    if (!card.freeBytes) return DropOverlay::tr("Needs %1 of memory").arg(needed);
    if (card.fits()) return DropOverlay::tr("Fits in memory");
    return DropOverlay::tr("Needs %1, %2 are free").arg(needed, sizeText(*card.freeBytes));
}

static QString contextText(const ModelCard& card) {
    if (!card.memoryBytes || card.context == 0) return {};
    return DropOverlay::tr("%1 of memory with %2 tokens of context")
        .arg(sizeText(*card.memoryBytes), countText(card.context));
}

DropOverlay::DropOverlay(Theme* theme, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->theme = theme;
    auto* card = new Card(theme, 14, Card::Border::Line, this);
    m_parts->title = new Label(theme, Tone::Text, 1.33, QFont::DemiBold, card);
    m_parts->facts = new Label(theme, Tone::Muted, 1, QFont::Normal, card);
    m_parts->context = new Label(theme, Tone::Muted, 1, QFont::Normal, card);
    m_parts->memory = new Label(theme, Tone::Text, 1, QFont::Normal, card);
    m_parts->call = new Label(theme, Tone::Accent, 1, QFont::DemiBold, card);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(32, 26, 32, 26);
    column->setSpacing(8);
    for (Label* label : {m_parts->title, m_parts->facts, m_parts->context, m_parts->memory, m_parts->call}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    column->insertSpacing(3, 4);
    card->setMinimumWidth(em(this, 30));
    card->setMaximumWidth(em(this, 40));
    auto* centre = new QVBoxLayout(this);
    centre->addWidget(card, 0, Qt::AlignCenter);

    m_parts->hide.setSingleShot(true);
    connect(&m_parts->hide, &QTimer::timeout, this, &QWidget::hide);
    connect(theme, &Theme::changed, this, [this] { update(); });
    parent->installEventFilter(this);
    setVisible(false);
}

DropOverlay::~DropOverlay() = default;

void DropOverlay::showReading(const QString& fileName) {
    m_parts->say(m_parts->title, fileName);
    m_parts->say(m_parts->facts, tr("Reading what it is…"));
    m_parts->say(m_parts->context, {});
    m_parts->say(m_parts->memory, {});
    m_parts->say(m_parts->call, {});
    appear();
}

void DropOverlay::showCard(const ModelCard& card) {
    m_parts->say(m_parts->title, card.name);
    m_parts->say(m_parts->facts, factsText(card));
    m_parts->say(m_parts->context, contextText(card));
    m_parts->memory->setTone(card.fits() ? Tone::Text : Tone::Error);
    m_parts->say(m_parts->memory, memoryText(card));
    if (card.isCheckpoint) m_parts->say(m_parts->context, tr("A Hugging Face model, not converted yet"));
    m_parts->say(m_parts->call, card.isCheckpoint ? tr("Drop to convert") : tr("Drop to load"));
    appear();
}

void DropOverlay::showChats(const QString& fileName) {
    showReading(fileName);
    m_parts->say(m_parts->facts, tr("Chats of Monochord or ChatGPT"));
    m_parts->say(m_parts->call, tr("Drop to import"));
    appear();
}

void DropOverlay::showRefusal(const QString& sentence) {
    m_parts->say(m_parts->title, {});
    m_parts->say(m_parts->facts, {});
    m_parts->say(m_parts->context, {});
    m_parts->memory->setTone(Tone::Error);
    m_parts->say(m_parts->memory, sentence);
    m_parts->say(m_parts->call, {});
    appear();
}

void DropOverlay::linger() {
    // Keys go to whatever has the focus beneath.
    qApp->installEventFilter(this);
    m_parts->hide.start(kLingerMs);
}

bool DropOverlay::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        setGeometry(parentWidget()->rect());
    const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (key && m_parts->hide.isActive() && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        // The override only keeps the key from a shortcut of the window; the press comes after it.
        if (event->type() == QEvent::KeyPress) hide();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void DropOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_parts->theme->colors();
    QColor veil = colors.page;
    veil.setAlphaF(0.88F);
    painter.fillRect(rect(), veil);
    QPen pen(colors.accent, 2, Qt::DashLine, Qt::RoundCap);
    pen.setDashPattern({3, 4});
    painter.setPen(pen);
    painter.drawRoundedRect(QRectF(rect()).adjusted(14, 14, -14, -14), 16, 16);
}

void DropOverlay::mousePressEvent(QMouseEvent*) {
    hide();
}

void DropOverlay::hideEvent(QHideEvent* event) {
    m_parts->hide.stop();
    qApp->removeEventFilter(this);
    // The filter on the parent is another one and stays.
    QWidget::hideEvent(event);
}

void DropOverlay::appear() {
    m_parts->hide.stop();
    setGeometry(parentWidget()->rect());
    setAccessibleName(QStringList{m_parts->title->text(), m_parts->facts->text(), m_parts->memory->text()}.join(u' '));
    setVisible(true);
    raise();
}

}  // namespace monochord::app
