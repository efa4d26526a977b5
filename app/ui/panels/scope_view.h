#pragma once

#include <QList>
#include <QWidget>

#include "inference/scope.h"
#include "ui/theme.h"

namespace monochord::app {

/// The next-word scope: a word, a bar and its chance in each line; what the sliders cut is grey and says by which one.
/// The drawn word has the accent's shade behind it. It computes nothing.
class ScopeView final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ScopeView)
public:
    explicit ScopeView(Theme* theme, QWidget* parent = nullptr);

    void setRows(const QList<ScopeRow>& rows);
    const QList<ScopeRow>& rows() const { return m_rows; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

    static constexpr int kRows = 8;
    static constexpr int kBleed = 6;  ///< of the mark of the drawn word beyond the columns, at each side
    /// "49 %", or "cut by min-p".
    static QString chanceText(const ScopeRow& row);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int rowHeight() const;
    void paintRow(QPainter& painter, const ScopeRow& row, const QRect& place) const;

    Theme* m_theme;
    QList<ScopeRow> m_rows;
};

}  // namespace monochord::app
