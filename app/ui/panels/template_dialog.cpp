#include "ui/panels/template_dialog.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/widgets/card.h"
#include "ui/widgets/label.h"

namespace monochord::app {
namespace {

constexpr int kPauseMs = 250;  // after the last key, before the sample is made anew
constexpr int kWidth = 760, kHeight = 640;

QPlainTextEdit* addField(Theme* theme, const QString& name, QBoxLayout* layout, int stretch) {
    auto* card = new Card(theme, 10);
    auto* field = new QPlainTextEdit(card);
    field->setProperty("bare", true);
    field->setAccessibleName(name);
    field->setFont(theme->codeFont());
    field->setTabChangesFocus(true);
    QObject::connect(theme, &Theme::changed, field, [theme, field] { field->setFont(theme->codeFont()); });
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(6, 6, 6, 6);
    inside->addWidget(field);
    layout->addWidget(card, stretch);
    return field;
}

}  // namespace

struct TemplateDialog::Parts {
    Theme* theme = nullptr;
    Engine* engine = nullptr;
    QPlainTextEdit* source = nullptr;
    QPlainTextEdit* sample = nullptr;
    Label* error = nullptr;
    QPushButton* use = nullptr;
    QTimer pause;
    quint64 asked = 0;  // number of the last sample that was asked for
};

TemplateDialog::TemplateDialog(Theme* theme, Engine* engine, const LoadedModel& model, QWidget* parent)
    : QDialog(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->theme = theme;
    m_parts->engine = engine;
    m_parts->pause.setSingleShot(true);
    m_parts->pause.setInterval(kPauseMs);
    setWindowTitle(tr("Chat template"));
    build(model);
    connect(m_parts->source, &QPlainTextEdit::textChanged, this, [this, own = model.chatTemplate] {
        const QString text = m_parts->source->toPlainText();
        m_parts->use->setEnabled(!text.isEmpty() && text != own);
        m_parts->pause.start();
    });
    connect(&m_parts->pause, &QTimer::timeout, this, &TemplateDialog::askForSample);
    connect(engine, &Engine::sampled, this, &TemplateDialog::showSample);
    connect(engine, &Engine::loaded, this, &QDialog::reject);  // it is another model's now
    askForSample();
}

TemplateDialog::~TemplateDialog() = default;

void TemplateDialog::build(const LoadedModel& model) {
    Theme* theme = m_parts->theme;
    resize(kWidth, kHeight);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(22, 18, 22, 18);
    all->setSpacing(10);
    auto* explanation = new Label(theme, Tone::Muted, 1, QFont::Normal, this);
    explanation->setWordWrap(true);
    explanation->setText(
        tr("This is how %1 is told who said what. It is a Jinja template; what you put in its place is "
           "kept for this model’s file.")
            .arg(model.name));
    all->addWidget(explanation);
    m_parts->source = addField(theme, tr("Chat template"), all, 3);
    m_parts->source->setPlainText(model.chatTemplate);
    m_parts->error = new Label(theme, Tone::Error, 1, QFont::Normal, this);
    m_parts->error->setWordWrap(true);
    m_parts->error->hide();
    all->addWidget(m_parts->error);
    auto* caption = new Label(theme, Tone::Muted, 1, QFont::Normal, this);
    caption->setText(tr("What a short conversation becomes:"));
    all->addWidget(caption);
    m_parts->sample = addField(theme, tr("Sample"), all, 2);
    m_parts->sample->setReadOnly(true);

    auto* row = new QHBoxLayout;
    auto* own = makeButton(theme, tr("Use the model’s own"), "quiet", this);
    own->setVisible(!model.hasOwnTemplate);
    auto* cancel = makeButton(theme, tr("Cancel"), "outline", this);
    m_parts->use = makeButton(theme, tr("Use this template"), "primary", this);
    m_parts->use->setEnabled(false);
    for (QPushButton* button : {own, cancel, m_parts->use}) {
        button->setAccessibleName(button->text());
        button->setAutoDefault(false);
    }
    row->addWidget(own);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_parts->use);
    all->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    const auto choose = [this](const QString& source) {
        accept();
        Q_EMIT chosen(source);
    };
    connect(own, &QPushButton::clicked, this, [choose] { choose({}); });
    connect(m_parts->use, &QPushButton::clicked, this, [this, choose] { choose(m_parts->source->toPlainText()); });
}

void TemplateDialog::askForSample() {
    m_parts->engine->sample(++m_parts->asked, m_parts->source->toPlainText());
}

void TemplateDialog::showSample(quint64 request, const QString& text, const Failure& failure) {
    if (request != m_parts->asked) return;  // the template has changed since
    m_parts->error->setText(failure.detail);
    m_parts->error->setVisible(!failure.detail.isEmpty());
    m_parts->sample->setPlainText(text);
}

}  // namespace monochord::app
