#pragma once

#include <QIcon>

#include "ui/widgets/dressing.h"

namespace monochord::app {

enum class Glyph { Search, Sidebar, Sliders, Inspect, Stop, Close, Model, Dice, Warning, Menu, Up, Down };

/// Drawn from a small path in a square of 24 units.
void paintGlyph(QPainter& painter, Glyph glyph, const QRectF& rect, const QColor& color);

/// Follows the theme's colours by itself. The theme must outlive the icon's use.
QIcon themedIcon(const Theme* theme, Glyph glyph, Tone tone = Tone::Muted);

}  // namespace monochord::app
