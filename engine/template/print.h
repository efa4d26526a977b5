#pragma once

#include <string>

#include "template/context.h"

namespace monochord::jinja {

/// Python's str() and repr() of a value. Errors: too large, nested too deep (a namespace in itself).
void appendString(Context& ctx, Text& out, const Value& value);
void appendRepr(Context& ctx, Text& out, const Value& value);
/// str() as a value; a text as it is.
Value toText(Context& ctx, const Value& value);

/// The shortest digits that read back to the same number, written as Python does: "1.0", "1e+16", "nan".
std::string realToString(double value);
std::string undefinedReason(const Value& value);

struct JsonStyle {
    bool ensureAscii = false;
    bool sortKeys = false;
    bool multiline = false;
    std::string indent;
    std::string itemSeparator;
    std::string keySeparator;
};
/// json.dumps(). Errors: what JSON has no form for.
void appendJson(Context& ctx, Text& out, const Value& value, const JsonStyle& style);

}  // namespace monochord::jinja
