#pragma once

#include <QFont>
#include <QFontInfo>
#include <algorithm>

#include "render/text_style.h"

namespace monochord::app {

// Measures of a row in pixels at the designed size.
inline constexpr double kQuoteIndent = 17;
inline constexpr double kQuoteBar = 3;
inline constexpr double kListIndent = 24;
inline constexpr double kMarkerGap = 8;
inline constexpr double kCodePadding = 15;
inline constexpr double kCodeHeader = 29;
inline constexpr double kCodeTop = 12;
inline constexpr double kCodeBottom = 10;
inline constexpr double kCodeRadius = 10;
inline constexpr double kCellPadding = 6;
inline constexpr double kColumnGap = 22;
inline constexpr double kNarrowestColumn = 36;
inline constexpr double kRuleHeight = 9;

inline QFont headingFont(const TextStyle& style, int level) {
    constexpr double kSizes[] = {21, 18, 16, 15, 15, 15};
    QFont font = style.body;
    font.setPixelSize(std::max(1, qRound(style.px(kSizes[std::clamp(level, 1, 6) - 1]))));
    return font;
}

}  // namespace monochord::app
