#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace monochord::app {

enum class Script : quint8 { None, Super, Sub };

/// A piece of a formula as it is shown, in one look.
struct FormulaPiece {
    QString text;
    Script script = Script::None;
    bool emphasis = false;  ///< variables
    bool strong = false;
    bool overline = false;  ///< beneath a root

    bool operator==(const FormulaPiece&) const = default;
};

// What stands in a text that md4c parses in place of the first byte of a formula's marks.
inline constexpr char kDollarOpens = 0x1c, kDollarCloses = 0x1d, kSlashOpens = 0x1e, kSlashCloses = 0x1f;

/// Marks the formulas of a piece of markdown: $…$, $$…$$, \(…\), \[…\], not in code, not the dollars of prices.
/// Replaces byte for byte: of each mark the first byte by one of the above, and in between what would mean something to
/// md4c by the stand-ins of shieldMarkdown(). Linear.
void shieldFormulas(QByteArray& utf8);

/// A formula with its marks, as text that can be read in a line: Greek letters, operators, scripts, a⁄b, roots. What is
/// not known stays as it is written. `\\` begins a new line.
QList<FormulaPiece> readFormula(const QString& source);
/// Whether the marks say that it stands on lines of its own.
bool isDisplayFormula(const QString& source);

}  // namespace monochord::app
