#include <algorithm>
#include <limits>

#include "base/exact_math.h"
#include "sampling/steps.h"

namespace monochord {

namespace {

/// How far the end of `tokens` occurs earlier: element i - 1 is the length of the longest text that ends both before
/// token i and at the end (so that token i would follow it again). Linear: the Z function of the reversed text.
std::vector<size_t> repeatLengths(History tokens) {
    const size_t size = tokens.size();
    const auto fromEnd = [&](size_t i) { return tokens[size - 1 - i]; };
    std::vector<size_t> lengths(size);  // [size]: of the text that ends `i` tokens before the end; the first is unused
    size_t left = 0, right = 0;         // the stretch [left, right) that reaches furthest and equals the beginning
    for (size_t i = 1; i < size; i++) {
        size_t length = i < right ? std::min(right - i, lengths[i - left]) : 0;
        while (i + length < size && fromEnd(length) == fromEnd(i + length)) length++;
        lengths[i] = length;
        if (i + length > right) {
            left = i;
            right = i + length;
        }
    }
    if (size > 0) lengths.erase(lengths.begin());
    std::reverse(lengths.begin(), lengths.end());
    return lengths;
}

std::vector<TokenId> sortedIds(Arguments arguments) {
    std::vector<TokenId> ids(arguments.begin(), arguments.end());
    if (!std::is_sorted(ids.begin(), ids.end())) std::sort(ids.begin(), ids.end());
    return ids;
}

bool isOff(Arguments arguments) {
    return arguments[0] == 0 || arguments[1] < 1;
}

/// The largest power that f32 holds, as llama.cpp limits it; no limit for a base so near to 1 that it can't grow.
size_t largestExponent(double base) {
    constexpr double kLogOfLargestFloat = 88.7228391;
    constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();
    return base > 1.000001 ? toCount(kLogOfLargestFloat / exactLog(base), kNoLimit) : kNoLimit;
}

}  // namespace

void applyDry(CandidateList& list, Arguments arguments, History history) {
    const History tokens = lastTokens(history, arguments[3]);
    const size_t allowed = toCount(arguments[2], std::numeric_limits<size_t>::max());
    if (isOff(arguments) || tokens.size() <= allowed) return;
    const auto breakers = sortedIds(arguments.subspan(4));
    const auto breaks = [&](TokenId id) { return std::binary_search(breakers.begin(), breakers.end(), id); };
    const auto lastBreaker = std::find_if(tokens.rbegin(), tokens.rend(), breaks);
    const auto longest = static_cast<size_t>(lastBreaker - tokens.rbegin());
    if (longest < allowed) return;

    struct Repeat {
        TokenId next = 0;
        size_t length = 0;
    };
    std::vector<Repeat> repeats;
    const auto lengths = repeatLengths(tokens);
    for (size_t i = 0; i < lengths.size(); i++)
        if (lengths[i] >= allowed && !breaks(tokens[i + 1]))
            repeats.push_back({tokens[i + 1], std::min(lengths[i], longest)});
    // By id, the longest first: that one counts.
    std::sort(repeats.begin(), repeats.end(), [](const Repeat& a, const Repeat& b) {
        return a.next < b.next || (a.next == b.next && a.length > b.length);
    });
    const auto sameToken = [](const Repeat& a, const Repeat& b) { return a.next == b.next; };
    repeats.erase(std::unique(repeats.begin(), repeats.end(), sameToken), repeats.end());

    list.orderById();
    const size_t largest = largestExponent(arguments[1]);
    constexpr double kLargestPenalty = std::numeric_limits<float>::max();
    for (const Repeat& repeat : repeats) {
        Scored* c = list.find(repeat.next);
        if (!c) continue;
        const double power = exactPow(arguments[1], static_cast<double>(std::min(repeat.length - allowed, largest)));
        c->logit -= std::clamp(arguments[0] * power, -kLargestPenalty, kLargestPenalty);
    }
    list.logitsChanged();
}

void touchedByDry(Arguments arguments, History history, std::vector<TokenId>& ids) {
    if (isOff(arguments)) return;
    const History seen = lastTokens(history, arguments[3]);
    ids.insert(ids.end(), seen.begin(), seen.end());
}

void applyNoRepeatNgram(CandidateList& list, Arguments arguments, History history) {
    const size_t before = std::max<size_t>(1, toCount(arguments[0], std::numeric_limits<size_t>::max())) - 1;
    if (history.size() <= before) return;
    std::vector<TokenId> banned;
    if (before == 0) banned.assign(history.begin(), history.end());
    const auto lengths = repeatLengths(history);
    for (size_t i = 0; before > 0 && i < lengths.size(); i++)
        if (lengths[i] >= before) banned.push_back(history[i + 1]);
    std::sort(banned.begin(), banned.end());
    list.keepIf([&](const Scored& c) { return !std::binary_search(banned.begin(), banned.end(), c.id); });
}

}  // namespace monochord
