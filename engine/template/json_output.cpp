#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "template/characters.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

class JsonWriter {
public:
    JsonWriter(Context& ctx, Text& out, const JsonStyle& style) : m_ctx(ctx), m_out(out), m_style(style) {}

    void write(const Value& value, uint32_t level) {
        if (!m_ctx.spend() || !m_ctx.fitsText(m_out.size())) return;
        switch (value.kind()) {
            case Kind::None:
                return m_out.append("null", value.trusted());
            case Kind::Bool:
                return m_out.append(value.asBool() ? "true" : "false", value.trusted());
            case Kind::Integer:
                return m_out.append(std::to_string(value.asInteger()), value.trusted());
            case Kind::Float:
                return m_out.append(real(value.asReal()), value.trusted());
            case Kind::Text:
                return writeText(value.text());
            case Kind::Dict:
                return writeDict(value, level + 1);
            case Kind::Sequence: {
                const Flavour flavour = value.as<SequenceObject>().flavour;
                if (flavour == Flavour::List || flavour == Flavour::Tuple) return writeList(value, level + 1);
                break;
            }
            default:
                break;
        }
        m_ctx.fail(fmt::format("an object of type {} is not JSON serializable", typeName(value)));
    }

private:
    static std::string real(double value) {
        if (std::isnan(value)) return "NaN";
        if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
        return realToString(value);
    }

    void writeText(const Text& text) {
        m_ctx.spendBytes(2 * text.size());
        const bool quotes = text.allTrusted();
        size_t plain = 0;
        m_out.append("\"", quotes);
        for (size_t at = 0; at < text.size();) {
            const Character c = characterAt(text.view(), at);
            const bool asIs = c.point >= 0x20 && c.point != '"' && c.point != '\\' &&
                              (c.point < 0x7f || !m_style.ensureAscii || c.point == 0x7f);
            if (!asIs) {
                m_out.append(text, plain, at);
                m_out.append(escaped(c.point), text.trustedAt(at));
                plain = at + c.bytes;
            }
            at += c.bytes;
        }
        m_out.append(text, plain, text.size());
        m_out.append("\"", quotes);
    }

    static std::string escaped(char32_t point) {
        switch (point) {
            case '"':
                return "\\\"";
            case '\\':
                return "\\\\";
            case '\n':
                return "\\n";
            case '\r':
                return "\\r";
            case '\t':
                return "\\t";
            case '\f':
                return "\\f";
            case '\b':
                return "\\b";
            default:
                break;
        }
        const auto number = static_cast<uint32_t>(point);
        if (number < 0x10000) return fmt::format("\\u{:04x}", number);
        return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + ((number - 0x10000) >> 10), 0xdc00 + (number & 0x3ff));
    }

    void lineBreak(uint32_t level, bool trusted) {
        if (!m_style.multiline) return;
        m_out.append("\n", trusted);
        if (!m_ctx.fitsText(m_style.indent.size() * level) || !m_ctx.spendBytes(m_style.indent.size() * level)) return;
        for (uint32_t i = 0; i < level; i++) m_out.append(m_style.indent, trusted);
    }

    /// Everything between the elements has the provenance of their container.
    void separate(bool first, uint32_t level, bool trusted) {
        if (!first) m_out.append(m_style.itemSeparator, trusted);
        lineBreak(level, trusted);
    }

    void writeList(const Value& value, uint32_t level) {
        const auto& elements = value.elements();
        if (elements.empty()) return m_out.append("[]", value.trusted());
        m_out.append("[", value.trusted());
        for (size_t i = 0; i < elements.size() && !m_ctx.failed(); i++) {
            separate(i == 0, level, value.trusted());
            write(elements[i], level);
        }
        lineBreak(level - 1, value.trusted());
        m_out.append("]", value.trusted());
    }

    /// Keys of a dict become texts; false and an error for those that can't.
    bool writeKey(const Value& key) {
        if (key.is(Kind::Text)) {
            writeText(key.text());
            return true;
        }
        if (!key.isNumber() && !key.is(Kind::None)) {
            m_ctx.fail(fmt::format("keys must be str, int, float, bool or None, not {}", typeName(key)));
            return false;
        }
        m_out.append("\"", key.trusted());
        write(key, 0);
        m_out.append("\"", key.trusted());
        return true;
    }

    void writeDict(const Value& value, uint32_t level) {
        const auto& entries = value.as<DictObject>().entries;
        if (entries.empty()) return m_out.append("{}", value.trusted());
        std::vector<const std::pair<Value, Value>*> sorted;
        for (const auto& entry : entries) sorted.push_back(&entry);
        if (m_style.sortKeys && !sort(sorted)) return;
        m_out.append("{", value.trusted());
        bool first = true;
        for (const auto* entry : sorted) {
            if (m_ctx.failed()) return;
            separate(first, level, value.trusted());
            first = false;
            if (!writeKey(entry->first)) return;
            m_out.append(m_style.keySeparator, value.trusted());
            write(entry->second, level);
        }
        lineBreak(level - 1, value.trusted());
        m_out.append("}", value.trusted());
    }

    bool sort(std::vector<const std::pair<Value, Value>*>& entries) {
        const bool texts =
            std::all_of(entries.begin(), entries.end(), [](const auto* entry) { return entry->first.is(Kind::Text); });
        const bool numbers =
            std::all_of(entries.begin(), entries.end(), [](const auto* entry) { return entry->first.isNumber(); });
        if (!texts && !numbers) {
            m_ctx.fail("keys of several kinds can't be sorted");
            return false;
        }
        m_ctx.spend(entries.size() * 8);
        std::stable_sort(entries.begin(), entries.end(), [&](const auto* a, const auto* b) {
            return texts ? a->first.view() < b->first.view() : a->first.asReal() < b->first.asReal();
        });
        return true;
    }

    Context& m_ctx;
    Text& m_out;
    const JsonStyle& m_style;
};

}  // namespace

void appendJson(Context& ctx, Text& out, const Value& value, const JsonStyle& style) {
    JsonWriter(ctx, out, style).write(value, 0);
}

}  // namespace monochord::jinja
