#include "ui/theme.h"

namespace monochord::app {

const Colors& Colors::light() {
    static const Colors colors{
        .dark = false,
        .page = QColor(0xFBFAF8),
        .sidebar = QColor(0xF3F1ED),
        .bubble = QColor(0xECE8E1),
        .surface = QColor(0xFFFFFF),
        .code = QColor(0xF5F2EC),
        .border = QColor(0xE6E2DB),
        .text = QColor(0x22201D),
        .muted = QColor(0x69645C),
        .faint = QColor(0x8C877F),
        .accent = QColor(0x256D6B),
        .onAccent = QColor(0xFFFFFF),
        .accentSoft = QColor(0xD7E9E6),
        .track = QColor(0xE6E2DB),
        .strong = QColor(0x22201D),
        .onStrong = QColor(0xFFFFFF),
        .error = QColor(0x9B2F22),
        .errorSoft = QColor(0xF7E4DF),
        .selection = QColor(0xBFDDD8),
        .unlikely = QColor(0xF5E0D0),
        .found = QColor(0xF6E6AE),
        .foundShown = QColor(0xF0C057),
        .keyword = QColor(0x9A3F6B),
        .type = QColor(0x256D6B),
        .function = QColor(0x2B5F8A),
        .string = QColor(0x4F6B1F),
        .number = QColor(0x8A5410),
        .comment = QColor(0x69645C),
        .link = QColor(0x1F6486),
    };
    return colors;
}

const Colors& Colors::darkColors() {
    static const Colors colors{
        .dark = true,
        .page = QColor(0x1B1A18),
        .sidebar = QColor(0x151413),
        .bubble = QColor(0x2B2926),
        .surface = QColor(0x23211F),
        .code = QColor(0x141312),
        .border = QColor(0x34312E),
        .text = QColor(0xE9E5DE),
        .muted = QColor(0xA89F93),
        .faint = QColor(0x77716A),
        .accent = QColor(0x67B8B1),
        .onAccent = QColor(0x10201F),
        .accentSoft = QColor(0x1F3B39),
        .track = QColor(0x34312E),
        .strong = QColor(0xE9E5DE),
        .onStrong = QColor(0x1B1A18),
        .error = QColor(0xF0A193),
        .errorSoft = QColor(0x3A221D),
        .selection = QColor(0x2C5652),
        .unlikely = QColor(0x4A2C20),
        .found = QColor(0x4A421F),
        .foundShown = QColor(0x7A5C12),
        .keyword = QColor(0xD68FB4),
        .type = QColor(0x7CC4BD),
        .function = QColor(0x8FBBE0),
        .string = QColor(0xB5C77C),
        .number = QColor(0xE0B27A),
        .comment = QColor(0xA89F93),
        .link = QColor(0x8CC7E6),
    };
    return colors;
}

}  // namespace monochord::app
