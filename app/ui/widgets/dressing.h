#pragma once

#include <QFont>
#include <QRectF>

#include "ui/theme.h"

class QPainter;
class QPushButton;
class QString;
class QWidget;

namespace monochord::app {

/// Which of the theme's colours a text or an icon has.
enum class Tone { Text, Muted, Faint, Accent, OnAccent, OnStrong, Error };
QColor toneColor(const Colors& colors, Tone tone);

QFont scaled(const QFont& font, double factor, QFont::Weight weight = QFont::Normal);

/// Gives the widget the interface font in this size now and after every change of the theme.
void followFont(Theme* theme, QWidget* widget, double factor, QFont::Weight weight = QFont::Normal);

/// A push button of a kind that the style sheet knows: "primary", "strong", "outline", "quiet", "link". A mouse click
/// does not take the focus from where one writes.
QPushButton* makeButton(Theme* theme, const QString& text, const char* kind, QWidget* parent, double factor = 1);

/// Rounded, inset by half the line so that it is not cut.
void paintFocusRing(QPainter& painter, const QRectF& rect, double radius, const Colors& colors);
void paintCard(QPainter& painter, const QRectF& rect, double radius, const QColor& fill, const QColor& border);

/// `count` times the size of the widget's font, in pixels: lengths that grow with the text.
int em(const QWidget* widget, double count);

}  // namespace monochord::app
