#include "tokenizer/pre_tokenizer.h"

#include <algorithm>
#include <span>

namespace monochord {

namespace {

struct CodeRange {
    char32_t first = 0;
    char32_t last = 0;
};

template <const auto& ranges>
bool isIn(const Character& c) {
    if (c.atEnd()) return false;
    const auto after = std::ranges::upper_bound(ranges, c.value, {}, &CodeRange::first);
    return after != std::begin(ranges) && c.value <= std::prev(after)->last;
}

// From DeepSeek LLM's tokenizer: letters that have a case, as of Unicode 12, and punctuation.
constexpr CodeRange kCasedLetters[] = {
    {0x41, 0x5A},       {0x61, 0x7A},       {0xB5, 0xB5},       {0xC0, 0xD6},       {0xD8, 0xF6},
    {0xF8, 0x1BA},      {0x1BC, 0x1BF},     {0x1C4, 0x293},     {0x295, 0x2AF},     {0x370, 0x373},
    {0x376, 0x377},     {0x37B, 0x37D},     {0x37F, 0x37F},     {0x386, 0x386},     {0x388, 0x38A},
    {0x38C, 0x38C},     {0x38E, 0x3A1},     {0x3A3, 0x3F5},     {0x3F7, 0x481},     {0x48A, 0x52F},
    {0x531, 0x556},     {0x10A0, 0x10C5},   {0x13A0, 0x13F5},   {0x13F8, 0x13FD},   {0x1C90, 0x1CBA},
    {0x1CBD, 0x1CBF},   {0x1D00, 0x1D2B},   {0x1D6B, 0x1D77},   {0x1D79, 0x1D9A},   {0x1E00, 0x1F15},
    {0x1F18, 0x1F1D},   {0x1F20, 0x1F45},   {0x1F48, 0x1F4D},   {0x1F50, 0x1F57},   {0x1F59, 0x1F59},
    {0x1F5B, 0x1F5B},   {0x1F5D, 0x1F5D},   {0x1F5F, 0x1F7D},   {0x1F80, 0x1FB4},   {0x1FB6, 0x1FBC},
    {0x1FBE, 0x1FBE},   {0x1FC2, 0x1FC4},   {0x1FC6, 0x1FCC},   {0x1FD0, 0x1FD3},   {0x1FD6, 0x1FDB},
    {0x1FE0, 0x1FEC},   {0x1FF2, 0x1FF4},   {0x1FF6, 0x1FFC},   {0x2102, 0x2102},   {0x2107, 0x2107},
    {0x210A, 0x2113},   {0x2115, 0x2115},   {0x2119, 0x211D},   {0x2124, 0x2124},   {0x2126, 0x2126},
    {0x2128, 0x2128},   {0x212A, 0x212D},   {0x212F, 0x2134},   {0x2139, 0x2139},   {0x213C, 0x213F},
    {0x2145, 0x2149},   {0x214E, 0x214E},   {0x2183, 0x2184},   {0x2C00, 0x2C7B},   {0x2C7E, 0x2CE4},
    {0x2CEB, 0x2CEE},   {0x2CF2, 0x2CF3},   {0xA640, 0xA66D},   {0xA680, 0xA69B},   {0xA722, 0xA76F},
    {0xA771, 0xA787},   {0xA78B, 0xA78E},   {0xAB70, 0xABBF},   {0xFB00, 0xFB06},   {0xFB13, 0xFB17},
    {0xFF21, 0xFF3A},   {0xFF41, 0xFF5A},   {0x10400, 0x1044F}, {0x104B0, 0x104D3}, {0x104D8, 0x104FB},
    {0x10C80, 0x10CB2}, {0x10CC0, 0x10CF2}, {0x118A0, 0x118DF}, {0x1E900, 0x1E943}};
constexpr CodeRange kDeepSeekSymbols[] = {{'!', '/'},       {':', '~'},       {0x2018, 0x201F},
                                          {0x3000, 0x3002}, {0xFF01, 0xFF0F}, {0xFF1A, 0xFF5E}};
// [一-龥ࠀ-一가-퟿]
constexpr CodeRange kDeepSeekWide[] = {{0x800, 0x9FA5}, {0xAC00, 0xD7FF}};
// [一-龥぀-ゟ゠-ヿ]
constexpr CodeRange kChineseAndKana[] = {{0x3040, 0x30FF}, {0x4E00, 0x9FA5}};
// Of Youtu: Korean, punctuation, Bopomofo.
constexpr CodeRange kKorean[] = {{0x3131, 0x318E}, {0xAC00, 0xD7A3}};
constexpr CodeRange kWidePunctuation[] = {{0x2014, 0x2014}, {0x2018, 0x2019}, {0x201C, 0x201D},
                                          {0x2026, 0x2026}, {0x3001, 0x303F}, {0xFE30, 0xFE4F},
                                          {0xFF01, 0xFF01}, {0xFF0C, 0xFF0C}, {0xFF1A, 0xFF1B}};
constexpr CodeRange kBopomofo[] = {{0x3105, 0x312F}};

bool isNumber(const Character& c) {
    return c.is(CharClass::Number);
}

bool isPunctuation(const Character& c) {
    return c.is(CharClass::Punctuation);
}

bool isLetter(const Character& c) {
    return c.is(CharClass::Letter);
}

bool isDigit(const Character& c) {
    return c.is(CharClass::Number) && isDecimalDigit(c.value);
}

bool isAsciiDigit(const Character& c) {
    return c.value >= '0' && c.value <= '9';
}

/// [\p{P}$+<=>^~|] and, with Falcon, the backtick: P and what else C's ispunct() knows.
template <bool backtick>
bool isPunctuationOrAsciiSymbol(const Character& c) {
    return c.is(CharClass::Punctuation) || (c.value < 0x80 && c.is(CharClass::Symbol) && (backtick || c.value != '`'));
}

/// [^(\s|.,!?…。，、।۔،)]
bool isBloomWord(const Character& c) {
    static constexpr std::u32string_view kBetween = U"(|.,!?…。，、।۔،)";
    return !c.atEnd() && !c.is(CharClass::Space) && kBetween.find(c.value) == std::u32string_view::npos;
}

/// X+ as words.
template <bool (*isPart)(const Character&)>
void splitRuns(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) { return skipWhile(t, at, isPart); });
}

/// X as words.
template <bool (*isPart)(const Character&)>
void splitEach(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) {
        const Character c = characterAt(t, at);
        return isPart(c) ? at + c.bytes : at;
    });
}

/// X{count} as words, or with `upTo` X{1,count}.
template <bool (*isPart)(const Character&), int count, bool upTo>
void splitGroups(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) {
        int left = count;
        const size_t end = skipWhile(t, at, [&](const Character& c) { return left > 0 && isPart(c) && left-- > 0; });
        return upTo || left == 0 ? end : at;
    });
}

/// \d{1,3}(?=(?:\d{3})*\b) as words: digits in threes counted from the right, but not of what goes on as a word.
void splitThousands(std::string_view text, const WordSink& sink) {
    size_t left = 0;  // characters of the present run that are still to come
    bool cuts = false;
    splitWords(text, sink, [&](std::string_view t, size_t at) {
        if (!isDigit(characterAt(t, at))) return at;
        if (left == 0) {
            const size_t end = skipWhile(t, at, [&](const Character& c) { return isDigit(c) && ++left > 0; });
            const Character next = characterAt(t, end);
            cuts = next.atEnd() || !isWordCharacter(next.value);
        }
        size_t take = !cuts ? 1 : left % 3 != 0 ? left % 3 : 3;
        left -= take;
        return cuts ? skipWhile(t, at, [&](const Character&) { return take-- > 0; }) : at;
    });
}

/// \s?X+ as words, or " ?X+" with `blankOnly`.
template <bool (*isPart)(const Character&), bool blankOnly = false>
void splitSpacedRuns(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) {
        const Character c = characterAt(t, at);
        const size_t next = at + c.bytes;
        if (blankOnly ? c.value == ' ' : c.is(CharClass::Space))
            if (const size_t end = skipWhile(t, next, isPart); end != next) return end;
        return skipWhile(t, at, isPart);
    });
}

/// \s+$ as a word.
void splitLastSpaces(std::string_view text, const WordSink& sink) {
    size_t begin = 0;
    for (size_t at = 0; at < text.size();) {
        const Character c = characterAt(text, at);
        at += c.bytes;
        if (!c.is(CharClass::Space)) begin = at;
    }
    if (begin > 0) sink(text.substr(0, begin));
    if (begin < text.size()) sink(text.substr(begin));
}

/// Falcon's rules for digits run over the characters that stand for bytes in its vocabulary. Six bytes stand for
/// themselves and are numbers then (² ³ ¹ ¼ ½ ¾), so that other characters are cut inside.
void splitFalconDigits(std::string_view text, const WordSink& sink) {
    const auto isDigit = [](char c) {
        return (c >= '0' && c <= '9') || std::string_view("\xB2\xB3\xB9\xBC\xBD\xBE").find(c) != std::string_view::npos;
    };
    for (size_t begin = 0, end = 0; begin < text.size(); begin = end) {
        const bool digits = isDigit(text[begin]);
        while (end < text.size() && isDigit(text[end]) == digits) end++;
        sink(text.substr(begin, end - begin));
    }
}

void splitGpt2(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, gpt2WordEnd);
}

template <Cl100kRules rules>
void splitCl100k(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) { return cl100kWordEnd(t, at, rules); });
}

template <O200kRules rules>
void splitO200k(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) { return o200kWordEnd(t, at, rules); });
}

template <bool newlinesAlone>
void splitDeepSeek3(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) { return deepSeek3WordEnd(t, at, newlinesAlone); });
}

constexpr auto kEachNewline = splitEach<[](const Character& c) { return c.isNewline(); }>;
constexpr auto kEachNumber = splitEach<isNumber>;
constexpr auto kThreeNumbers = splitGroups<isNumber, 3, true>;
constexpr auto kThreeDigits = splitGroups<isAsciiDigit, 3, false>;
constexpr auto kChineseRuns = splitRuns<isIn<kChineseAndKana>>;

constexpr std::array<PreTokenizer::Pass, 6> kGpt2 = {splitGpt2};
constexpr std::array<PreTokenizer::Pass, 6> kNumbersThenGpt2 = {kEachNumber, splitGpt2};
constexpr std::array<PreTokenizer::Pass, 6> kLlama3 = {splitCl100k<Cl100kRules{}>};
constexpr std::array<PreTokenizer::Pass, 6> kQwen2 = {splitCl100k<Cl100kRules{.digits = 1}>};
constexpr std::array<PreTokenizer::Pass, 6> kQwen35 = {splitCl100k<Cl100kRules{.digits = 1, .marks = true}>};
constexpr std::array<PreTokenizer::Pass, 6> kGpt4o = {splitO200k<O200kRules{}>};
constexpr std::array<PreTokenizer::Pass, 6> kTinyAya = {splitThousands, splitO200k<O200kRules{}>};
constexpr std::array<PreTokenizer::Pass, 6> kDeepSeek3 = {kThreeNumbers, kChineseRuns, splitDeepSeek3<false>};
constexpr std::array<PreTokenizer::Pass, 6> kBloom = {splitSpacedRuns<isBloomWord, true>};
constexpr std::array<PreTokenizer::Pass, 6> kLines = {splitRuns<[](const Character& c) { return c.value == '\n'; }>};

constexpr PreTokenizerTraits kNfc = {.normalizes = true};
constexpr PreTokenizerTraits kWholeWords = {.wholeWords = true};
constexpr PreTokenizerTraits kWholeWordsAndBos = {.wholeWords = true, .addsBos = true};

constexpr PreTokenizer kPreTokenizers[] = {
    {"default", {splitRuns<isPunctuationOrAsciiSymbol<false>>, splitGpt2, splitRuns<isNumber>, kThreeDigits}},
    {"falcon", {splitRuns<isPunctuationOrAsciiSymbol<true>>, splitGpt2, splitFalconDigits, kThreeDigits}},
    {"gpt-2", kGpt2},
    {"phi-2", kGpt2},
    {"jais", kGpt2},
    {"gigachat", kGpt2},
    {"a.x-4.0", kGpt2},
    {"mellum", kGpt2},
    {"trillion", kGpt2},
    {"exaone4", kGpt2},
    {"granite-docling", kGpt2},
    {"jina-es", kGpt2},
    {"jina-de", kGpt2},
    {"jina-v1-en", kGpt2},
    {"jina-v2-es", kGpt2},
    {"jina-v2-de", kGpt2},
    {"jina-v2-code", kGpt2},
    {"roberta-bpe", kGpt2},
    {"mpt", kGpt2, kNfc},
    {"olmo", kGpt2, kNfc},
    {"modern-bert", kGpt2, kNfc},
    {"smollm", kNumbersThenGpt2},
    {"starcoder", kNumbersThenGpt2},
    {"refact", kNumbersThenGpt2},
    {"codeshell", kNumbersThenGpt2},
    {"exaone", kNumbersThenGpt2},
    {"minerva-7b", kNumbersThenGpt2},
    {"mellum2", kNumbersThenGpt2},
    {"command-r", kNumbersThenGpt2, kNfc},
    {"llama-bpe", kLlama3, kWholeWordsAndBos},
    {"llama3", kLlama3, kWholeWordsAndBos},
    {"llama-v3", kLlama3, kWholeWordsAndBos},
    {"falcon3", kLlama3, kWholeWordsAndBos},
    {"falcon-h1", kLlama3, kWholeWordsAndBos},
    {"pixtral", kLlama3, kWholeWordsAndBos},
    {"midm-2.0", kLlama3, kWholeWordsAndBos},
    {"lfm2", kLlama3, kWholeWordsAndBos},
    {"jina-v5-nano", kLlama3, kWholeWordsAndBos},
    {"glm4", kLlama3, kWholeWords},
    {"glm5", kLlama3, kWholeWords},
    {"dbrx", kLlama3},
    {"chatglm-bpe", kLlama3},
    {"smaug-bpe", kLlama3},
    {"minicpm5", {kThreeNumbers, splitCl100k<Cl100kRules{.digits = kAnyDigits}>}, kWholeWords},
    {"qwen2", kQwen2, kNfc},
    {"deepseek-r1-qwen", kQwen2},
    {"stablelm2", kQwen2, kNfc},
    {"hunyuan", kQwen2, kNfc},
    {"megrez", kQwen2},
    {"kormo", kQwen2},
    {"f2llmv2", kQwen2},
    {"solar-open", kQwen2},
    {"grok-2", kQwen2},
    {"bailingmoe", kQwen2},
    {"bailingmoe2", kQwen2},
    {"llada-moe", kQwen2},
    {"laguna", {kLines[0], kQwen2[0]}},
    {"ufakzeka", {splitCl100k<Cl100kRules{.digits = 1, .contractions = false}>}},
    {"seed-coder", {splitCl100k<Cl100kRules{.digits = 1, .newlinesAfterSymbols = false}>}},
    {"qwen35", kQwen35, kNfc},
    {"gpt-4o", kGpt4o},
    {"llama4", kGpt4o},
    {"kanana2", kGpt4o},
    {"talkie", kGpt4o},
    {"minimax-m2", kGpt4o},
    {"granite-embed-multi-97m", kGpt4o, kWholeWords},
    {"tekken", {splitO200k<O200kRules{.digits = 1, .contractions = false}>}, kWholeWordsAndBos},
    {"kimi-k2", {splitO200k<O200kRules{.hanApart = true, .slash = false}>}},
    {"youtu",
     {splitRuns<isIn<kKorean>>, splitRuns<isIn<kWidePunctuation>>, splitRuns<isIn<kBopomofo>>, kChineseRuns,
      splitO200k<O200kRules{.digits = 1}>},
     kWholeWords},
    {"deepseek-llm",
     {kEachNewline, splitSpacedRuns<isIn<kCasedLetters>>, splitSpacedRuns<isIn<kDeepSeekSymbols>>, splitLastSpaces,
      splitRuns<isIn<kDeepSeekWide>>, kEachNumber}},
    {"deepseek-coder",
     {kEachNewline, splitSpacedRuns<isLetter>, splitSpacedRuns<isPunctuation>, splitRuns<isIn<kDeepSeekWide>>,
      kEachNumber}},
    {"spark2_5", {kThreeNumbers, kChineseRuns, splitDeepSeek3<true>, kEachNumber}},
    {"tiny_aya", kTinyAya},
    {"cohere2moe", kTinyAya},
    {"deepseek-v3", kDeepSeek3},
    {"hunyuan-dense", kDeepSeek3},
    {"joyai-llm", kDeepSeek3},
    {"hy_v4", kDeepSeek3},
    {"bloom", kBloom},
    {"gpt3-finnish", kBloom},
    {"poro-chat", kBloom},
    {"viking", {kBloom[0], kEachNumber}},
    {"gemma4", kLines, {.addsBos = true, .rawText = true}},
    {"granite-embed-multi-311m", kLines, {.addsBos = true, .rawText = true}},
    {"sarvam-moe", kLines, {.rawText = true}},
};

using Passes = std::span<const PreTokenizer::Pass>;

void splitBy(Passes passes, std::string_view text, const WordSink& sink) {
    if (passes.empty() || !passes.front()) return sink(text);
    const Passes rest = passes.subspan(1);
    if (rest.empty() || !rest.front()) return passes.front()(text, sink);
    passes.front()(text, [&](std::string_view part) { splitBy(rest, part, sink); });
}

}  // namespace

void PreTokenizer::split(std::string_view text, const WordSink& sink) const {
    splitBy(passes, text, sink);
}

const PreTokenizer* findPreTokenizer(std::string_view name) {
    const auto found = std::ranges::find(kPreTokenizers, name, &PreTokenizer::name);
    return found == std::end(kPreTokenizers) ? nullptr : found;
}

std::span<const PreTokenizer> preTokenizers() {
    return kPreTokenizers;
}

}  // namespace monochord
