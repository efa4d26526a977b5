#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QList>
#include <memory>
#include <optional>
#include <vector>

#include "core/token_trace.h"
#include "render/row_layout.h"
#include "render/thoughts.h"
#include "ui/view/chat_view.h"

namespace monochord::app {

/// Measures of the page, from the theme's fonts and the width of the view.
struct PageStyle {
    TextStyle text;
    QColor bubble, accent, error;
    double column = 640;       ///< width of the text
    double bubbleWidth = 520;  ///< of a user's message

    double px(double designed) const { return text.px(designed); }
};

/// One message on the page: its rows, their heights and the layouts of those that are seen. Its parts from top to
/// bottom are the rows and the footer (note and actions). Parsed when it is first needed; until then its height is a
/// guess.
class MessageItem final {
    Q_DISABLE_COPY_MOVE(MessageItem)
public:
    MessageItem(const ViewMessage& message, const PageStyle* style);

    const ViewMessage& message() const { return m_message; }
    bool isUser() const { return m_message.role == Role::User; }
    /// Keeps the layouts of rows that stay as they are.
    void setMessage(const ViewMessage& message);
    void append(const QString& text);
    void appendTrace(const QByteArray& trace) { m_message.trace += trace; }
    /// Fonts or width changed: all heights are guesses again.
    void restyle();

    /// Parses what has to be parsed; the functions below need it.
    void prepare();
    qsizetype rowCount() const { return static_cast<qsizetype>(m_parts.size()); }
    qsizetype partCount() const { return rowCount() + 1; }
    const Row& row(qsizetype index) const { return m_rows[index]; }
    /// Rows before this one stay as they are while the text grows.
    qsizetype stableRows() const { return isUser() ? 0 : m_stableRows; }
    const QList<Block>& blocks() const { return m_blocks; }

    /// What the model thought is shown until the reply goes on, or as the user wants it.
    const Thoughts& thoughts() const { return m_thoughts; }
    bool showsThoughts() const { return m_thoughtsShown; }
    void showThoughts(bool shown);
    /// How long they took, 0: unknown; an estimate where the reply did not grow before our eyes.
    double thinkingSeconds() const;
    bool watchedThinking() const { return m_watchedSeconds > 0; }
    /// The text without them.
    QString reply() const;

    double height() const;
    double partHeight(qsizetype part) const;
    double heightBefore(qsizetype part) const;
    /// Lays the part out if it is not; its height is exact then.
    void layOut(qsizetype part);
    const RowLayout* layout(qsizetype index) const { return m_parts[static_cast<std::size_t>(index)].layout.get(); }
    /// Another number for each time the row was laid out: the same number, the same picture.
    qsizetype serial(qsizetype index) const { return m_parts[static_cast<std::size_t>(index)].serial; }
    /// Frees the layouts of all but these parts.
    void keepLayouts(qsizetype from, qsizetype to);
    /// Where the row's layout stands in its part: below the space above the bubble's text.
    double rowTop(qsizetype index) const;

    /// What is known of the tokens; empty: nothing was recorded.
    const TokenTrace& trace();
    /// Characters of the row that came with the token; where it shows nothing there, an empty range at its place.
    std::pair<qsizetype, qsizetype> shownPart(qsizetype row, const TracedToken& token);
    /// The tokens [first, second) that have text in the row.
    std::pair<qsizetype, qsizetype> tokensIn(qsizetype row);
    /// The row where the token's text begins, or the nearest one.
    qsizetype rowOf(const TracedToken& token);

    /// Text offsets count the characters of the rows, and one between two rows.
    qsizetype rowBegin(qsizetype index) const { return m_parts[static_cast<std::size_t>(index)].begin; }
    qsizetype rowAtOffset(qsizetype offset) const;
    qsizetype textLength() const;

    /// The model does not see it, but what comes after it: a line closes its footer.
    void setLastUnseen(bool last) { m_lastUnseen = last; }
    bool isLastUnseen() const { return m_lastUnseen; }

    const RowLayout* note() const { return m_note.get(); }
    double noteTop() const;  ///< in the footer
    double barTop() const;   ///< in the footer
    double seamTop() const;  ///< in the footer: of the line
    bool showsProgress() const;

    /// Characters that were parsed so far, again or for the first time.
    qsizetype parsedCharacters() const { return m_parsed; }
    qsizetype laidOutRows() const { return m_laidOut; }

private:
    struct Part {
        double height = 0;
        qsizetype begin = 0;
        qsizetype serial = 0;
        std::unique_ptr<RowLayout> layout;
        std::optional<ScanState> after;  // of a row of code that was scanned
        QList<qsizetype> places;         // of its text in the message's, once they were asked for
    };

    bool beginBlocks();
    double rowWidth() const;
    double padding(qsizetype index) const;
    QList<SyntaxRun> syntaxOf(qsizetype index);
    const QList<qsizetype>& placesOf(qsizetype row);
    void replaceRows(qsizetype from, const QList<Row>& rows);
    void refreshColumns(int fromBlock);
    void makeNote();

    ViewMessage m_message;
    TokenTrace m_trace;
    const PageStyle* m_style;
    QList<Block> m_blocks;
    QList<Row> m_rows;
    std::vector<Part> m_parts;
    double m_rowsHeight = 0;
    Thoughts m_thoughts;
    bool m_thoughtsShown = false;
    std::optional<bool> m_thoughtsWanted;  // by the user
    QElapsedTimer m_thinking;
    double m_watchedSeconds = 0;
    bool m_lastUnseen = false;
    bool m_prepared = false;  // parsed at least once
    bool m_dirty = true;      // the text grew since
    qsizetype m_stable = 0;   // of the text: parsed for good
    qsizetype m_stableBlocks = 0, m_stableRows = 0;
    QHash<int, QList<double>> m_columns;     // of tables that were laid out, by block
    qsizetype m_lowest = 0, m_highest = -1;  // rows that may have layouts
    std::unique_ptr<RowLayout> m_note;
    qsizetype m_parsed = 0, m_laidOut = 0;
};

}  // namespace monochord::app
