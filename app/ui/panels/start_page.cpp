#include "ui/panels/start_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/model_name.h"
#include "ui/panels/model_list.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/loading_row.h"

namespace monochord::app {
namespace {

constexpr double kColumn = 44;  // em

/// The arrow into a tray, large and quiet.
class BigIcon final : public QWidget {
public:
    BigIcon(Theme* theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        connect(theme, &Theme::changed, this, [this] { updateGeometry(); });
    }
    QSize sizeHint() const override { return {em(this, 3), em(this, 3)}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintGlyph(painter, Glyph::Model, rect(), m_theme->colors().accent);
    }

private:
    Theme* m_theme;
};

}  // namespace

struct StartPage::Parts {
    StartPage* self = nullptr;
    Theme* theme = nullptr;
    Card* zone = nullptr;
    QPushButton* open = nullptr;
    LoadingRow* loading = nullptr;
    Card* problemCard = nullptr;
    Label* problem = nullptr;
    QPushButton* problemAction = nullptr;
    QWidget* starter = nullptr;
    ElidedLabel* starterName = nullptr;
    Label* starterHint = nullptr;
    QPushButton* start = nullptr;
    Label* foundHeading = nullptr;
    ModelList* found = nullptr;
    QString starterPath;
    QList<ModelCard> cards;

    void build();
    void buildZone();
    void buildProblem();
    void buildStarter();
    void buildFound();
    void showFound() const;
    void setBusy(bool busy) const;
};

void StartPage::Parts::build() {
    buildZone();
    buildProblem();
    buildStarter();
    buildFound();
    auto* content = new QWidget(self);
    followFont(theme, content, 1);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(em(self, 0.9));
    column->addStretch(2);
    column->addWidget(zone);
    column->addWidget(problemCard);
    column->addWidget(starter);
    column->addWidget(starterHint);
    column->addWidget(foundHeading);
    column->addWidget(found, 10);
    column->addStretch(3);
    auto* row = new QHBoxLayout(self);
    row->setContentsMargins(20, 16, 20, 16);
    row->addStretch(1);
    row->addWidget(content, 1000);
    row->addStretch(1);
    const auto fit = [this, content] { content->setMaximumWidth(em(self, kColumn)); };
    fit();
    connect(theme, &Theme::changed, self, fit);
}

void StartPage::Parts::buildZone() {
    zone = new Card(theme, 16, Card::Border::Dashed, self);
    auto* title = new Label(theme, Tone::Text, 1.56, QFont::DemiBold, zone);
    title->setText(StartPage::tr("Drop a model here"));
    auto* hint = new Label(theme, Tone::Muted, 1, QFont::Normal, zone);
    hint->setText(StartPage::tr("A GGUF file. It is used where it is, and nothing leaves this computer."));
    hint->setWordWrap(true);
    for (Label* label : {title, hint}) label->setAlignment(Qt::AlignCenter);
    open = makeButton(theme, StartPage::tr("Open…"), "outline", zone);
    open->setAccessibleName(StartPage::tr("Open a model file"));
    connect(open, &QPushButton::clicked, self, &StartPage::openRequested);
    loading = new LoadingRow(theme, zone);
    loading->hide();
    connect(loading, &LoadingRow::cancelClicked, self, &StartPage::cancelLoadClicked);
    auto* column = new QVBoxLayout(zone);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(8);
    column->addWidget(new BigIcon(theme, zone));
    column->addSpacing(2);
    column->addWidget(title);
    column->addWidget(hint);
    column->addSpacing(8);
    column->addWidget(open, 0, Qt::AlignCenter);
    column->addWidget(loading);
}

void StartPage::Parts::buildProblem() {
    problemCard = new Card(theme, 10, Card::Border::Error, self);
    problem = new Label(theme, Tone::Error, 1, QFont::Normal, problemCard);
    problem->setWordWrap(true);
    auto* row = new QHBoxLayout(problemCard);
    row->setContentsMargins(14, 9, 14, 9);
    row->addWidget(problem, 1);
    problemAction = makeButton(theme, {}, "link", problemCard);
    connect(problemAction, &QPushButton::clicked, self, &StartPage::problemActionClicked);
    row->addWidget(problemAction);
    problemCard->hide();
}

void StartPage::Parts::buildStarter() {
    starter = new QWidget(self);
    starterName = new ElidedLabel(theme, Tone::Text, 1, QFont::Medium, starter);
    auto* about = new ElidedLabel(theme, Tone::Muted, 0.96, QFont::Normal, starter);
    about->setText(StartPage::tr("The starter model: small, quick, and already here"));
    start = makeButton(theme, StartPage::tr("Start"), "primary", starter);
    start->setAccessibleName(StartPage::tr("Start with the starter model"));
    connect(start, &QPushButton::clicked, self, [this] { Q_EMIT self->modelChosen(starterPath); });
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(starterName);
    texts->addWidget(about);
    auto* row = new QHBoxLayout(starter);
    row->setContentsMargins(12, 6, 2, 6);
    row->addLayout(texts, 1);
    row->addWidget(start);
    starterHint = new Label(theme, Tone::Muted, 1, QFont::Normal, self);
    starterHint->setText(
        StartPage::tr("No model at hand? The script packaging/fetch-model.sh fetches the starter model (98 MB)."));
    starterHint->setWordWrap(true);
    starterHint->setAlignment(Qt::AlignCenter);
    starterHint->setTextInteractionFlags(Qt::TextSelectableByMouse);
}

void StartPage::Parts::buildFound() {
    foundHeading = new Label(theme, Tone::Muted, 0.86, QFont::Normal, self);
    foundHeading->setText(StartPage::tr("ON THIS COMPUTER"));
    foundHeading->setContentsMargins(12, 6, 12, 0);
    found = new ModelList(theme, self);
    connect(found, &ModelList::chosen, self, &StartPage::modelChosen);
    showFound();
}

void StartPage::Parts::showFound() const {
    QList<ModelCard> others = cards;
    // It has a row of its own.
    others.removeIf([this](const ModelCard& card) { return card.path == starterPath; });
    found->setCards(others);
    found->setVisible(!others.isEmpty());
    foundHeading->setVisible(!others.isEmpty());
}

void StartPage::Parts::setBusy(bool busy) const {
    loading->setVisible(busy);
    open->setVisible(!busy);
    start->setEnabled(!busy);
    found->setEnabled(!busy);
}

StartPage::StartPage(Theme* theme, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->self = this;
    m_parts->theme = theme;
    m_parts->build();
    setStarterModel({});
}

StartPage::~StartPage() = default;

void StartPage::setStarterModel(const QString& path) {
    m_parts->starterPath = path;
    m_parts->starter->setVisible(!path.isEmpty());
    m_parts->starterHint->setVisible(path.isEmpty());
    const QFileInfo file(path);
    const quint64 bytes = static_cast<quint64>(file.size());
    m_parts->starterName->setText(tr("%1 · %2", "name, size").arg(modelName(path, {}), sizeText(bytes)));
    m_parts->showFound();
}

void StartPage::setFoundModels(const QList<ModelCard>& models) {
    m_parts->cards = models;
    m_parts->showFound();
}

void StartPage::setLoading(const QString& name, quint64 doneBytes, quint64 totalBytes) {
    m_parts->loading->setLoading(name, doneBytes, totalBytes);
    m_parts->setBusy(true);
}

void StartPage::setNotLoading() {
    m_parts->setBusy(false);
}

void StartPage::setProblem(const QString& sentence, const QString& action) {
    m_parts->problem->setText(sentence);
    m_parts->problemAction->setText(action);
    m_parts->problemAction->setAccessibleName(action);
    m_parts->problemAction->setVisible(!action.isEmpty());
    m_parts->problemCard->setVisible(!sentence.isEmpty());
}

}  // namespace monochord::app
