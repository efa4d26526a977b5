#include "convert/hf_pre_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/printable.h"
#include "base/regex.h"
#include "tokenizer/pre_tokenizer.h"

namespace monochord {

namespace {

using Words = std::vector<std::string>;

/// What rules of tokenizers tell apart: contractions, case, runs of digits and of blanks, line ends behind words and
/// symbols, scripts without blanks, marks, other numbers, symbols in several bytes.
constexpr std::string_view kProbe =
    "Hello world  I'm you're WE'LL they'd it'S don't 'tis x'y ''re 've\n\n'd  two   three    four\t\ttab \t "
    "mixed\r\nline\r\n\r\n"
    "  indented\n   \n    deeper\n\n\n1 12 123 1234 12345 123456 1234567 3.14 1,000 v2 a1b22c333 ²³ ½ Ⅷ ٣٤٥٦ １２３４ "
    "007x\n"
    "foo.bar(baz); !!! ??? ... --- ### ==> != /* c */ // x\n\"quoted\" 'single' `back` a_b __init__ $100 50% #tag "
    "@user\n"
    "/path/to/file.txt\nhttp://x.org/a?b=c&d !\n\n?\r\n/\n//\n+++\n\ncamelCase PascalCase XMLHttp iPhone McDonald "
    "ABCdef ABC déjà "
    "ÀÉÎ straße ǅ ʰx ªº e\xCC\x81t\xCC\x83 a\xCC\x80\xCC\x81 \xCC\x81 Ελλάδα Москва РОССИЯ עברית العربية हिन्दी ภาษาไทย "
    "中文字符和标点。中文，「引」 "
    "ひらがなカタカナー漢字ｶﾅ 한국어 조선 ㄅㄆㄇ ㄱㄴ 中1文2 a中b mix漢字kana かな123 😀😃 👩‍👩‍👧 🇩🇪 ❤️ € £5 ¥ © "
    "™ "
    "→ ∑x √2 ×÷ … – — “curly” ‘it’s’ «g» „d“\n"
    "\xC2\xA0nbsp\xC2\xA0\xC2\xA0two \xE2\x80\x83"
    "em \xE3\x80\x80wide  \n \n x\n\ty\n \tz \xE2\x80\x8Bzero \xC2\xADsoft ~tilde^ |pipe| <tag> </tag> {a:[1,2]} "
    "\\n\\t "
    "end.\nNext 'S 'T 'RE 'Ll don'T can't've o'clock rock'n'roll l'eau ’s we’re\n1st 2nd 3rd 10th 12:30 2024-01-31 "
    "+49-30 1e10 0xFF "
    "x1000000y 1234567 a1234b 12a 1/2 \n\n\n\n   trailing   ";

enum class Behavior : uint8_t { Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous };

struct Piece {
    std::string text;
    bool isMatch = false;
};

std::optional<std::vector<Piece>> cut(const std::string& text, std::string_view expression, bool inverted) {
    const auto matches = findMatches(expression, text);
    if (!matches) return std::nullopt;
    std::vector<Piece> pieces;
    size_t at = 0;
    const auto take = [&](size_t end, bool isMatch) {
        if (end > at) pieces.push_back({text.substr(at, end - at), isMatch != inverted});
        at = std::max(at, end);
    };
    for (const auto& [begin, end] : *matches) {
        take(begin, false);
        take(end, true);
    }
    take(text.size(), false);
    return pieces;
}

void join(const std::vector<Piece>& pieces, Behavior behavior, Words& words) {
    bool previous = false, joinsNext = false;  // whether the last piece was a match, or waits for the next
    for (const Piece& piece : pieces) {
        const bool first = &piece == pieces.data();
        const bool toPrevious =
            !first && ((behavior == Behavior::MergedWithPrevious && piece.isMatch && !previous) ||
                       (behavior == Behavior::Contiguous && piece.isMatch == previous) || joinsNext);
        joinsNext = behavior == Behavior::MergedWithNext && piece.isMatch;
        previous = piece.isMatch;
        if (behavior == Behavior::Removed && piece.isMatch) continue;
        toPrevious ? words.back() += piece.text : words.emplace_back(piece.text);
    }
}

bool splitBy(std::string_view expression, Behavior behavior, bool inverted, Words& words) {
    Words result;
    for (const std::string& word : words) {
        const auto pieces = cut(word, expression, inverted);
        if (!pieces) return false;
        join(*pieces, behavior, result);
    }
    words = std::move(result);
    return true;
}

/// A text that stands for itself as an expression.
std::string literal(std::string_view text) {
    std::string expression;
    for (const char c : text) {
        if (std::string_view("\\^$.|?*+()[]{}&-#").find(c) != std::string_view::npos) expression += '\\';
        expression += c;
    }
    return expression;
}

std::optional<Behavior> behaviorOf(const Json& rule, Behavior usual) {
    constexpr std::array<std::string_view, 5> kNames = {"Isolated", "Removed", "MergedWithPrevious", "MergedWithNext",
                                                        "Contiguous"};
    const auto name = textMember(rule, "behavior");
    if (!name) return usual;
    const auto found = std::ranges::find(kNames, *name);
    return found == kNames.end() ? std::nullopt : std::optional(static_cast<Behavior>(found - kNames.begin()));
}

/// Cuts the words as one rule of `pre_tokenizer` says; false where it is of a kind that is not known.
bool applyRule(const Json& rule, Words& words) {
    constexpr std::string_view kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
    const std::string type = textMember(rule, "type").value_or("");
    if (type == "Sequence") {
        const Json* rules = member(rule, "pretokenizers");
        return rules && rules->is_array() &&
               std::ranges::all_of(*rules, [&](const Json& part) { return applyRule(part, words); });
    }
    if (type == "ByteLevel") {
        if (flagMember(rule, "add_prefix_space").value_or(true)) return false;
        return !flagMember(rule, "use_regex").value_or(true) || splitBy(kGpt2, Behavior::Isolated, false, words);
    }
    if (type == "Digits") {
        const bool each = flagMember(rule, "individual_digits").value_or(false);
        return splitBy("\\p{N}", each ? Behavior::Isolated : Behavior::Contiguous, false, words);
    }
    if (type == "Punctuation") {
        const auto behavior = behaviorOf(rule, Behavior::Isolated);
        return behavior && splitBy(R"([!-/:-@\[-`{-~\p{P}])", *behavior, false, words);
    }
    if (type != "Split") return false;
    const Json* pattern = member(rule, "pattern");
    const auto behavior = behaviorOf(rule, Behavior::Isolated);
    if (!pattern || !behavior) return false;
    const auto expression = textMember(*pattern, "Regex"), text = textMember(*pattern, "String");
    if (!expression && !text) return false;
    return splitBy(expression ? *expression : literal(*text), *behavior, flagMember(rule, "invert").value_or(false),
                   words);
}

/// Whether text is brought to NFC first; nothing for another kind of change.
std::optional<bool> normalizes(const Json* normalizer) {
    if (!normalizer) return false;
    const std::string type = textMember(*normalizer, "type").value_or("");
    if (type == "NFC") return true;
    if (type != "Sequence") return std::nullopt;
    bool any = false;
    const Json* parts = member(*normalizer, "normalizers");
    if (!parts || !parts->is_array()) return std::nullopt;
    for (const Json& part : *parts) {
        const auto does = normalizes(&part);
        if (!does) return std::nullopt;
        any = any || *does;
    }
    return any;
}

}  // namespace

Result<std::string_view> recognizePreTokenizer(const Json& tokenizer) {
    const Json* rules = member(tokenizer, "pre_tokenizer");
    Words words = {std::string(kProbe)};
    const auto nfc = normalizes(member(tokenizer, "normalizer"));
    if (!nfc) return fail(ErrorCode::Unsupported, "the normalizer in tokenizer.json is not supported");
    const Json* model = member(tokenizer, "model");
    const bool wholeWords = model && flagMember(*model, "ignore_merges").value_or(false);
    const bool known = rules && applyRule(*rules, words);

    const PreTokenizer* best = nullptr;
    int bestAgreement = -1;
    for (const PreTokenizer& candidate : preTokenizers()) {
        if (!known || candidate.traits.rawText) continue;
        Words cuts;
        candidate.split(kProbe, [&](std::string_view word) { cuts.emplace_back(word); });
        if (cuts != words) continue;
        const int agreement = 2 * (candidate.traits.normalizes == *nfc) + (candidate.traits.wholeWords == wholeWords);
        if (agreement <= bestAgreement) continue;
        best = &candidate;
        bestAgreement = agreement;
    }
    if (best) return best->name;
    return fail(
        ErrorCode::Unsupported,
        fmt::format("the pre-tokenizer in tokenizer.json is not known: {}",
                    printable(rules ? rules->dump(-1, ' ', false, Json::error_handler_t::replace) : "none", 200)));
}

}  // namespace monochord
