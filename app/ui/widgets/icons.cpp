#include "ui/widgets/icons.h"

#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QPointer>

namespace monochord::app {
namespace {

constexpr double kUnits = 24;

QPainterPath lines(std::initializer_list<QLineF> list) {
    QPainterPath path;
    for (const QLineF& line : list) {
        path.moveTo(line.p1());
        path.lineTo(line.p2());
    }
    return path;
}

QPainterPath slidersPath() {
    QPainterPath path = lines({{3, 7, 5.5, 7}, {10.5, 7, 21, 7}, {3, 17, 13.5, 17}, {18.5, 17, 21, 17}});
    path.addEllipse(QPointF(8, 7), 2.5, 2.5);
    path.addEllipse(QPointF(16, 17), 2.5, 2.5);
    return path;
}

QPainterPath modelPath() {
    QPainterPath path = lines({{12, 3, 12, 14.5}, {7.5, 10.2, 12, 14.7}, {16.5, 10.2, 12, 14.7}});
    path.moveTo(3.5, 15);
    path.lineTo(3.5, 18.5);
    path.quadTo(3.5, 20.5, 5.5, 20.5);
    path.lineTo(18.5, 20.5);
    path.quadTo(20.5, 20.5, 20.5, 18.5);
    path.lineTo(20.5, 15);
    return path;
}

QPainterPath dicePath() {
    QPainterPath path;
    path.addRoundedRect(3.5, 3.5, 17, 17, 4, 4);
    for (const QPointF& pip :
         {QPointF(8.5, 8.5), QPointF(15.5, 8.5), QPointF(12, 12), QPointF(8.5, 15.5), QPointF(15.5, 15.5)})
        path.addEllipse(pip, 0.6, 0.6);
    return path;
}

QPainterPath warningPath() {
    QPainterPath path;
    path.addEllipse(QPointF(12, 12), 9, 9);
    path.addPath(lines({{12, 7.5, 12, 12.7}, {12, 16.3, 12, 16.4}}));
    return path;
}

QPainterPath sidebarPath() {
    QPainterPath path;
    path.addRoundedRect(3, 4.5, 18, 15, 3, 3);
    path.addPath(lines({{9.5, 4.5, 9.5, 19.5}}));
    return path;
}

/// A line of text with a word underlined, and what could have come in its place.
QPainterPath inspectPath() {
    return lines({{3, 5, 21, 5}, {3, 10.5, 11, 10.5}, {15, 10.5, 21, 10.5}, {6, 15, 14, 15}, {6, 19.5, 11, 19.5}});
}

QPainterPath pathOf(Glyph glyph) {
    switch (glyph) {
        case Glyph::Search: {
            QPainterPath path = lines({{15.5, 15.5, 20.5, 20.5}});
            path.addEllipse(QPointF(10.5, 10.5), 6.5, 6.5);
            return path;
        }
        case Glyph::Sidebar:
            return sidebarPath();
        case Glyph::Sliders:
            return slidersPath();
        case Glyph::Inspect:
            return inspectPath();
        case Glyph::Stop: {
            QPainterPath path;
            path.addRoundedRect(3, 3, 18, 18, 1.5, 1.5);
            return path;
        }
        case Glyph::Close:
            return lines({{6, 6, 18, 18}, {18, 6, 6, 18}});
        case Glyph::Model:
            return modelPath();
        case Glyph::Dice:
            return dicePath();
        case Glyph::Warning:
            return warningPath();
        case Glyph::Menu:
            return lines({{5, 7, 19, 7}, {5, 12, 19, 12}, {5, 17, 19, 17}});
        case Glyph::Up:
            return lines({{5, 15, 12, 8}, {12, 8, 19, 15}});
        case Glyph::Down:
            return lines({{5, 9, 12, 16}, {12, 16, 19, 9}});
    }
    return {};
}

/// Paints when it is asked, with the colours of that moment, at the device's own resolution.
class GlyphEngine final : public QIconEngine {
public:
    GlyphEngine(const Theme* theme, Glyph glyph, Tone tone) : m_theme(theme), m_glyph(glyph), m_tone(tone) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        if (!m_theme) return;
        Tone tone = m_tone;
        if (mode == QIcon::Disabled) tone = Tone::Faint;
        if (mode == QIcon::Active && tone == Tone::Muted) tone = Tone::Text;
        if (state == QIcon::On && tone == Tone::Muted) tone = Tone::Accent;
        paintGlyph(*painter, m_glyph, rect, toneColor(m_theme->colors(), tone));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new GlyphEngine(m_theme, m_glyph, m_tone); }

private:
    QPointer<const Theme> m_theme;
    Glyph m_glyph;
    Tone m_tone;
};

}  // namespace

void paintGlyph(QPainter& painter, Glyph glyph, const QRectF& rect, const QColor& color) {
    const double side = qMin(rect.width(), rect.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2);
    painter.scale(side / kUnits, side / kUnits);
    if (glyph == Glyph::Stop)
        painter.setBrush(color);
    else
        painter.setBrush(Qt::NoBrush);
    // Large icons keep a fine line.
    const double width = side > 30 ? 1.2 : 1.8;
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(pathOf(glyph));
    painter.restore();
}

QIcon themedIcon(const Theme* theme, Glyph glyph, Tone tone) {
    return QIcon(new GlyphEngine(theme, glyph, tone));
}

}  // namespace monochord::app
