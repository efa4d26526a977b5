#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "render/row_layout.h"
#include "render/row_metrics.h"

namespace monochord::app {
namespace {

constexpr qsizetype kMeasuredRows = 64;     // of a table
constexpr qsizetype kMeasuredLength = 400;  // of a cell
constexpr double kMeanCharacter = 7.4;      // width in pixels at the designed size
constexpr double kCodeCharacter = 7.83;

/// The widest that columns may be so that all together fit.
double columnLimit(QList<double> widths, double width) {
    std::sort(widths.begin(), widths.end());
    double left = width;
    for (qsizetype i = 0; i < widths.size(); ++i) {
        const double share = left / static_cast<double>(widths.size() - i);
        if (widths[i] > share) return share;
        left -= widths[i];
    }
    return width;
}

double guess(const Row& row, const TextStyle& style, double width) {
    const double gap = std::round(style.px(row.gap));
    const double room = std::max(width - style.px(row.listDepth * kListIndent + row.quoteDepth * kQuoteIndent), 20.0);
    const auto lines = [&](double character, double inner) {
        const double wrapped = static_cast<double>(row.text.size()) * style.px(character) / std::max(inner, 20.0);
        return std::max({1.0, std::ceil(wrapped), static_cast<double>(row.text.count(u'\n') + 1)});
    };
    switch (row.kind) {
        case RowKind::Rule:
            return gap + style.px(kRuleHeight);
        case RowKind::Code:
            return gap + lines(kCodeCharacter / 3, room - 2 * style.px(kCodePadding)) * style.codeLineHeight +
                   (row.first ? style.px(kCodeHeader + kCodeTop) : 0) + (row.last ? style.px(kCodeBottom) : 0);
        case RowKind::TableRow:
            return gap + lines(kMeanCharacter, room) * style.lineHeight + 2 * style.px(kCellPadding) + 1;
        default:
            return gap + lines(kMeanCharacter, room) * style.lineHeight;
    }
}

}  // namespace

QList<double> tableColumns(const QList<Row>& rows, qsizetype first, const TextStyle& style, double width) {
    const Row& head = rows[first];
    QFont strong = style.body;
    strong.setWeight(QFont::DemiBold);
    const QFontMetricsF headMetrics(strong), metrics(style.body);
    QList<double> widths(head.columns.size(), style.px(kNarrowestColumn));
    for (qsizetype i = first; i < std::min(rows.size(), first + kMeasuredRows) && rows[i].block == head.block; ++i) {
        qsizetype begin = 0;
        for (qsizetype column = 0; column < widths.size() && begin <= rows[i].text.size(); ++column) {
            qsizetype end = rows[i].text.indexOf(u'\t', begin);
            if (end < 0) end = rows[i].text.size();
            const QString cell = rows[i].text.mid(begin, std::min(end - begin, kMeasuredLength));
            const double advance = (i == first ? headMetrics : metrics).horizontalAdvance(cell);
            // Bold words and code in it are a little wider.
            widths[column] = std::max(widths[column], std::ceil(advance * (rows[i].runs.isEmpty() ? 1 : 1.08)) + 2);
            begin = end + 1;
        }
    }
    const double indent = style.px(head.quoteDepth * kQuoteIndent + head.listDepth * kListIndent);
    const double room = std::max(
        width - std::min(indent, width / 2) - style.px(kColumnGap) * static_cast<double>(widths.size() - 1), 10.0);
    const double limit = columnLimit(widths, room);
    for (double& column : widths) column = std::min(column, std::max(limit, 4.0));
    return widths;
}

double estimatedHeight(const Row& row, const TextStyle& style, double width) {
    return std::round(guess(row, style, width));
}

}  // namespace monochord::app
