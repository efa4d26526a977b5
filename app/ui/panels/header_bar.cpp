#include "ui/panels/header_bar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include "ui/widgets/chip.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/loading_row.h"

namespace monochord::app {

struct HeaderBar::Parts {
    Theme* theme = nullptr;
    Chip* chip = nullptr;
    LoadingRow* loading = nullptr;
    ElidedLabel* title = nullptr;
};

static QToolButton* toolButton(Theme* theme, QAction* action, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setAccessibleName(action->text().remove(u'&'));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::TabFocus);
    button->setCursor(Qt::PointingHandCursor);
    const auto fit = [button] {
        const int side = em(button, 1.3);
        button->setIconSize(QSize(side, side));
    };
    fit();
    QObject::connect(theme, &Theme::changed, button, fit);
    return button;
}

HeaderBar::HeaderBar(Theme* theme, const QList<QAction*>& tools, QWidget* parent)
    : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->theme = theme;
    m_parts->chip = new Chip(theme, this);
    m_parts->loading = new LoadingRow(theme, this);
    m_parts->loading->hide();
    m_parts->title = new ElidedLabel(theme, Tone::Text, 1.08, QFont::DemiBold, this);
    m_parts->title->setAlignment(Qt::AlignCenter);
    m_parts->title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(m_parts->chip, &QPushButton::clicked, this, &HeaderBar::chipClicked);
    connect(m_parts->loading, &LoadingRow::cancelClicked, this, &HeaderBar::cancelLoadClicked);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(22, 9, 18, 10);
    row->setSpacing(12);
    row->addWidget(m_parts->chip, 0);
    row->addWidget(m_parts->loading, 0);
    row->addWidget(m_parts->title, 1);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(2);
    for (QAction* tool : tools) buttons->addWidget(toolButton(theme, tool, this));
    row->addLayout(buttons);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setModel(std::nullopt);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

HeaderBar::~HeaderBar() = default;

void HeaderBar::setModel(const std::optional<LoadedModel>& model) {
    if (!model) {
        m_parts->chip->setTexts(tr("No model"), {});
        m_parts->chip->setAccessibleName(tr("No model. Choose one"));
        return;
    }
    const QString memory = sizeText(model->memoryBytes);
    m_parts->chip->setTexts(model->name, tr(" · %1 · %2", "quantization, memory").arg(model->quantization, memory));
    m_parts->chip->setAccessibleName(
        tr("Model %1, %2, %3 of memory. Choose another").arg(model->name, model->quantization, memory));
    const QString loading =
        tr("%1 tokens of context · keys %2, values %3 · threads: %4 · %5", "types of the KV cache, instruction set")
            .arg(countText(model->contextLength), kvTypeText(model->keys), kvTypeText(model->values),
                 countText(static_cast<quint64>(model->threads)), model->isa);
    // Names come from files: as HTML one could bring markup of its own.
    m_parts->chip->setToolTip(model->name.toHtmlEscaped() + QStringLiteral("<br>") + loading);
}

void HeaderBar::setLoading(const QString& name, quint64 doneBytes, quint64 totalBytes) {
    m_parts->loading->setLoading(name, doneBytes, totalBytes);
    m_parts->loading->show();
    m_parts->chip->hide();
}

void HeaderBar::setNotLoading() {
    m_parts->loading->hide();
    m_parts->chip->show();
}

void HeaderBar::setTitle(const QString& title) {
    m_parts->title->setText(title.simplified());
}

void HeaderBar::resizeEvent(QResizeEvent* event) {
    // The rest is the title's.
    m_parts->chip->setRoom(width() * 9 / 20);
    QWidget::resizeEvent(event);
}

void HeaderBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_parts->theme->colors().page);
    painter.fillRect(0, height() - 1, width(), 1, m_parts->theme->colors().border);
}

}  // namespace monochord::app
