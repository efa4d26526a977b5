#pragma once

#include <QList>
#include <QString>

#include "render/blocks.h"
#include "render/formula.h"

namespace monochord::app {

enum class RowKind { Text, Heading, Code, TableRow, Rule, Thinking };

/// A run of a row's text with one look; what is not covered is plain.
struct Run {
    int begin = 0, length = 0;
    bool strong = false, emphasis = false, code = false, strike = false;
    QString link;
    Script script = Script::None;
    bool overline = false;
    int formula = 0;      ///< another number for each formula of the row; 0: none
    QString source = {};  ///< of that formula

    bool operator==(const Run&) const = default;
};

/// What is laid out and painted as one: a paragraph, a few lines of a code block, a row of a table. Long paragraphs and
/// code blocks are several rows, so that the cost of showing or changing one place does not grow with the block.
struct Row {
    RowKind kind = RowKind::Text;
    int block = 0;      ///< index of its block
    bool first = true;  ///< of its block
    bool last = true;
    bool newLine = false;  ///< not the first of its block, and a line break stood before it
    int level = 0;         ///< of a heading
    int quoteDepth = 0;
    int joinedQuotes = 0;  ///< of these quotes the row above is in too
    int listDepth = 0;
    QString marker;
    QString language;
    QString text;  ///< lines end with '\n'; the cells of a table row are separated by '\t'
    QList<Run> runs;
    QList<Qt::Alignment> columns;
    int gap = 0;  ///< space above, in pixels at the designed size

    bool operator==(const Row&) const = default;
};

/// The rows of blocks[from …]; indices and gaps as in the whole list.
QList<Row> rowsOf(const QList<Block>& blocks, qsizetype from = 0);
/// Plain text, as a user writes it: every line break is one.
QList<Row> plainRows(const QString& text);

/// What stands between the text of two rows that follow each other: nothing inside a paragraph, a line break inside
/// code, tables and lists, else a blank line.
QString separatorBetween(const Row& before, const Row& row);
/// The row's text from `begin` to `end`, formulas whole and as they were written, with its list marker and indent where
/// it is copied from its start.
QString plainText(const Row& row, qsizetype begin, qsizetype end);
/// The same as markdown, without the fences of code.
QString markdownText(const Row& row, qsizetype begin, qsizetype end);

}  // namespace monochord::app
