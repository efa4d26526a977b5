#pragma once

#include <span>

#include "template/filters.h"

namespace monochord::jinja {

std::span<const Filter> textFilters();      ///< filters_text.cpp
std::span<const Filter> sequenceFilters();  ///< filters_sequence.cpp
std::span<const Filter> numberFilters();    ///< filters_number.cpp
std::span<const Filter> markupFilters();    ///< filters_markup.cpp

/// Numbers from arguments. Errors name the filter or function.
bool wholeNumber(Context& ctx, std::string_view what, const Value& value, int64_t otherwise, int64_t& number);
/// float(text), as Python reads it. False where it is no number.
bool parseReal(std::string_view text, double& value);

/// The value at "a.b.0" or at a number below `object`, for filters with an attribute; `otherwise` where it is
/// undefined.
Value attributePath(Context& ctx, const Value& object, const Value& path, const Value& otherwise = {});
/// Sorts stably by the keys beside the elements; stops at the first error.
bool sortByKeys(Context& ctx, std::vector<std::pair<Value, Value>>& keyed, bool reverse);

}  // namespace monochord::jinja
