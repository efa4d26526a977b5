// The methods of Python's str that ask what it is made of.
#include "template/characters.h"
#include "template/filters.h"
#include "template/methods.h"

namespace monochord::jinja {

namespace {

template <bool (*wanted)(char32_t), bool emptyIs = false>
Value allAre(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "the method", arguments)) return {};
    const std::string_view text = self.view();
    ctx.spendBytes(2 * text.size());
    for (size_t at = 0; at < text.size();) {
        const Character c = characterAt(text, at);
        if (!wanted(c.point)) return Value::boolean(false);
        at += c.bytes;
    }
    return Value::boolean(emptyIs || !text.empty());
}

bool isAlphaNumeric(char32_t point) {
    return isAlpha(point) || isNumeric(point);
}
bool isAscii(char32_t point) {
    return point < 0x80;
}

template <bool upper>
Value casedAre(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "the method", arguments)) return {};
    Arguments none;
    const Test* test = findTest(upper ? "upper" : "lower");
    return Value::boolean(test->call(ctx, self, none));
}

/// Upper case (and title case) only after what has no case, lower case only after what has one.
Value isTitle(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "istitle", arguments)) return {};
    const std::string_view text = self.view();
    ctx.spendBytes(2 * text.size());
    bool some = false, afterCased = false;
    for (size_t at = 0; at < text.size();) {
        const Character c = characterAt(text, at);
        const bool cased = isCased(c.point);
        if (cased && isLower(c.point) != afterCased) return Value::boolean(false);
        some |= cased;
        afterCased = cased;
        at += c.bytes;
    }
    return Value::boolean(some);
}

/// A name of the ASCII letters, digits and _, or of letters and digits as isalnum() has them.
Value isIdentifier(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "isidentifier", arguments)) return {};
    const std::string_view text = self.view();
    ctx.spendBytes(2 * text.size());
    for (size_t at = 0; at < text.size();) {
        const Character c = characterAt(text, at);
        if (c.point != '_' && !isAlpha(c.point) && (at == 0 || !isDecimal(c.point))) return Value::boolean(false);
        at += c.bytes;
    }
    return Value::boolean(!text.empty());
}

constexpr Method kPredicates[] = {
    {"isalpha", allAre<isAlpha>},
    {"isalnum", allAre<isAlphaNumeric>},
    {"isdigit", allAre<isDigit>},
    {"isdecimal", allAre<isDecimal>},
    {"isnumeric", allAre<isNumeric>},
    {"isspace", allAre<isSpace>},
    {"isascii", allAre<isAscii, true>},
    {"isprintable", allAre<isPrintable, true>},
    {"isupper", casedAre<true>},
    {"islower", casedAre<false>},
    {"istitle", isTitle},
    {"isidentifier", isIdentifier},
};

}  // namespace

std::span<const Method> textPredicates() {
    return kPredicates;
}

}  // namespace monochord::jinja
