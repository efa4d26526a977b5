#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace monochord::app {

/// A stretch of markdown that can be parsed by itself: one or a few top-level blocks, whole lines.
struct MarkdownChunk {
    qsizetype begin = 0, end = 0;
    bool certain = false;  ///< whatever is appended, the chunk ends there
};

/// The first chunk at or after `from`, which is 0 or the end of a chunk. Empty where only blank lines are left. Cuts
/// only where every reading of CommonMark agrees that the blocks before are closed: a list item, a table, an open fence
/// stay whole. One pass over the lines of the chunk.
MarkdownChunk nextChunk(QStringView markdown, qsizetype from);

/// Replaces, byte for byte, what would make md4c slow or swallow text by stand-ins below U+0020: the colon of link
/// definitions (they would vanish, and make blocks depend on later ones), list and quote marks nested deeper than 20 or
/// beyond column 100, delimiter rows of more than 64 columns, thousands of brackets that
/// are no links, control characters and single carriage returns.
void shieldMarkdown(QByteArray& utf8);
/// The byte that stands in for this character; itself, where none does.
char standIn(char c);
/// Puts back in the text of a span what shieldMarkdown replaced.
void unshieldMarkdown(QString& text);

/// md4c 0.4 wants three characters in each cell of a table's delimiter row, where one is enough elsewhere and models
/// write one. Adds what is missing and gives the places of the dashes that were added, ascending.
QList<qsizetype> widenDelimiters(QByteArray& utf8);

}  // namespace monochord::app
