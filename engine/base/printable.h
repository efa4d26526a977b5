#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace monochord {

/// Bytes from a file as text that is safe in a message and on a terminal: control characters, line and direction
/// changes and bytes that are not UTF-8 come out as \n, \x1b, \u{202e} …, backslashes doubled; what goes beyond
/// `maximumBytes` of the input is replaced with "…".
std::string printable(std::string_view bytes, size_t maximumBytes = 80);

}  // namespace monochord
