#pragma once

#include <cstdint>

#include "template/characters.h"
#include "template/context.h"

namespace monochord::jinja {

// What filters and methods of texts share. `text` and the like are Text values, or anything once the context failed.

/// Finds one text in others in linear time, whatever they are made of (Knuth, Morris, Pratt for long ones).
class Finder {
public:
    explicit Finder(std::string_view wanted);  ///< must outlive the finder
    /// Where it begins at or after `from`; npos where it does not.
    size_t find(std::string_view text, size_t from = 0) const;
    size_t findLast(std::string_view text) const;

private:
    size_t search(std::string_view text, size_t from, bool last) const;
    std::string_view m_wanted;
    std::vector<uint32_t> m_border;  // of each prefix: the length of its longest proper suffix that is a prefix
};

/// Without the characters (white space where they are absent or none) at its ends.
Value strip(Context& ctx, const Value& text, const Value& characters, bool left, bool right);
Value changeCase(Context& ctx, const Value& text, Case wanted);
Value capitalize(Context& ctx, const Value& text);
/// The first `count` occurrences, all where it is negative.
Value replace(Context& ctx, const Value& text, const Value& old, const Value& with, int64_t count);
enum class Alignment : uint8_t { Left, Right, Center };
Value pad(Context& ctx, const Value& text, int64_t width, const Text& fill, Alignment alignment);
/// Python's textwrap over each line, without splitting at hyphens.
Value wrap(Context& ctx, const Value& text, size_t width, bool breaksWords, const Value& lineBreak);
/// The elements' texts with this one between them.
Value join(Context& ctx, const std::vector<Value>& elements, const Value& separator);
/// At white space where `separator` is none; at most `most` times, without limit where it is negative.
Value split(Context& ctx, const Value& text, const Value& separator, int64_t most, bool fromRight);
Value splitLines(Context& ctx, const Value& text, bool keepEnds);

}  // namespace monochord::jinja
