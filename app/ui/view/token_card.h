#pragma once

#include <QList>
#include <QString>
#include <QWidget>

#include "ui/theme.h"

namespace monochord::app {

/// What could have come at a place of a reply: a word a row with its two chances, and a line beneath.
class TokenCard final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TokenCard)
public:
    struct Row {
        QString word;    ///< as ScopeRow::word
        QString chance;  ///< with the settings, or what cut it
        QString before;  ///< without
        bool drawn = false, cut = false;
        bool enabled = true;  ///< a reply can go on from it
    };

    TokenCard(Theme* theme, QWidget* parent);

    void setContent(const QList<Row>& rows, const QString& line);
    void setCurrent(int row);  ///< -1: none
    int current() const { return m_current; }
    const QList<Row>& rows() const { return m_rows; }
    QSize sizeHint() const override;

Q_SIGNALS:
    void clicked(int row);
    void entered();
    void left();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    int rowHeight() const;
    static QString chanceTitle();
    static QString beforeTitle();
    int columnFor(const QString& title, double least) const;
    int chanceColumn() const;
    int beforeColumn() const;
    int rowAt(const QPoint& point) const;
    void paintRow(QPainter& painter, const QString& word, const QString& chance, const QString& before,
                  const QRect& place, const QColor& first, const QColor& rest) const;
    void describe();

    Theme* m_theme;
    QList<Row> m_rows;
    QString m_line;
    int m_current = -1;
};

}  // namespace monochord::app
