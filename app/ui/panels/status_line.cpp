#include "ui/panels/status_line.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QStringList>

#include "ui/widgets/format.h"
#include "ui/widgets/label.h"
#include "ui/widgets/meter.h"

namespace monochord::app {
namespace {

constexpr double kSize = 0.92;

}  // namespace

struct StatusLine::Parts {
    Theme* theme = nullptr;
    ElidedLabel* progressText = nullptr;
    Meter* progress = nullptr;
    ElidedLabel* facts = nullptr;
    QWidget* work = nullptr;
    ElidedLabel* workText = nullptr;
    Meter* workShare = nullptr;
    ElidedLabel* place = nullptr;
    double speed = 0;
    std::optional<ReplyRecord> record;
    int threads = 0;

    QString speedText() const;
    void showFacts();
    void buildWork(StatusLine* self);
};

QString StatusLine::Parts::speedText() const {
    // Slow models are told apart by their decimal.
    return StatusLine::tr("%1 tokens/s").arg(QLocale().toString(speed, 'f', speed < 9.95 ? 1 : 0));
}

void StatusLine::Parts::showFacts() {
    QStringList texts;
    if (speed > 0) texts.append(speedText());
    if (record && record->replyTokens > 0)
        texts.append(StatusLine::tr("first token %1 s").arg(QLocale().toString(record->promptSeconds, 'f', 2)));
    if (record && record->promptTokens > 0) {
        const quint32 reused = qMin(record->reusedTokens, record->promptTokens);
        texts.append(StatusLine::tr("prompt %1 reused + %2", "tokens")
                         .arg(countText(reused), countText(record->promptTokens - reused)));
    }
    if (threads > 0) texts.append(StatusLine::tr("%n threads", nullptr, threads));
    facts->setText(texts.join(QStringLiteral("\u2003\u2003")));
}

void StatusLine::Parts::buildWork(StatusLine* self) {
    work = new QWidget(self);
    workText = new ElidedLabel(theme, Tone::Text, kSize, QFont::Normal, work);
    workShare = new Meter(theme, StatusLine::tr("Progress"), work);
    workShare->setFixedWidth(em(self, 6));
    auto* show = makeButton(theme, StatusLine::tr("Show"), "link", work, kSize);
    connect(show, &QPushButton::clicked, self, &StatusLine::workClicked);
    auto* row = new QHBoxLayout(work);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(workText, 1);
    row->addWidget(workShare);
    row->addWidget(show);
}

StatusLine::StatusLine(Theme* theme, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->theme = theme;
    m_parts->progressText = new ElidedLabel(theme, Tone::Text, kSize, QFont::Normal, this);
    m_parts->progress = new Meter(theme, tr("Prompt read"), this);
    m_parts->progress->setMaximumWidth(em(this, 8));
    m_parts->facts = new ElidedLabel(theme, Tone::Muted, kSize, QFont::Normal, this);
    m_parts->place = new ElidedLabel(theme, Tone::Muted, kSize, QFont::Normal, this);
    m_parts->place->setAlignment(Qt::AlignTrailing | Qt::AlignVCenter);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 5, 16, 4);
    row->setSpacing(12);
    row->addWidget(m_parts->progressText);
    row->addWidget(m_parts->progress, 1);
    row->addWidget(m_parts->facts, 10);
    m_parts->buildWork(this);
    row->addWidget(m_parts->work);
    row->addWidget(m_parts->place);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setPromptProgress(0, 0);
    setWork({});
    setModel(std::nullopt);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

StatusLine::~StatusLine() = default;

void StatusLine::setModel(const std::optional<LoadedModel>& model) {
    m_parts->threads = model ? model->threads : 0;
    m_parts->place->setText(model ? tr("%1 · local, no network").arg(sizeText(model->memoryBytes))
                                  : tr("local, no network"));
    m_parts->showFacts();
}

void StatusLine::setPromptProgress(quint32 done, quint32 total) {
    const bool reading = total > 0;
    m_parts->progressText->setVisible(reading);
    m_parts->progress->setVisible(reading);
    m_parts->facts->setVisible(!reading);
    if (!reading) {
        // Hidden, the facts would leave their place to the text at the end of the line.
        m_parts->progressText->setText({});
        return;
    }
    m_parts->progressText->setText(
        tr("Reading the prompt: %1 of %2 tokens").arg(countText(qMin(done, total)), countText(total)));
    m_parts->progress->setShare(static_cast<double>(done) / total);
}

void StatusLine::setSpeed(double tokensPerSecond) {
    m_parts->speed = tokensPerSecond;
    m_parts->showFacts();
}

void StatusLine::setRecord(const ReplyRecord& record) {
    m_parts->record = record;
    if (record.generationSeconds > 0) m_parts->speed = record.tokensPerSecond();
    m_parts->showFacts();
}

void StatusLine::setWork(const QString& text, double share) {
    m_parts->workText->setText(text);
    m_parts->workShare->setShare(share);
    m_parts->workShare->setVisible(share >= 0);
    m_parts->work->setVisible(!text.isEmpty());
}

void StatusLine::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_parts->theme->colors().sidebar);
    painter.fillRect(0, 0, width(), 1, m_parts->theme->colors().border);
}

}  // namespace monochord::app
