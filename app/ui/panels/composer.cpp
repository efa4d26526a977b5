#include "ui/panels/composer.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/panels/message_field.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/meter.h"

namespace monochord::app {
namespace {

constexpr int kMostLines = 8;
constexpr int kMostSystemLines = 4;
constexpr double kColumn = 52.3;  // em: 680 px as designed
constexpr double kNearlyFull = 0.9;
constexpr int kMomentMs = 200;

}  // namespace

struct Composer::Parts {
    Composer* self = nullptr;
    Theme* theme = nullptr;
    Card* card = nullptr;
    Label* notice = nullptr;
    Label* hint = nullptr;
    QWidget* editing = nullptr;
    Label* editingText = nullptr;
    MessageField* system = nullptr;
    MessageField* field = nullptr;
    QPushButton* systemButton = nullptr;
    Meter* meter = nullptr;
    ElidedLabel* contextText = nullptr;
    QPushButton* send = nullptr;
    QTimer moment;       // since the text changed
    QString sentSystem;  // as the others know it
    qint64 edited = 0;
    Role editedRole = Role::User;
    bool generating = false;

    void build();
    void buildEditing();
    QHBoxLayout* buildFoot();
    void wire();
    void submit();
    void cancelEditing();
    void unfoldSystem(bool unfold);
    void reportSystem();
    void showSystemState();
    void showButton();
    bool leavesToWindow(const QObject* watched, const QKeyEvent* event) const;
};

void Composer::Parts::build() {
    card = new Card(theme, 14, Card::Border::Line, self);
    notice = new Label(theme, Tone::Error, 0.96, QFont::Normal, card);
    notice->setWordWrap(true);
    hint = new Label(theme, Tone::Muted, 0.92, QFont::Normal, card);
    hint->setWordWrap(true);
    hint->setIndent(2);  // as the text of the field
    notice->hide();
    hint->hide();
    buildEditing();
    system = new MessageField(theme, 2, kMostSystemLines, card);
    system->setPlaceholderText(Composer::tr("System prompt: what the model should know or how it should answer"));
    system->setAccessibleName(Composer::tr("System prompt"));
    system->hide();
    field = new MessageField(theme, 1, kMostLines, card);
    field->setPlaceholderText(Composer::tr("Write a message, or drop a model"));
    field->setAccessibleName(Composer::tr("Message"));
    field->setObjectName(QStringLiteral("message"));

    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(8, 11, 8, 10);
    column->setSpacing(9);
    // The texts begin where that of the button beneath does.
    auto* texts = new QVBoxLayout;
    texts->setContentsMargins(5, 0, 5, 0);
    texts->setSpacing(9);
    for (QWidget* part :
         {static_cast<QWidget*>(notice), static_cast<QWidget*>(hint), editing, static_cast<QWidget*>(system)})
        texts->addWidget(part);
    texts->addWidget(field);
    column->addLayout(texts);
    column->addLayout(buildFoot());

    auto* row = new QHBoxLayout(self);
    row->setContentsMargins(12, 8, 12, 14);
    row->setSpacing(0);
    row->addStretch(1);
    row->addWidget(card, 1000);
    row->addStretch(1);
}

void Composer::Parts::buildEditing() {
    editing = new QWidget(card);
    editingText = new Label(theme, Tone::Accent, 0.92, QFont::Medium, editing);
    auto* cancel = makeButton(theme, Composer::tr("Cancel"), "quiet", editing, 0.92);
    cancel->setAccessibleName(Composer::tr("Cancel editing"));
    connect(cancel, &QPushButton::clicked, self, [this] { cancelEditing(); });
    auto* row = new QHBoxLayout(editing);
    row->setContentsMargins(2, 0, 0, 0);
    row->addWidget(editingText);
    row->addStretch(1);
    row->addWidget(cancel);
    editing->hide();
}

QHBoxLayout* Composer::Parts::buildFoot() {
    systemButton = makeButton(theme, Composer::tr("System prompt"), "quiet", card, 0.92);
    systemButton->setCheckable(true);
    systemButton->setToolTip(Composer::tr("Show or hide the system prompt of this chat"));
    meter = new Meter(theme, Composer::tr("Context used"), card);
    contextText = new ElidedLabel(theme, Tone::Muted, 0.92, QFont::Normal, card);
    send = makeButton(theme, Composer::tr("Send"), "strong", card, 0.92);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(0, 0, 6, 0);
    foot->setSpacing(9);
    foot->addWidget(systemButton);
    foot->addWidget(meter, 2);
    foot->addWidget(contextText, 0);
    foot->addStretch(1);
    foot->addWidget(send);
    return foot;
}

void Composer::Parts::wire() {
    connect(field, &MessageField::submitted, self, [this] { submit(); });
    connect(field, &MessageField::upPressed, self, &Composer::editLastRequested);
    connect(field, &MessageField::escapePressed, self, [this] {
        if (edited != 0) return cancelEditing();
        if (generating) Q_EMIT self->stopRequested();
    });
    connect(field, &QPlainTextEdit::textChanged, self, [this] {
        notice->hide();
        showButton();
        moment.start(kMomentMs);
    });
    moment.setSingleShot(true);
    connect(&moment, &QTimer::timeout, self,
            [this] { Q_EMIT self->draftChanged(field->isBlank() ? QString() : field->text()); });
    connect(send, &QPushButton::clicked, self, [this] {
        if (generating) return Q_EMIT self->stopRequested();
        submit();
    });
    connect(systemButton, &QPushButton::toggled, self, [this](bool on) { unfoldSystem(on); });
    connect(system, &MessageField::escapePressed, self, [this] { systemButton->setChecked(false); });
    // In this field a line break is what Enter is for.
    connect(system, &MessageField::submitted, self, [this] { system->insertPlainText(QStringLiteral("\n")); });
    const auto takeWidth = [this] {
        card->setMaximumWidth(em(card, kColumn));
        meter->setMaximumWidth(em(card, 9.2));
    };
    followFont(theme, card, 1);
    takeWidth();
    connect(theme, &Theme::changed, self, takeWidth);
}

void Composer::Parts::submit() {
    if (!generating && !field->isBlank()) Q_EMIT self->submitted(field->text());
}

void Composer::Parts::cancelEditing() {
    self->clear();
    field->setFocus();
    Q_EMIT self->editingCancelled();
}

void Composer::Parts::unfoldSystem(bool unfold) {
    system->setVisible(unfold);
    if (unfold) return system->setFocus();
    reportSystem();
    field->setFocus();
}

void Composer::Parts::reportSystem() {
    const QString text = system->isBlank() ? QString() : system->text();
    if (text == sentSystem) return;
    sentSystem = text;
    showSystemState();
    Q_EMIT self->systemPromptChanged(text);
}

void Composer::Parts::showSystemState() {
    const QString text = sentSystem.isEmpty() ? Composer::tr("System prompt") : Composer::tr("System prompt ✓");
    systemButton->setText(text);
    systemButton->setAccessibleName(sentSystem.isEmpty() ? Composer::tr("System prompt, none")
                                                         : Composer::tr("System prompt, set"));
}

void Composer::Parts::showButton() {
    QString text = Composer::tr("Send");
    if (generating)
        text = Composer::tr("Stop");
    else if (edited != 0 && editedRole != Role::User)
        text = Composer::tr("Save");
    send->setText(text);
    send->setAccessibleName(text);
    send->setIcon(generating ? themedIcon(theme, Glyph::Stop, Tone::OnStrong) : QIcon());
    const int side = em(send, 0.9);
    send->setIconSize(QSize(side, side));
    send->setEnabled(generating || !field->document()->isEmpty());
}

/// A field in which nothing was written has nothing to undo: chats may have.
bool Composer::Parts::leavesToWindow(const QObject* watched, const QKeyEvent* event) const {
    const QTextDocument* text = (watched == system ? system : field)->document();
    return (event->matches(QKeySequence::Undo) && !text->isUndoAvailable()) ||
           (event->matches(QKeySequence::Redo) && !text->isRedoAvailable());
}

Composer::Composer(Theme* theme, QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
    m_parts->self = this;
    m_parts->theme = theme;
    m_parts->build();
    m_parts->wire();
    m_parts->showButton();
    m_parts->system->installEventFilter(this);
    m_parts->field->installEventFilter(this);
    setContext(0, 0);
    setFocusProxy(m_parts->field);
    setTabOrder(m_parts->system, m_parts->field);
    setTabOrder(m_parts->field, m_parts->systemButton);
    setTabOrder(m_parts->systemButton, m_parts->send);
}

Composer::~Composer() = default;

QString Composer::text() const {
    return m_parts->field->text();
}

void Composer::setText(const QString& text) {
    m_parts->field->setText(text);
}

void Composer::clear() {
    m_parts->edited = 0;
    m_parts->editing->hide();
    m_parts->field->setText({});
    m_parts->notice->hide();
    m_parts->showButton();
}

void Composer::focusText() {
    m_parts->field->setFocus();
}

void Composer::setNotice(const QString& sentence) {
    m_parts->notice->setText(sentence);
    m_parts->notice->setVisible(!sentence.isEmpty());
}

void Composer::setHint(const QString& sentence, bool wrong) {
    m_parts->hint->setTone(wrong ? Tone::Error : Tone::Muted);
    m_parts->hint->setText(sentence);
    m_parts->hint->setVisible(!sentence.isEmpty());
}

void Composer::setGenerating(bool generating) {
    m_parts->generating = generating;
    m_parts->showButton();
}

void Composer::setContext(quint32 used, quint32 total) {
    m_parts->meter->setVisible(total > 0);
    m_parts->contextText->setVisible(total > 0);
    if (total == 0) return;
    const double share = static_cast<double>(used) / total;
    m_parts->meter->setShare(share);
    m_parts->meter->setWarning(share >= kNearlyFull);
    const QString text = tr("%1 of %2", "tokens of the context").arg(countText(used), countText(total));
    m_parts->contextText->setText(text);
    const QString whole = tr("%1 of %2 tokens of the context are used").arg(countText(used), countText(total));
    m_parts->meter->setToolTip(whole);
    m_parts->meter->setAccessibleDescription(whole);
}

void Composer::setSystemPrompt(const QString& text) {
    m_parts->sentSystem = text;
    m_parts->system->setText(text);
    m_parts->showSystemState();
}

void Composer::startEditing(qint64 message, Role role, const QString& text) {
    m_parts->edited = message;
    m_parts->editedRole = role;
    m_parts->editingText->setText(role == Role::User ? tr("Editing your message") : tr("Editing the reply"));
    m_parts->editing->show();
    m_parts->field->setText(text);
    m_parts->showButton();
    m_parts->field->setFocus();
}

qint64 Composer::editedMessage() const {
    return m_parts->edited;
}

bool Composer::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_parts->system && event->type() == QEvent::FocusOut) m_parts->reportSystem();
    if (event->type() == QEvent::ShortcutOverride && m_parts->leavesToWindow(watched, static_cast<QKeyEvent*>(event))) {
        event->ignore();
        return true;
    }
    // Before a shortcut of the window that is on the same key.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
        !m_parts->generating && (m_parts->edited != 0 || watched == m_parts->system))
        event->accept();
    return QWidget::eventFilter(watched, event);
}

}  // namespace monochord::app
