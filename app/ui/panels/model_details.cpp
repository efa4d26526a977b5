#include "ui/panels/model_details.h"

#include <QClipboard>
#include <QFormLayout>
#include <QGuiApplication>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/error_text.h"
#include "ui/panels/library_list.h"
#include "ui/panels/load_form.h"
#include "ui/widgets/format.h"
#include "ui/widgets/label.h"
#include "ui/widgets/loading_row.h"

namespace monochord::app {
namespace {

constexpr int kMostProblems = 8;  // that are listed; all of them are in the copy

}  // namespace

struct ModelDetails::Parts {
    ModelDetails* self = nullptr;
    Theme* theme = nullptr;
    Label* name = nullptr;
    ElidedLabel* place = nullptr;
    Label* problem = nullptr;
    QWidget* facts = nullptr;
    QFormLayout* factRows = nullptr;
    LoadForm* form = nullptr;
    Label* memory = nullptr;
    QPushButton* load = nullptr;
    QPushButton* quantize = nullptr;
    QPushButton* check = nullptr;
    QPushButton* chatTemplate = nullptr;
    LoadingRow* checking = nullptr;
    QPushButton* copyReport = nullptr;
    Label* checked = nullptr;
    QStringList report;
    ModelCard card;
    MemoryNeed need;

    Label* label(Tone tone, double size = 1, QFont::Weight weight = QFont::Normal) const;
    void build();
    QLayout* buildButtons();
    void addFact(const QString& name, const QString& value) const;
    void showFacts() const;
    void showMemory() const;
};

Label* ModelDetails::Parts::label(Tone tone, double size, QFont::Weight weight) const {
    auto* result = new Label(theme, tone, size, weight, self);
    result->setWordWrap(true);
    result->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return result;
}

void ModelDetails::Parts::build() {
    name = label(Tone::Text, 1.33, QFont::DemiBold);
    place = new ElidedLabel(theme, Tone::Muted, 0.92, QFont::Normal, self);
    place->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    problem = label(Tone::Error);
    facts = new QWidget(self);
    factRows = new QFormLayout(facts);
    factRows->setContentsMargins(0, 0, 0, 0);
    factRows->setVerticalSpacing(4);
    factRows->setHorizontalSpacing(18);
    form = new LoadForm(theme, self);
    connect(form, &LoadForm::changed, self, [this] {
        showMemory();
        Q_EMIT self->settingsChanged();
    });
    memory = label(Tone::Muted);
    checked = label(Tone::Muted);
    copyReport = makeButton(theme, ModelDetails::tr("Copy the report"), "link", self);
    copyReport->setObjectName(QStringLiteral("copyReport"));
    connect(copyReport, &QPushButton::clicked, self,
            [this] { QGuiApplication::clipboard()->setText(report.join(u'\n')); });
    checking = new LoadingRow(theme, self);
    connect(checking, &LoadingRow::cancelClicked, self, &ModelDetails::checkCancelled);
    auto* column = new QVBoxLayout(self);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(name);
    column->addWidget(place);
    column->addWidget(problem);
    column->addSpacing(8);
    column->addWidget(facts);
    column->addSpacing(12);
    column->addWidget(form);
    column->addSpacing(4);
    column->addWidget(memory);
    column->addSpacing(8);
    column->addLayout(buildButtons());
    column->addWidget(checking);
    column->addWidget(checked);
    column->addWidget(copyReport, 0, Qt::AlignLeading);
    column->addStretch(1);
}

QLayout* ModelDetails::Parts::buildButtons() {
    load = makeButton(theme, ModelDetails::tr("Load"), "primary", self);
    quantize = makeButton(theme, ModelDetails::tr("Quantize…"), "outline", self);
    quantize->setToolTip(ModelDetails::tr("Makes a smaller copy with fewer bits a weight"));
    check = makeButton(theme, ModelDetails::tr("Check…"), "outline", self);
    check->setToolTip(ModelDetails::tr("Reads the whole file and says what is wrong with it"));
    auto* folder = makeButton(theme, ModelDetails::tr("Show file"), "quiet", self);
    folder->setToolTip(ModelDetails::tr("Shows the file’s folder in the file manager"));
    chatTemplate = makeButton(theme, ModelDetails::tr("Chat template…"), "quiet", self);
    connect(load, &QPushButton::clicked, self, &ModelDetails::loadRequested);
    connect(quantize, &QPushButton::clicked, self, &ModelDetails::quantizeRequested);
    connect(check, &QPushButton::clicked, self, &ModelDetails::checkRequested);
    connect(folder, &QPushButton::clicked, self, &ModelDetails::folderRequested);
    connect(chatTemplate, &QPushButton::clicked, self, &ModelDetails::templateRequested);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    for (QPushButton* button : {load, quantize, check, folder, chatTemplate}) row->addWidget(button);
    row->addStretch(1);
    return row;
}

void ModelDetails::Parts::addFact(const QString& title, const QString& value) const {
    if (value.isEmpty()) return;
    auto* left = new Label(theme, Tone::Muted, 1, QFont::Normal, facts);
    left->setText(title);
    auto* right = new Label(theme, Tone::Text, 1, QFont::Normal, facts);
    right->setText(value);
    right->setWordWrap(true);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    factRows->addRow(left, right);
}

void ModelDetails::Parts::showFacts() const {
    while (factRows->rowCount() > 0) factRows->removeRow(0);
    addFact(ModelDetails::tr("Architecture"), card.architecture);
    addFact(ModelDetails::tr("Parameters"), card.parameters > 0 ? parametersText(card.parameters) : QString());
    addFact(ModelDetails::tr("Quantization"), card.quantization);
    addFact(ModelDetails::tr("File"), sizeText(card.fileBytes));
    if (card.problem) return;
    addFact(ModelDetails::tr("Trained context"),
            card.trainedContext > 0 ? ModelDetails::tr("%1 tokens").arg(countText(card.trainedContext)) : QString());
    addFact(ModelDetails::tr("Licence"), card.licence.isEmpty() ? ModelDetails::tr("not named") : card.licence);
    addFact(ModelDetails::tr("Chat template"),
            card.hasChatTemplate ? ModelDetails::tr("in the file") : ModelDetails::tr("none; ChatML is used"));
}

void ModelDetails::Parts::showMemory() const {
    const auto bytes = need.bytes(form->settings().context);
    const bool tooMuch = bytes && need.freeBytes && *bytes > *need.freeBytes;
    memory->setTone(tooMuch ? Tone::Error : Tone::Muted);
    if (!bytes) {
        memory->setText(ModelDetails::tr("The file does not say how much memory its context needs."));
        return;
    }
    const QString needed = ModelDetails::tr("%1 of memory: %2 the model, %3 the context.")
                               .arg(sizeText(*bytes), sizeText(need.fileBytes), sizeText(*bytes - need.fileBytes));
    const QString available = need.freeBytes ? sizeText(*need.freeBytes) : QString();
    if (available.isEmpty())
        memory->setText(needed);
    else if (!tooMuch)
        memory->setText(ModelDetails::tr("%1 It fits: %2 are free.").arg(needed, available));
    else if (need.fileBytes > *need.freeBytes)
        memory->setText(ModelDetails::tr("%1 It does not fit: %2 are free. It would read from the disk all the time.")
                            .arg(needed, available));
    else
        memory->setText(
            ModelDetails::tr("%1 It does not fit: %2 are free. Choose a shorter context.").arg(needed, available));
}

ModelDetails::ModelDetails(Theme* theme, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->self = this;
    m_parts->theme = theme;
    m_parts->build();
}

ModelDetails::~ModelDetails() = default;

void ModelDetails::setCard(const ModelCard& card, const LoadSettings& settings, bool isLoaded) {
    const bool usable = !card.problem;
    m_parts->card = card;
    m_parts->name->setText(card.name);
    m_parts->place->setText(tr("%1 · %2", "place, path").arg(placeText(card), card.path));
    m_parts->problem->setText(usable ? QString() : sentence(*card.problem));
    m_parts->problem->setVisible(!usable);
    m_parts->showFacts();
    m_parts->form->setTrainedContext(card.trainedContext);
    m_parts->form->setSettings(settings);
    m_parts->form->setVisible(usable);
    m_parts->memory->setVisible(usable);
    m_parts->memory->setText(QStringLiteral("…"));
    m_parts->load->setText(isLoaded ? tr("Load again") : tr("Load"));
    m_parts->load->setAccessibleName(m_parts->load->text());
    m_parts->load->setEnabled(usable);
    m_parts->quantize->setEnabled(usable);
    m_parts->chatTemplate->setVisible(isLoaded);
    m_parts->check->setEnabled(true);
    m_parts->checking->hide();
    m_parts->checked->hide();
    m_parts->copyReport->hide();
}

void ModelDetails::setMemoryNeed(const MemoryNeed& need) {
    m_parts->need = need;
    LoadSettings settings = m_parts->form->settings();
    if (settings.context == 0) settings.context = usualContext(need, m_parts->card.trainedContext);
    m_parts->form->setSettings(settings);
    m_parts->showMemory();
}

LoadSettings ModelDetails::settings() const {
    return m_parts->form->settings();
}

void ModelDetails::setChecking(double share, const QString& speed) {
    constexpr quint64 kWhole = 1000;
    m_parts->checking->setLoading(speed.isEmpty() ? tr("Checking") : speed, static_cast<quint64>(share * kWhole),
                                  kWhole);
    m_parts->copyReport->hide();
    m_parts->checking->show();
    m_parts->checked->hide();
    m_parts->check->setEnabled(false);
}

void ModelDetails::setCheckResult(const CheckResult& result) {
    m_parts->checking->hide();
    m_parts->check->setEnabled(true);
    const auto listed = std::min<qsizetype>(result.problems.size(), kMostProblems);
    QString text;
    if (result.failure && result.failure->code == ErrorCode::Cancelled)
        text = tr("The check was stopped.");
    else if (result.failure)
        text = sentence(*result.failure);
    else if (result.problems.isEmpty())
        text = tr("The whole file was read, and nothing is wrong with it.");
    else
        text = tr("Something is wrong with this file:") + u'\n' + result.problems.first(listed).join(u'\n');
    if (result.problems.size() > listed)
        text += u'\n' + tr("and %Ln more", nullptr, static_cast<int>(result.problems.size() - listed));
    m_parts->report = QStringList{m_parts->card.path} + result.problems;
    m_parts->copyReport->setVisible(!result.problems.isEmpty());
    m_parts->checked->setTone(result.problems.isEmpty() ? Tone::Muted : Tone::Error);
    m_parts->checked->setText(text);
    m_parts->checked->show();
}

}  // namespace monochord::app
