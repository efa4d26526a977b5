#pragma once

#include <QColor>
#include <QFont>
#include <array>

#include "render/language.h"

namespace monochord::app {

/// Fonts, colours and measures of text on the page.
struct TextStyle {
    QFont body, code, label;
    QColor text, muted, link, codeBackground, inlineCode, border, selection;
    std::array<QColor, kSyntaxKinds> syntax;  ///< of code, by Syntax; not valid: as text
    double scale = 1;                         ///< of all measures in pixels: body size ÷ designed size
    double lineHeight = 22;                   ///< of the body
    double codeLineHeight = 20;

    double px(double designed) const { return designed * scale; }
};

}  // namespace monochord::app
