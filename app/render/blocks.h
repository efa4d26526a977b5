#pragma once

#include <QList>
#include <QString>

namespace monochord::app {

/// A run of text with one look.
struct Span {
    QString text;
    bool strong = false, emphasis = false, code = false, strike = false;
    QString link;          ///< http or https address, or empty
    bool formula = false;  ///< text is its source with its marks

    bool operator==(const Span&) const = default;
};

/// Thinking is the line that stands for what a model thought; the page puts it there, no markdown does.
enum class BlockKind { Paragraph, Heading, Code, Table, Rule, Thinking };

/// A block of a message, flat: lists and quotes are depths and markers of the paragraphs, headings and code in them.
struct Block {
    BlockKind kind = BlockKind::Paragraph;
    int level = 0;  ///< of a heading, 1 … 6
    int quoteDepth = 0;
    int listDepth = 0;               ///< 0: in no list
    QString marker;                  ///< "•", "3.", "☐", "☑" at the first block of a list item, else empty
    QList<Span> spans;               ///< a code block: one span
    QString language;                ///< of a code block, as written
    QList<QList<QList<Span>>> rows;  ///< of a table: rows of cells; the first row is the head
    QList<Qt::Alignment> columns;    ///< of a table
    qsizetype begin = 0, end = 0;    ///< the source of the block: [begin, end) of the markdown, whole lines

    bool operator==(const Block&) const = default;
};

/// CommonMark with tables, task lists and strikethrough, parsed by md4c. HTML is text, images are their alt text, links
/// other than http and https are text. Nesting deeper than 20 is flattened. Linear in the length.
QList<Block> parseMarkdown(const QString& markdown);

/// Where a growing markdown text can be cut so that what is before it never changes again whatever is appended: the
/// beginning of its last top-level block. 0 where nothing is certain.
qsizetype stableLength(const QString& markdown, qsizetype from = 0);

}  // namespace monochord::app
