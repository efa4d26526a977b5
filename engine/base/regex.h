#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace monochord {

/// Where a regular expression of a file matches in a short text of ours, over ICU: begin and end of each match in
/// bytes. Nothing where the expression is none, or where matching takes longer than a moment. Not for text of users:
/// time may be more than linear (up to the limit), which no expression of a file can be trusted with.
std::optional<std::vector<std::pair<size_t, size_t>>> findMatches(std::string_view expression, std::string_view text);

}  // namespace monochord
