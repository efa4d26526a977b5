#include "ui/panels/load_form.h"

#include <QGridLayout>
#include <QThread>
#include <algorithm>
#include <array>

#include "monochord/evaluator.h"
#include "ui/widgets/label.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/slider_row.h"

namespace monochord::app {
namespace {

constexpr std::array kTypes{KvType::F32, KvType::F16, KvType::Q8_0, KvType::Q4_0};
constexpr quint32 kLeastContext = 256, kUnknownContext = 32768;

QStringList typeNames() {
    QStringList names;
    for (const KvType type : kTypes) names.append(kvTypeText(type));
    return names;
}

int indexOf(KvType type) {
    return static_cast<int>(std::ranges::find(kTypes, type) - kTypes.begin());
}

const QStringList& isaNames() {
    static const QStringList names = [] {
        QStringList found;
        for (const std::string_view name : instructionSets())
            found.append(QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size())));
        return found;
    }();
    return names;
}

}  // namespace

LoadForm::LoadForm(Theme* theme, QWidget* parent)
    : QWidget(parent),
      m_context(new SliderRow(theme, tr("Context"), tr("Tokens of a chat that the model can see at once"),
                              {.from = kLeastContext, .to = kUnknownContext, .step = 256, .decimals = 0, .word = {}},
                              this)),
      m_keys(new SegmentedControl(theme, typeNames(), this)),
      m_values(new SegmentedControl(theme, typeNames(), this)),
      m_threads(new SliderRow(theme, tr("Threads"), tr("That compute at once; more than there are cores help nothing"),
                              {.from = 0,
                               .to = static_cast<double>(QThread::idealThreadCount()),
                               .step = 1,
                               .decimals = 0,
                               .word = tr("all")},
                              this)),
      m_isa(new SegmentedControl(theme, isaNames(), this)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(8);
    grid->setHorizontalSpacing(14);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_context, 0, 0, 1, 2);
    const auto row = [&](int at, SegmentedControl* control, const QString& name, const QString& explanation) {
        auto* label = new Label(theme, Tone::Text, 1, QFont::Medium, this);
        label->setText(name);
        control->setAccessibleName(name);
        control->setAccessibleDescription(explanation);
        control->setToolTip(explanation);
        grid->addWidget(label, at, 0);
        grid->addWidget(control, at, 1);
    };
    const QString cache = tr("Smaller types need less memory for the context; with Q4_0 the replies get worse");
    row(1, m_keys, tr("Keys"), cache);
    row(2, m_values, tr("Values"), cache);
    grid->addWidget(m_threads, 3, 0, 1, 2);
    row(4, m_isa, tr("Instructions"), tr("The first one is the fastest here; all give the same replies"));
    connectControls();
}

void LoadForm::connectControls() {
    connect(m_context, &SliderRow::valueChanged, this, [this](double value) {
        m_settings.context = static_cast<quint32>(value);
        Q_EMIT changed();
    });
    connect(m_threads, &SliderRow::valueChanged, this, [this](double value) {
        m_settings.threads = static_cast<int>(value);
        Q_EMIT changed();
    });
    connect(m_keys, &SegmentedControl::chosen, this, [this](int index) {
        m_settings.keys = kTypes[static_cast<size_t>(index)];
        Q_EMIT changed();
    });
    connect(m_values, &SegmentedControl::chosen, this, [this](int index) {
        m_settings.values = kTypes[static_cast<size_t>(index)];
        Q_EMIT changed();
    });
    connect(m_isa, &SegmentedControl::chosen, this, [this](int index) {
        m_settings.isa = index == 0 ? QString() : isaNames()[index];
        Q_EMIT changed();
    });
}

void LoadForm::setTrainedContext(quint32 trained) {
    const quint32 most = trained == 0 ? kUnknownContext : trained;
    m_context->setRange(std::min(kLeastContext, most), most);
}

void LoadForm::setSettings(const LoadSettings& settings) {
    m_settings = settings;
    m_context->setValue(settings.context);
    m_keys->setCurrent(indexOf(settings.keys));
    m_values->setCurrent(indexOf(settings.values));
    m_threads->setValue(settings.threads);
    m_isa->setCurrent(std::max(0, static_cast<int>(isaNames().indexOf(settings.isa))));
}

}  // namespace monochord::app
