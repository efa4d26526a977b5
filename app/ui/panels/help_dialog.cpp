#include "ui/panels/help_dialog.h"

#include <QAction>
#include <QCoreApplication>
#include <QGridLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/card.h"
#include "ui/widgets/label.h"

namespace monochord::app {

namespace {

QString keysOf(const QAction& action) {
    QStringList keys;
    for (const QKeySequence& key : action.shortcuts()) keys.append(key.toString(QKeySequence::NativeText));
    keys.removeDuplicates();
    return keys.join(QStringLiteral(", "));
}

QWidget* makeTable(Theme* theme, const QList<HelpDialog::Row>& rows, QWidget* parent) {
    auto* card = new Card(theme, 10, Card::Border::Line, parent);
    auto* grid = new QGridLayout(card);
    grid->setContentsMargins(16, 12, 16, 12);
    grid->setHorizontalSpacing(40);
    grid->setVerticalSpacing(9);
    grid->setColumnStretch(0, 1);
    for (int row = 0; row < rows.size(); ++row) {
        auto* name = new Label(theme, Tone::Text, 1, QFont::Normal, card);
        auto* value = new Label(theme, Tone::Muted, 1, QFont::Normal, card);
        name->setText(rows[row].name);
        value->setText(rows[row].value);
        grid->addWidget(name, row, 0);
        grid->addWidget(value, row, 1, Qt::AlignTrailing);
    }
    return card;
}

}  // namespace

HelpDialog::HelpDialog(Theme* theme, const QString& title, const QString& text, const QList<Row>& rows, QWidget* parent)
    : QDialog(parent) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(22, 18, 22, 18);
    all->setSpacing(12);
    all->setSizeConstraint(QLayout::SetFixedSize);
    auto* heading = new Label(theme, Tone::Text, 1.3, QFont::DemiBold, this);
    heading->setText(title);
    all->addWidget(heading);
    if (!text.isEmpty()) {
        auto* label = new Label(theme, Tone::Muted, 1, QFont::Normal, this);
        label->setText(text);
        all->addWidget(label);
    }
    all->addWidget(makeTable(theme, rows, this));
    auto* close = makeButton(theme, tr("Close"), "outline", this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    all->addWidget(close, 0, Qt::AlignTrailing);
}

void HelpDialog::showKeys(Theme* theme, QWidget* window) {
    QList<Row> rows;
    for (const QAction* action : window->actions())
        if (!action->shortcuts().isEmpty()) rows.append({action->text().remove(u'…'), keysOf(*action)});
    (new HelpDialog(theme, tr("Keys"), {}, rows, window))->open();
}

void HelpDialog::showAbout(Theme* theme, QWidget* window) {
    const QStringList text{tr("Version %1, under the Apache License 2.0.").arg(QCoreApplication::applicationVersion()),
                           tr("Runs open language models on this computer, with no network. It is built on:")};
    const QList<Row> rows{
        {QStringLiteral("Qt ") + QString::fromLatin1(qVersion()), QStringLiteral("LGPL 3")},
        {QStringLiteral("SQLite"), tr("public domain")},
        {QStringLiteral("ICU"), QStringLiteral("Unicode License")},
        {QStringLiteral("oneTBB"), QStringLiteral("Apache License 2.0")},
        {QStringLiteral("md4c"), QStringLiteral("MIT")},
        {QStringLiteral("nlohmann-json"), QStringLiteral("MIT")},
        {QStringLiteral("fmt"), QStringLiteral("MIT")},
        {QStringLiteral("tl-expected"), QStringLiteral("CC0 1.0")},
        {QStringLiteral("CLI11"), QStringLiteral("BSD 3-Clause")},
        {QStringLiteral("Inter"), QStringLiteral("SIL Open Font License 1.1")},
    };
    (new HelpDialog(theme, QStringLiteral("Monochord"), text.join(u'\n'), rows, window))->open();
}

}  // namespace monochord::app
