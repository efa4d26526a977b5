#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "template/context.h"

namespace monochord::jinja {

/// "…%s…" % values, with a tuple, a dict or one value.
Value formatPercent(Context& ctx, const Value& pattern, const Value& values);
/// "…{}…".format(…): fields by number and name with conversion, fill, align, sign, width, precision and type. Members
/// of the arguments are reached as a template reaches them.
Value formatBraces(Context& ctx, const Value& pattern, Arguments& arguments);
/// strftime in the C locale, of "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM:SS". Nothing where the time is malformed.
std::optional<std::string> formatTime(std::string_view pattern, std::string_view time);

}  // namespace monochord::jinja
