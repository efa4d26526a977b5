#pragma once

#include <md4c.h>

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include "render/blocks.h"

namespace monochord::app {

/// Collects what md4c reports of one chunk.
class BlockBuilder final {
public:
    /// `added`: bytes that are not of the source, see widenDelimiters().
    BlockBuilder(const QByteArray& utf8, const QList<qsizetype>& added, QList<Block>& blocks)
        : m_utf8(utf8), m_added(added), m_blocks(blocks) {}

    void enterBlock(MD_BLOCKTYPE type, void* detail);
    void leaveBlock(MD_BLOCKTYPE type);
    void enterSpan(MD_SPANTYPE type, void* detail);
    void leaveSpan(MD_SPANTYPE type);
    void text(MD_TEXTTYPE type, const char* text, MD_SIZE size);
    /// Gives every block its lines of [begin, end).
    void finish(qsizetype begin, qsizetype end);

private:
    struct List {
        bool ordered;
        unsigned next;
        QChar delimiter;
    };
    /// Bytes of the chunk that a block took text from.
    struct Source {
        qsizetype first = -1, last = -1;
        int blankLines = 0;  // of a code block, before its first text
        bool fenced = false;
    };

    void open(BlockKind kind);
    void close();
    void beginItem(const MD_BLOCK_LI_DETAIL& item);
    void enterCell(const MD_BLOCK_TD_DETAIL& cell);
    void noteSource(const char* text, MD_SIZE size);
    void add(const QString& text);
    void addWithFormulas(const QString& text);
    qsizetype lineBegin(qsizetype byte) const;
    qsizetype beginOf(qsizetype index, qsizetype after) const;

    QByteArray withoutAdded(const char* text, MD_SIZE size) const;

    const QByteArray& m_utf8;
    const QList<qsizetype>& m_added;
    QList<Block>& m_blocks;
    QList<Source> m_sources;  // of the blocks of this chunk
    bool m_open = false;
    bool m_inCell = false;
    QList<List> m_lists;
    QString m_marker;
    int m_quotes = 0;
    int m_strong = 0, m_emphasis = 0, m_code = 0, m_strike = 0;
    QStringList m_links;
    int m_formula = 0;  // length of the marks of the formula that the text is in
    bool m_formulaBegins = false;
};

}  // namespace monochord::app
