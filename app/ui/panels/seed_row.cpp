#include "ui/panels/seed_row.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QToolButton>
#include <QValidator>

#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"

namespace monochord::app {
namespace {

constexpr int kFrame = 11;  // of the field, and the cursor

/// 0 … 2^64 − 1, or nothing.
class SeedValidator final : public QValidator {
public:
    using QValidator::QValidator;

    State validate(QString& text, int&) const override {
        text = text.trimmed();
        if (text.isEmpty()) return Acceptable;
        const bool digits = std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
        bool fits = false;
        text.toULongLong(&fits);
        return digits && fits ? Acceptable : Invalid;
    }
};

}  // namespace

SeedRow::SeedRow(Theme* theme, QWidget* parent)
    : QWidget(parent), m_die(new QToolButton(this)), m_field(new QLineEdit(this)) {
    auto* label = new Label(theme, Tone::Text, 1, QFont::Medium, this);
    label->setText(tr("Seed"));
    m_field->setPlaceholderText(tr("random"));
    m_field->setAccessibleName(tr("Seed"));
    m_field->setAccessibleDescription(tr("Empty: a fresh one for each reply"));
    m_field->setValidator(new SeedValidator(m_field));
    m_field->setAlignment(Qt::AlignTrailing);
    followFont(theme, m_field, 0.96);
    m_die->setIcon(themedIcon(theme, Glyph::Dice));
    m_die->setCheckable(true);
    m_die->setFocusPolicy(Qt::TabFocus);
    m_die->setAccessibleName(tr("A fresh seed for each reply"));
    m_die->setToolTip(tr("A fresh seed for each reply; switch it off to keep a number"));
    const auto fit = [this] {
        const QString text = m_field->text().isEmpty() ? m_field->placeholderText() : m_field->text();
        m_field->setMaximumWidth(m_field->fontMetrics().horizontalAdvance(text) + em(m_field, 0.9) + kFrame);
        m_field->setMinimumHeight(em(m_field, 1.78));
    };
    fit();
    connect(theme, &Theme::changed, this, fit);
    connect(m_field, &QLineEdit::textChanged, this, fit);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(label);
    row->addStretch(1);
    row->addWidget(m_die);
    row->addWidget(m_field, 100);
    connect(m_field, &QLineEdit::editingFinished, this, &SeedRow::take);
    connect(m_die, &QToolButton::clicked, this, [this](bool random) {
        setSeed(random, random ? m_seed : QRandomGenerator::global()->generate());
        Q_EMIT changed(m_random, m_seed);
    });
    setSeed(true, 0);
}

void SeedRow::setSeed(bool random, uint64_t seed) {
    m_random = random;
    m_seed = seed;
    m_die->setChecked(random);
    m_field->setText(random ? QString() : QString::number(seed));
}

void SeedRow::take() {
    const QString text = m_field->text().trimmed();
    const bool random = text.isEmpty();
    const uint64_t seed = random ? m_seed : text.toULongLong();
    // Also comes when the field only loses the focus.
    if (random == m_random && seed == m_seed) return;
    setSeed(random, seed);
    Q_EMIT changed(random, seed);
}

}  // namespace monochord::app
