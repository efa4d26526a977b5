#include "ui/panels/sampling_dock.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>
#include <functional>

#include "inference/scope.h"
#include "ui/panels/scope_view.h"
#include "ui/panels/seed_row.h"
#include "ui/widgets/label.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/slider_row.h"

namespace monochord::app {
namespace {

constexpr int kMargin = 12;

const QStringList& presetNames() {
    static const QStringList names{QStringLiteral("precise"), QStringLiteral("balanced"), QStringLiteral("creative"),
                                   QStringLiteral("neutral")};
    return names;
}

int presetOf(const GenerationSettings& settings) {
    for (int i = 0; i < presetNames().size(); ++i)
        if (preset(presetNames()[i], settings).sampling == settings.sampling) return i;
    return -1;
}

}  // namespace

struct SamplingDock::Parts {
    SamplingDock* self = nullptr;
    Theme* theme = nullptr;
    QVBoxLayout* column = nullptr;
    SegmentedControl* presets = nullptr;
    SliderRow* temperature = nullptr;
    SliderRow* topK = nullptr;
    SliderRow* topP = nullptr;
    SliderRow* minP = nullptr;
    SliderRow* repeat = nullptr;
    SeedRow* seed = nullptr;
    NumberField* longest = nullptr;
    ScopeView* scope = nullptr;
    GenerationSettings settings;
    std::shared_ptr<const Distribution> distribution;

    void build();
    void buildSliders();
    void buildLongest();
    void heading(const QString& text) const;
    SliderRow* slider(const QString& name, const QString& explanation, const SliderRow::Range& range,
                      const std::function<void(SamplingSettings&, double)>& take);
    void change(const std::function<void(GenerationSettings&)>& take);
    void show() const;
    void showScope() const;
};

void SamplingDock::Parts::build() {
    auto* content = new QWidget;
    auto* whole = new QVBoxLayout(content);
    whole->setContentsMargins(kMargin, 15, kMargin, 14);
    whole->setSpacing(6);
    column = new QVBoxLayout;
    column->setContentsMargins(ScopeView::kBleed, 0, ScopeView::kBleed, 0);
    column->setSpacing(3);
    whole->addLayout(column);
    heading(SamplingDock::tr("Sampling"));
    column->addSpacing(4);
    presets = new SegmentedControl(theme,
                                   {SamplingDock::tr("Precise"), SamplingDock::tr("Balanced"),
                                    SamplingDock::tr("Creative"), SamplingDock::tr("Neutral")},
                                   content);
    presets->setAccessibleName(SamplingDock::tr("Presets"));
    connect(presets, &SegmentedControl::chosen, self, [this](int index) {
        change([index](GenerationSettings& changed) { changed = preset(presetNames()[index], changed); });
    });
    column->addWidget(presets);
    column->addSpacing(8);
    buildSliders();
    buildLongest();
    column->addSpacing(14);
    heading(SamplingDock::tr("Next word"));
    scope = new ScopeView(theme, content);
    whole->addWidget(scope);
    whole->addStretch(1);

    auto* area = new QScrollArea(self);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    area->setWidget(content);
    auto* frame = new QVBoxLayout(self);
    frame->setContentsMargins(1, 0, 1, 0);
    frame->addWidget(area);
}

void SamplingDock::Parts::buildSliders() {
    const QString off = SamplingDock::tr("off");
    temperature = slider(SamplingDock::tr("Temperature"),
                         SamplingDock::tr("How evenly the chances are spread; 0 always takes the likeliest word"),
                         {.from = 0, .to = 2, .step = 0.05, .wordValue = 0, .word = SamplingDock::tr("greedy")},
                         [](SamplingSettings& s, double value) { s.temperature = static_cast<float>(value); });
    topK = slider(SamplingDock::tr("Top-k"), SamplingDock::tr("Keeps this many of the likeliest words"),
                  {.from = 0, .to = 200, .step = 1, .decimals = 0, .wordValue = 0, .word = off},
                  [](SamplingSettings& s, double value) { s.topK = static_cast<int32_t>(value); });
    topP = slider(SamplingDock::tr("Top-p"), SamplingDock::tr("Keeps the likeliest words up to this sum of chances"),
                  {.wordValue = 1, .word = off},
                  [](SamplingSettings& s, double value) { s.topP = static_cast<float>(value); });
    minP = slider(SamplingDock::tr("Min-p"),
                  SamplingDock::tr("Drops words with less than this share of the likeliest word's chance"),
                  {.wordValue = 0, .word = off},
                  [](SamplingSettings& s, double value) { s.minP = static_cast<float>(value); });
    repeat = slider(SamplingDock::tr("Repeat penalty"), SamplingDock::tr("Makes words that came lately less likely"),
                    {.from = 1, .to = 1.5, .wordValue = 1, .word = off},
                    [](SamplingSettings& s, double value) { s.repeatPenalty = static_cast<float>(value); });
}

void SamplingDock::Parts::buildLongest() {
    seed = new SeedRow(theme, self);
    connect(seed, &SeedRow::changed, self, [this](bool random, quint64 number) {
        change([random, number](GenerationSettings& changed) {
            changed.randomSeed = random;
            changed.sampling.seed = number;
        });
    });
    column->addWidget(seed);
    auto* label = new Label(theme, Tone::Text, 1, QFont::Medium, self);
    label->setText(SamplingDock::tr("Longest reply"));
    label->setMinimumWidth(1);
    longest = new NumberField(theme, self);
    longest->setDecimals(0);
    longest->setRange(0, 1'000'000);
    longest->setSingleStep(64);
    longest->setWord(0, SamplingDock::tr("no limit"));
    longest->setAccessibleName(SamplingDock::tr("Longest reply, in tokens"));
    longest->setToolTip(SamplingDock::tr("Tokens of a reply at most; 0: until the context is full"));
    connect(longest, &QDoubleSpinBox::valueChanged, self, [this](double value) {
        change([value](GenerationSettings& changed) { changed.longestReply = static_cast<uint32_t>(value); });
    });
    auto* row = new QHBoxLayout;
    row->addWidget(label, 1);
    row->addWidget(longest);
    column->addLayout(row);
}

void SamplingDock::Parts::heading(const QString& text) const {
    auto* label = new Label(theme, Tone::Text, 1, QFont::DemiBold);
    label->setText(text);
    column->addWidget(label);
}

SliderRow* SamplingDock::Parts::slider(const QString& name, const QString& explanation, const SliderRow::Range& range,
                                       const std::function<void(SamplingSettings&, double)>& take) {
    auto* row = new SliderRow(theme, name, explanation, range);
    column->addWidget(row);
    connect(row, &SliderRow::valueChanged, self, [this, take](double value) {
        change([&](GenerationSettings& changed) { take(changed.sampling, value); });
    });
    return row;
}

void SamplingDock::Parts::change(const std::function<void(GenerationSettings&)>& take) {
    const GenerationSettings before = settings;
    take(settings);
    show();
    if (settings != before) Q_EMIT self->settingsChanged(settings);
}

void SamplingDock::Parts::show() const {
    const SamplingSettings& sampling = settings.sampling;
    temperature->setValue(sampling.temperature);
    topK->setValue(sampling.topK);
    topP->setValue(sampling.topP);
    minP->setValue(sampling.minP);
    repeat->setValue(sampling.repeatPenalty);
    seed->setSeed(settings.randomSeed, sampling.seed);
    const QSignalBlocker quiet(longest);
    longest->setValue(settings.longestReply);
    longest->updateGeometry();
    presets->setCurrent(presetOf(settings));
    showScope();
}

void SamplingDock::Parts::showScope() const {
    if (!self->isVisible()) return;
    scope->setRows(distribution ? scopeRows(*distribution, settings.sampling, ScopeView::kRows) : QList<ScopeRow>());
}

SamplingDock::SamplingDock(Theme* theme, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->self = this;
    m_parts->theme = theme;
    setAccessibleName(tr("Sampling"));
    m_parts->build();
    m_parts->show();
    connect(theme, &Theme::changed, this, [this] { update(); });
}

SamplingDock::~SamplingDock() = default;

GenerationSettings SamplingDock::settings() const {
    return m_parts->settings;
}

void SamplingDock::setSettings(const GenerationSettings& settings) {
    m_parts->settings = settings;
    m_parts->show();
}

void SamplingDock::setDistribution(const std::shared_ptr<const Distribution>& distribution) {
    m_parts->distribution = distribution;
    m_parts->showScope();
}

void SamplingDock::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_parts->theme->colors().page);
    painter.fillRect(isRightToLeft() ? width() - 1 : 0, 0, 1, height(), m_parts->theme->colors().border);
}

void SamplingDock::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_parts->showScope();
}

}  // namespace monochord::app
