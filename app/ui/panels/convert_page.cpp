#include "ui/panels/convert_page.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/type_list.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/meter.h"

namespace monochord::app {
namespace {

constexpr double kColumn = 44;  // em

QString factsText(const ModelCard& card) {
    QStringList facts{card.architecture, card.quantization};
    if (card.parameters > 0) facts.append(ConvertPage::tr("%1 parameters").arg(parametersText(card.parameters)));
    facts.append(sizeText(card.fileBytes));
    facts.append(card.licence.isEmpty() ? ConvertPage::tr("licence not named")
                                        : ConvertPage::tr("licence: %1").arg(card.licence));
    facts.removeAll(QString());
    return facts.join(QStringLiteral(" · "));
}

bool isQuantized(const ModelCard& card) {
    return !card.isCheckpoint && !card.quantization.endsWith(QLatin1String("F16")) &&
           card.quantization != QLatin1String("F32");
}

}  // namespace

struct ConvertPage::Parts {
    enum class State { Reading, Choosing, Refused, Working, Done };

    ConvertPage* self = nullptr;
    Theme* theme = nullptr;
    Label* title = nullptr;
    Label* name = nullptr;
    Label* facts = nullptr;
    Label* warning = nullptr;
    TypeList* types = nullptr;
    Label* memory = nullptr;
    QWidget* place = nullptr;
    ElidedLabel* path = nullptr;
    QPushButton* change = nullptr;
    Label* problem = nullptr;
    QWidget* progress = nullptr;
    Meter* meter = nullptr;
    ElidedLabel* progressText = nullptr;
    QPushButton* start = nullptr;
    QPushButton* cancel = nullptr;
    ModelCard card;
    State state = State::Reading;
    bool hasRoom = true;

    Label* label(Tone tone, double size = 1, QFont::Weight weight = QFont::Normal) const;
    QWidget* buildTop();
    QLayout* buildColumn();
    QWidget* buildPlace();
    QWidget* buildProgress();
    QLayout* buildButtons();
    void show(State now);
    void showMemory() const;
    static void say(Label* label, const QString& text);
};

void ConvertPage::Parts::say(Label* label, const QString& text) {
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

Label* ConvertPage::Parts::label(Tone tone, double size, QFont::Weight weight) const {
    auto* result = new Label(theme, tone, size, weight, self);
    result->setWordWrap(true);
    result->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return result;
}

QWidget* ConvertPage::Parts::buildTop() {
    auto* top = new QWidget(self);
    title = new Label(theme, Tone::Text, 1.33, QFont::DemiBold, top);
    auto* close = new QToolButton(top);
    close->setIcon(themedIcon(theme, Glyph::Close));
    close->setAccessibleName(ConvertPage::tr("Close; the work goes on"));
    close->setToolTip(close->accessibleName());
    close->setFocusPolicy(Qt::TabFocus);
    connect(close, &QToolButton::clicked, self, &ConvertPage::closeRequested);
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(22, 9, 18, 9);
    row->addWidget(title, 1);
    row->addWidget(close);
    return top;
}

QLayout* ConvertPage::Parts::buildColumn() {
    name = label(Tone::Text, 1.33, QFont::DemiBold);
    facts = label(Tone::Muted);
    warning = label(Tone::Text);
    types = new TypeList(theme, self);
    memory = label(Tone::Muted);
    problem = label(Tone::Error);
    connect(types, &TypeList::chosenChanged, self, &ConvertPage::typeChanged);
    connect(types, &TypeList::chosenChanged, self, [this] { showMemory(); });
    connect(types, &QListView::activated, self, [this] { start->click(); });
    auto* column = new QVBoxLayout;
    column->setSpacing(6);
    column->addWidget(name);
    column->addWidget(facts);
    column->addWidget(warning);
    column->addSpacing(8);
    column->addWidget(types, 1);
    column->addSpacing(8);
    column->addWidget(memory);
    column->addWidget(buildPlace());
    column->addWidget(problem);
    column->addSpacing(6);
    column->addWidget(buildProgress());
    column->addLayout(buildButtons());
    column->addStretch(1);
    return column;
}

QWidget* ConvertPage::Parts::buildPlace() {
    place = new QWidget(self);
    path = new ElidedLabel(theme, Tone::Muted, 1, QFont::Normal, place);
    path->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    change = makeButton(theme, ConvertPage::tr("Change…"), "link", place);
    change->setAccessibleName(ConvertPage::tr("Choose another folder for the file"));
    connect(change, &QPushButton::clicked, self, &ConvertPage::placeRequested);
    auto* row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(path, 1);
    row->addWidget(change);
    return place;
}

QWidget* ConvertPage::Parts::buildProgress() {
    progress = new QWidget(self);
    meter = new Meter(theme, ConvertPage::tr("Progress"), progress);
    progressText = new ElidedLabel(theme, Tone::Muted, 1, QFont::Normal, progress);
    auto* column = new QVBoxLayout(progress);
    column->setContentsMargins(0, 0, 0, 4);
    column->setSpacing(4);
    column->addWidget(meter);
    column->addWidget(progressText);
    return progress;
}

QLayout* ConvertPage::Parts::buildButtons() {
    start = makeButton(theme, {}, "primary", self);
    cancel = makeButton(theme, ConvertPage::tr("Cancel"), "outline", self);
    connect(start, &QPushButton::clicked, self, [this] {
        if (state == State::Done)
            Q_EMIT self->loadRequested();
        else
            Q_EMIT self->startRequested();
    });
    connect(cancel, &QPushButton::clicked, self, &ConvertPage::cancelRequested);
    auto* help = makeButton(theme, ConvertPage::tr("Which type?"), "quiet", self);
    connect(help, &QPushButton::clicked, self, &ConvertPage::helpRequested);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(start);
    row->addWidget(cancel);
    row->addStretch(1);
    row->addWidget(help);
    return row;
}

void ConvertPage::Parts::show(State now) {
    state = now;
    const bool known = state != State::Reading && state != State::Refused;
    const bool choosing = state == State::Choosing;
    facts->setVisible(state != State::Refused);
    types->setVisible(known && !card.types.isEmpty());
    types->setEnabled(choosing);
    memory->setVisible(choosing && !card.types.isEmpty());
    place->setVisible(known);
    change->setVisible(choosing);
    progress->setVisible(state == State::Working);
    start->setVisible(choosing || state == State::Done);
    start->setEnabled(state == State::Done || (hasRoom && !card.types.isEmpty()));
    start->setText(state == State::Done ? ConvertPage::tr("Load")
                   : card.isCheckpoint  ? ConvertPage::tr("Convert")
                                        : ConvertPage::tr("Quantize"));
    start->setAccessibleName(start->text());
    cancel->setText(state == State::Refused || state == State::Done ? ConvertPage::tr("Close")
                                                                    : ConvertPage::tr("Cancel"));
    cancel->setAccessibleName(cancel->text());
}

void ConvertPage::Parts::showMemory() const {
    const TypeSize type = types->chosen();
    const bool fits = !card.freeBytes || type.bytes <= *card.freeBytes;
    memory->setTone(fits ? Tone::Muted : Tone::Error);
    const QString size = sizeText(type.bytes);
    if (!card.freeBytes)
        memory->setText(ConvertPage::tr("Takes %1 of memory, and more for the context.").arg(size));
    else if (fits)
        memory->setText(ConvertPage::tr("Takes %1 of memory, and more for the context. It fits: %2 are free.")
                            .arg(size, sizeText(*card.freeBytes)));
    else
        memory->setText(ConvertPage::tr("Takes %1 of memory, and more for the context. It does not fit: %2 are free. "
                                        "Choose a smaller type.")
                            .arg(size, sizeText(*card.freeBytes)));
}

ConvertPage::ConvertPage(Theme* theme, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->self = this;
    m_parts->theme = theme;
    followFont(theme, this, 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_parts->buildTop());
    auto* content = new QWidget(this);
    content->setLayout(m_parts->buildColumn());
    content->layout()->setContentsMargins(22, 10, 22, 16);
    auto* centre = new QHBoxLayout;
    centre->setContentsMargins(0, 0, 0, 0);
    centre->addStretch(1);
    centre->addWidget(content, 100);
    centre->addStretch(1);
    all->addLayout(centre, 1);
    const auto fit = [this, content] { content->setMaximumWidth(em(this, kColumn)); };
    fit();
    connect(theme, &Theme::changed, this, fit);
    connect(theme, &Theme::changed, this, [this] { update(); });
    setReading({});
}

ConvertPage::~ConvertPage() = default;

void ConvertPage::setReading(const QString& name) {
    m_parts->title->setText(tr("Convert a model"));
    m_parts->name->setText(name);
    m_parts->facts->setText(tr("Reading what it is…"));
    Parts::say(m_parts->warning, {});
    Parts::say(m_parts->problem, {});
    m_parts->show(Parts::State::Reading);
}

void ConvertPage::setCard(const ModelCard& card) {
    m_parts->card = card;
    m_parts->title->setText(card.isCheckpoint ? tr("Convert a model") : tr("Quantize a model"));
    setAccessibleName(m_parts->title->text());
    m_parts->name->setText(card.name);
    m_parts->facts->setText(factsText(card));
    QString warning;
    if (card.types.isEmpty())
        warning = tr("There is no smaller type for this model.");
    else if (isQuantized(card))
        warning =
            tr("This model is quantized already. Quantizing it again loses more than making the same type from "
               "the original would.");
    Parts::say(m_parts->warning, warning);
    Parts::say(m_parts->problem, {});
    m_parts->types->setCard(card);
    m_parts->show(Parts::State::Choosing);
    m_parts->types->setFocus();
}

void ConvertPage::setTarget(const QString& path, quint64 needed, std::optional<quint64> freeBytes) {
    m_parts->path->setText(tr("Saved as %1").arg(path));
    m_parts->hasRoom = !freeBytes || needed <= *freeBytes;
    Parts::say(m_parts->problem, m_parts->hasRoom ? QString()
                                                  : tr("The disk has room for %1 only, and %2 are needed. Choose a "
                                                       "smaller type, or another folder.")
                                                        .arg(sizeText(*freeBytes), sizeText(needed)));
    m_parts->show(m_parts->state);
}

void ConvertPage::setProblem(const QString& sentence) {
    Parts::say(m_parts->problem, sentence);
    const bool unknown = m_parts->state == Parts::State::Reading;
    m_parts->show(unknown ? Parts::State::Refused : Parts::State::Choosing);
}

void ConvertPage::setWorking(double share, const QString& text) {
    if (m_parts->state != Parts::State::Working) {
        Parts::say(m_parts->problem, {});
        m_parts->show(Parts::State::Working);
    }
    m_parts->meter->setShare(share);
    m_parts->progressText->setText(text);
}

void ConvertPage::setDone(const QString& name) {
    m_parts->name->setText(name);
    m_parts->facts->setText(tr("The model is ready."));
    Parts::say(m_parts->warning, {});
    m_parts->card.types.clear();
    m_parts->show(Parts::State::Done);
}

bool ConvertPage::isDone() const {
    return m_parts->state == Parts::State::Done;
}

TypeSize ConvertPage::type() const {
    return m_parts->types->chosen();
}

void ConvertPage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_parts->theme->colors().page);
}

}  // namespace monochord::app
