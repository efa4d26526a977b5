#include "ui/style_sheet.h"

#include <QHash>
#include <utility>

namespace monochord::app {
namespace {

// A mixture for hover and pressed states, so that these need no colours of their own.
QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto part = [share](int from, int to) { return static_cast<int>(from + (to - from) * share); };
    return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

QString buttons() {
    return QStringLiteral(R"(
QPushButton { border: 1px solid @border; border-radius: 0.55em; padding: 0.4em 0.9em; background: @surface; color: @text; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @pressed; }
QPushButton::menu-indicator { subcontrol-origin: padding; subcontrol-position: center right; right: 7px; }
QPushButton:focus { border: 2px solid @accent; }
QPushButton:disabled { color: @faint; background: @page; }
QPushButton[kind="primary"] { background: @accent; color: @onAccent; border: 2px solid @accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled { background: @track; border-color: @track; color: @muted; }
QPushButton[kind="strong"] { background: @strong; color: @onStrong; border: 2px solid @strong; font-weight: 600;
    padding: 0.25em 0.75em; }
QPushButton[kind="strong"]:hover { background: @strongHover; border-color: @strongHover; }
QPushButton[kind="strong"]:focus { border: 2px solid @accent; }
QPushButton[kind="strong"]:disabled { background: @track; border-color: @track; color: @muted; }
QPushButton[kind="quiet"] { background: transparent; border: 2px solid transparent; color: @muted; padding: 0.15em 0.3em; }
QPushButton[kind="quiet"]:hover { color: @text; }
QPushButton[kind="quiet"]:focus { border: 2px solid @accent; color: @text; }
QPushButton[kind="quiet"]:checked { color: @accent; }
QPushButton[kind="link"] { background: transparent; border: 2px solid transparent; color: @accent; padding: 0.15em 0.3em;
    font-weight: 600; }
QPushButton[kind="link"]:focus { border: 2px solid @accent; }
QToolButton { background: transparent; border: 2px solid transparent; border-radius: 0.45em; padding: 3px; color: @muted; }
QToolButton::menu-indicator { image: none; }
QToolButton:hover { background: @hover; }
QToolButton:pressed { background: @pressed; }
QToolButton:focus { border: 2px solid @accent; }
)");
}

QString fields() {
    return QStringLiteral(R"(
QLineEdit, QSpinBox, QDoubleSpinBox { background: @surface; color: @text; border: 1px solid @border; border-radius: 0.5em;
    padding: 0.1em 0.45em; selection-background-color: @selection; selection-color: @text; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: 2px solid @accent; padding: 0.05em 0.4em; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; background: transparent; padding: 0; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    width: 0; height: 0; border: none; }
QPlainTextEdit[bare="true"] { background: transparent; border: none; selection-background-color: @selection;
    selection-color: @text; }
QAbstractScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; border: none; }
QScrollBar::handle { background: @scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)");
}

QString popups() {
    return QStringLiteral(R"(
QMenu { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 0.35em 1.6em 0.35em 0.9em; border-radius: 0.4em; background: transparent; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QToolTip { background: @surface; color: @text; border: 1px solid @border; padding: 3px 6px; }
QHeaderView { background: @page; }
QHeaderView::section { background: @page; color: @muted; border: none; border-bottom: 1px solid @border; padding: 4px 6px; }
QSplitter::handle { background: @border; }
QSplitter::handle:horizontal { width: 1px; }
)");
}

}  // namespace

QString styleSheet(const Colors& colors) {
    const QList<std::pair<QString, QColor>> names{
        {QStringLiteral("accentHover"), mixed(colors.accent, colors.text, 0.15)},
        {QStringLiteral("accentSoft"), colors.accentSoft},
        {QStringLiteral("accent"), colors.accent},
        {QStringLiteral("border"), colors.border},
        {QStringLiteral("faint"), colors.faint},
        {QStringLiteral("hover"), mixed(colors.page, colors.bubble, 0.6)},
        {QStringLiteral("muted"), colors.muted},
        {QStringLiteral("onAccent"), colors.onAccent},
        {QStringLiteral("onStrong"), colors.onStrong},
        {QStringLiteral("page"), colors.page},
        {QStringLiteral("pressed"), colors.bubble},
        {QStringLiteral("scroll"), mixed(colors.track, colors.faint, 0.4)},
        {QStringLiteral("selection"), colors.selection},
        {QStringLiteral("strongHover"), mixed(colors.strong, colors.page, 0.2)},
        {QStringLiteral("strong"), colors.strong},
        {QStringLiteral("surface"), colors.surface},
        {QStringLiteral("text"), colors.text},
        {QStringLiteral("track"), colors.track},
    };
    QString sheet = buttons() + fields() + popups();
    // In this order no name is replaced inside a longer one that begins with it.
    for (const auto& [name, color] : names) sheet.replace(u'@' + name, color.name());
    return sheet;
}

}  // namespace monochord::app
