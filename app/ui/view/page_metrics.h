#pragma once

namespace monochord::app {

// Measures of the chat view in pixels at the designed size.
inline constexpr double kTextSize = 15;
inline constexpr double kColumnWidth = 640;
inline constexpr double kNarrowestMargin = 24;
inline constexpr double kPageTop = 20;
inline constexpr double kPageBottom = 12;
inline constexpr double kBubbleWidth = 520;
inline constexpr double kBubblePadding = 15;
inline constexpr double kBubbleTop = 9.5;
inline constexpr double kBubbleRadius = 14;
inline constexpr double kNoteSize = 13;
inline constexpr double kNoteLine = 19;
inline constexpr double kNoteAbove = 8;
inline constexpr double kBarHeight = 22;
inline constexpr double kBarAbove = 11;
inline constexpr double kBarBelow = 16;
inline constexpr double kUserBarAbove = 0;
inline constexpr double kUserBarBelow = 0;
inline constexpr double kSeamHeight = 20;
inline constexpr double kSeamGap = 14;
inline constexpr double kCaretWidth = 7;
inline constexpr double kCaretHeight = 16;

}  // namespace monochord::app
