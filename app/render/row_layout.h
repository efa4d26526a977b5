#pragma once

#include <QList>
#include <QRectF>
#include <QString>
#include <memory>
#include <vector>

#include "render/code_scanner.h"
#include "render/rows.h"
#include "render/text_style.h"

class QPainter;
class QTextLayout;

namespace monochord::app {

/// Characters [begin, end) of a row with a colour behind them.
struct TextMark {
    qsizetype begin = 0, end = 0;
    QColor color;
};

/// A row laid out at a width. Positions are indices into Row::text; coordinates are relative to the row's top left,
/// whose space above (Row::gap) is part of its height.
class RowLayout final {
    Q_DISABLE_COPY_MOVE(RowLayout)
public:
    /// `columns`: of a table row, as tableColumns() gives them; `syntax`: of a row of code.
    RowLayout(const Row& row, const TextStyle& style, double width, const QList<double>& columns = {},
              const QList<SyntaxRun>& syntax = {});
    ~RowLayout();

    double height() const { return m_height; }
    /// Paints with the style it was laid out with; [begin, end) is selected.
    void paint(QPainter& painter, QPointF at, const QRectF& clip, qsizetype begin, qsizetype end,
               const QList<TextMark>& marks = {}) const;
    qsizetype positionAt(QPointF point) const;
    /// What [begin, end) covers; one or a few rectangles a line.
    QList<QRectF> rects(qsizetype begin, qsizetype end) const;
    QRectF caretRect(qsizetype position) const;
    /// The link under the point, or empty.
    QString linkAt(QPointF point) const;
    /// The header of a code block, empty unless this is its first row.
    QRectF codeHeader() const;

private:
    struct Line {
        double top = 0, height = 0;
    };
    /// A paragraph, or the cell of a table.
    struct Box {
        std::unique_ptr<QTextLayout> layout;
        QPointF at;
        qsizetype begin = 0, length = 0;
        double height = 0;
        std::vector<Line> lines;
    };

    Box& addBox(qsizetype begin, qsizetype length, double width, Qt::Alignment alignment, bool strong);
    void layOutBox(Box& box, double width, bool code) const;
    void layOutCells(const QList<double>& columns);
    void paintFrame(QPainter& painter, QPointF at) const;
    void paintMarker(QPainter& painter, QPointF at) const;
    void paintBox(QPainter& painter, const Box& box, QPointF at, const QRectF& clip,
                  const QList<TextMark>& marks) const;
    QList<QRectF> rects(const Box& box, qsizetype begin, qsizetype end) const;
    const Box* boxAt(QPointF point) const;
    const Box* boxOf(qsizetype position) const;

    Row m_row;
    TextStyle m_style;
    QList<SyntaxRun> m_syntax;
    double m_width;
    double m_top = 0;     ///< space above
    double m_indent = 0;  ///< of quotes and lists, on the side where the text begins
    bool m_rightToLeft = false;
    double m_height = 0;
    std::vector<Box> m_boxes;
};

/// Column widths of the table that these rows begin, so that it fits `width` if it can.
QList<double> tableColumns(const QList<Row>& rows, qsizetype first, const TextStyle& style, double width);
/// What the height will be, about; without laying anything out.
double estimatedHeight(const Row& row, const TextStyle& style, double width);

}  // namespace monochord::app
