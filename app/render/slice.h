#pragma once

#include <QColor>
#include <QRectF>

class QPainter;

namespace monochord::app {

/// The part `slice` of a rounded rectangle that may be much taller: its top is in it if `first`, its bottom if `last`.
/// No border where the colour is not valid.
void paintSlice(QPainter& painter, const QRectF& slice, bool first, bool last, double radius, const QColor& fill,
                const QColor& border);

}  // namespace monochord::app
