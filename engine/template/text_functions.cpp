#include "template/text_functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

constexpr size_t kNowhere = std::string_view::npos;

/// Whether the character at `at` is among `characters`; white space where there are none.
bool among(std::string_view text, size_t at, size_t bytes, const Text* characters) {
    if (!characters) return isSpace(characterAt(text, at).point);
    return characters->view().find(text.substr(at, bytes)) != kNowhere;
}

void splitAtSpace(Context& ctx, const Text& text, int64_t most, std::vector<Value>& parts) {
    for (size_t at = 0; at < text.size() && ctx.fitsElements(parts.size());) {
        const Character c = characterAt(text.view(), at);
        if (isSpace(c.point)) {
            at += c.bytes;
            continue;
        }
        size_t end = at;
        const bool rest = most >= 0 && parts.size() == static_cast<size_t>(most);
        while (end < text.size() && (rest || !isSpace(characterAt(text.view(), end).point)))
            end += characterAt(text.view(), end).bytes;
        parts.push_back(ctx.text(text.slice(at, end)));
        if (rest) break;
        at = end;
    }
}

/// The same from the right; the parts come out reversed.
void splitAtSpaceFromRight(Context& ctx, const Text& text, int64_t most, std::vector<Value>& parts) {
    for (size_t at = text.size(); at > 0 && ctx.fitsElements(parts.size());) {
        const size_t before = previousCharacter(text.view(), at);
        if (isSpace(characterAt(text.view(), before).point)) {
            at = before;
            continue;
        }
        size_t from = at;
        const bool rest = most >= 0 && parts.size() == static_cast<size_t>(most);
        while (from > 0) {
            const size_t previous = previousCharacter(text.view(), from);
            if (!rest && isSpace(characterAt(text.view(), previous).point)) break;
            from = previous;
        }
        parts.push_back(ctx.text(text.slice(from, at)));
        if (rest) break;
        at = from;
    }
}

void splitAt(Context& ctx, const Text& text, std::string_view separator, int64_t most, std::vector<Value>& parts) {
    const Finder finder(separator);
    size_t from = 0;
    while (ctx.fitsElements(parts.size()) && (most < 0 || parts.size() < static_cast<size_t>(most))) {
        const size_t at = finder.find(text.view(), from);
        if (at == kNowhere) break;
        parts.push_back(ctx.text(text.slice(from, at)));
        from = at + separator.size();
    }
    parts.push_back(ctx.text(text.slice(from, text.size())));
}

void splitAtFromRight(Context& ctx, const Text& text, std::string_view separator, int64_t most,
                      std::vector<Value>& parts) {
    const Finder finder(separator);
    size_t end = text.size();
    while (ctx.fitsElements(parts.size()) && (most < 0 || parts.size() < static_cast<size_t>(most))) {
        const size_t at = finder.findLast(text.view().substr(0, end));
        if (separator.size() > 16) ctx.spendBytes(2 * end);
        if (at == kNowhere) break;
        parts.push_back(ctx.text(text.slice(at + separator.size(), end)));
        end = at;
    }
    parts.push_back(ctx.text(text.slice(0, end)));
}

}  // namespace

Finder::Finder(std::string_view wanted) : m_wanted(wanted) {
    constexpr size_t kShort = 16;
    if (wanted.size() <= kShort) return;
    m_border.assign(wanted.size(), 0);
    for (size_t i = 1; i < wanted.size(); i++) {
        uint32_t length = m_border[i - 1];
        while (length > 0 && wanted[i] != wanted[length]) length = m_border[length - 1];
        m_border[i] = wanted[i] == wanted[length] ? length + 1 : 0;
    }
}

size_t Finder::find(std::string_view text, size_t from) const {
    return m_border.empty() ? text.find(m_wanted, from) : search(text, from, false);
}

size_t Finder::findLast(std::string_view text) const {
    return m_border.empty() ? text.rfind(m_wanted) : search(text, 0, true);
}

size_t Finder::search(std::string_view text, size_t from, bool last) const {
    size_t matched = 0, found = kNowhere;
    for (size_t at = from; at < text.size(); at++) {
        if (matched == 0) {
            at = text.find(m_wanted[0], at);
            if (at == kNowhere) break;
        }
        while (matched > 0 && text[at] != m_wanted[matched]) matched = m_border[matched - 1];
        if (text[at] == m_wanted[matched]) matched++;
        if (matched < m_wanted.size()) continue;
        found = at + 1 - matched;
        if (!last) break;
        matched = m_border[matched - 1];
    }
    return found;
}

Value strip(Context& ctx, const Value& value, const Value& characters, bool left, bool right) {
    if (ctx.failed()) return {};
    const bool blanks = absent(characters) || characters.is(Kind::None);
    if (!blanks && !characters.is(Kind::Text)) return ctx.fail("strip arg must be None or str");
    const Text& text = value.text();
    const Text* const set = blanks ? nullptr : &characters.text();
    if (!ctx.spendBytes(text.size())) return {};
    size_t from = 0, end = text.size();
    while (left && from < end && ctx.spendBytes(set ? set->size() / 4 : 0)) {
        const size_t bytes = characterAt(text.view(), from).bytes;
        if (!among(text.view(), from, bytes, set)) break;
        from += bytes;
    }
    while (right && from < end && ctx.spendBytes(set ? set->size() / 4 : 0)) {
        const size_t last = previousCharacter(text.view(), end);
        if (!among(text.view(), last, end - last, set)) break;
        end = last;
    }
    return from == 0 && end == text.size() ? value : ctx.text(text.slice(from, end));
}

Value changeCase(Context& ctx, const Value& value, Case wanted) {
    if (ctx.failed() || !ctx.spendBytes(4 * value.view().size())) return {};
    Text result;
    appendInCase(result, value.text(), 0, value.text().size(), wanted);
    return ctx.text(std::move(result));
}

Value capitalize(Context& ctx, const Value& value) {
    if (ctx.failed() || !ctx.spendBytes(4 * value.view().size())) return {};
    const Text& text = value.text();
    const size_t first = text.empty() ? 0 : characterAt(text.view(), 0).bytes;
    Text result;
    appendInCase(result, text, 0, first, Case::Title);
    appendInCase(result, text, first, text.size(), Case::Lower);
    return ctx.text(std::move(result));
}

Value replace(Context& ctx, const Value& value, const Value& old, const Value& with, int64_t count) {
    if (ctx.failed()) return {};
    const Text &text = value.text(), &pattern = old.text();
    if (!ctx.spendBytes(2 * text.size() + 4 * pattern.size())) return {};
    const Finder finder(pattern.view());
    Text result;
    size_t from = 0, search = 0;
    for (int64_t done = 0; (count < 0 || done < count) && search <= text.size(); done++) {
        const size_t at = finder.find(text.view(), search);
        if (at == kNowhere || !ctx.fitsText(result.size()) || !ctx.spendBytes(with.text().size())) break;
        result.append(text, from, at);
        result.append(with.text());
        from = at + pattern.size();
        search = from;
        if (pattern.empty()) search = at < text.size() ? at + characterAt(text.view(), at).bytes : at + 1;
    }
    result.append(text, std::min(from, text.size()), text.size());
    return ctx.text(std::move(result));
}

Value pad(Context& ctx, const Value& value, int64_t width, const Text& fill, Alignment alignment) {
    if (ctx.failed()) return {};
    const auto length = static_cast<int64_t>(value.as<TextObject>().characters);
    if (width <= length) return value;
    if (!ctx.fitsText(static_cast<size_t>(width)) || !ctx.spend(static_cast<size_t>(width))) return {};
    const int64_t missing = width - length;
    // Python's str.center puts the odd one to the left where the width is odd.
    const int64_t left = alignment == Alignment::Left    ? 0
                         : alignment == Alignment::Right ? missing
                                                         : missing / 2 + (missing & width & 1);
    Text result;
    for (int64_t i = 0; i < left; i++) result.append(fill);
    result.append(value.text());
    for (int64_t i = left; i < missing; i++) result.append(fill);
    return ctx.text(std::move(result));
}

Value wrap(Context& ctx, const Value& value, size_t width, bool breaksWords, const Value& lineBreak) {
    const Value lines = splitLines(ctx, value, false);
    if (ctx.failed() || !ctx.spendBytes(4 * value.view().size())) return {};
    std::vector<Value> wrapped;
    for (const Value& line : lines.elements()) {
        const Text& text = line.text();
        const auto isBlank = [&](size_t at) { return isSpace(characterAt(text.view(), at).point); };
        size_t from = 0, end = 0, used = 0;  // the current line is [from, end) with `used` characters
        bool some = false;
        const auto finish = [&](bool keepsBlank = false) {
            while (!keepsBlank && end > from && isBlank(previousCharacter(text.view(), end)))
                end = previousCharacter(text.view(), end);
            if (end > from) wrapped.push_back(ctx.text(text.slice(from, end)));
            some = true;
        };
        while (end < text.size() && ctx.fitsElements(wrapped.size())) {
            size_t stop = end, length = 0;  // the next run of blanks or of others
            while (stop < text.size() && isBlank(stop) == isBlank(end)) {
                stop += characterAt(text.view(), stop).bytes;
                length++;
                if (breaksWords && length > width && !isBlank(end)) break;  // long enough to be cut
            }
            if (used + length <= width && !(used == 0 && some && isBlank(end))) {
                end = stop;
                used += length;
            } else if (isBlank(end)) {
                const size_t after = stop;
                finish();
                from = end = after;
                used = 0;
            } else if (length <= width || !breaksWords) {
                const size_t word = end;
                if (used > 0) finish();
                from = word;
                end = stop;
                used = length;
            } else {
                // A full line takes an empty part of the word, which hides its last blank from Python's textwrap.
                const bool full = used == width;
                end = stop = end + offsetOfCharacter(text.view().substr(end), width - used);
                finish(full);
                from = end = stop;
                used = 0;
            }
        }
        if (used > 0 || text.empty() || !some) {
            if (end > from)
                finish();
            else
                wrapped.push_back(ctx.text(""));
        }
    }
    return join(ctx, wrapped, lineBreak);
}

Value join(Context& ctx, const std::vector<Value>& elements, const Value& separator) {
    Text result;
    for (size_t i = 0; i < elements.size() && ctx.fitsText(result.size()); i++) {
        if (i > 0) appendString(ctx, result, separator);
        appendString(ctx, result, elements[i]);
    }
    return ctx.text(std::move(result));
}

Value split(Context& ctx, const Value& value, const Value& separator, int64_t most, bool fromRight) {
    const bool blanks = absent(separator) || separator.is(Kind::None);
    if (!blanks && !separator.is(Kind::Text)) return ctx.fail("must be str or None");
    if (!blanks && separator.text().empty()) return ctx.fail("empty separator");
    const Text& text = value.text();
    if (!ctx.spendBytes(2 * text.size())) return {};
    std::vector<Value> parts;
    if (blanks)
        fromRight ? splitAtSpaceFromRight(ctx, text, most, parts) : splitAtSpace(ctx, text, most, parts);
    else
        fromRight ? splitAtFromRight(ctx, text, separator.view(), most, parts)
                  : splitAt(ctx, text, separator.view(), most, parts);
    if (fromRight) std::reverse(parts.begin(), parts.end());
    return ctx.sequence(std::move(parts));
}

Value splitLines(Context& ctx, const Value& value, bool keepEnds) {
    if (ctx.failed() || !ctx.spendBytes(2 * value.view().size())) return {};
    const Text& text = value.text();
    std::vector<Value> lines;
    size_t from = 0;
    for (size_t at = 0; at < text.size() && ctx.fitsElements(lines.size());) {
        const Character c = characterAt(text.view(), at);
        size_t after = at + c.bytes;
        if (isLineBreak(c.point)) {
            if (c.point == '\r' && after < text.size() && text.bytes()[after] == '\n') after++;
            lines.push_back(ctx.text(text.slice(from, keepEnds ? after : at)));
            from = after;
        }
        at = after;
    }
    if (from < text.size()) lines.push_back(ctx.text(text.slice(from, text.size())));
    return ctx.sequence(std::move(lines));
}

}  // namespace monochord::jinja
