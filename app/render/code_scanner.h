#pragma once

#include <QList>
#include <QString>

#include "render/language.h"

namespace monochord::app {

/// Characters [begin, begin + length) of a text that are of one kind; what is not covered is plain.
struct SyntaxRun {
    int begin = 0, length = 0;
    Syntax kind = Syntax::Plain;

    bool operator==(const SyntaxRun&) const = default;
};

/// What the text before leaves open: a string, a comment, a tag.
struct ScanState {
    qsizetype rule = -1;     ///< of the language, inside which the text is
    qsizetype heredoc = -1;  ///< that begins with the next line
    int depth = 0;           ///< of comments that nest
    QString end;             ///< of a fenced string or a heredoc
    bool inTag = false;
    bool lineStart = true;

    bool operator==(const ScanState&) const = default;
};

/// Finds the kinds of a piece of code, and leaves in `state` what the next piece has to know; pieces end anywhere, best
/// at a line end. Colours only: where a language is not understood, text stays plain. Linear in the length.
void scanCode(const Language& language, QStringView text, ScanState& state, QList<SyntaxRun>& runs);

}  // namespace monochord::app
