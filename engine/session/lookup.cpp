#include "session/lookup.h"

#include <algorithm>

namespace monochord {

namespace {

/// Where the text goes on after the longest end, of `shortest` to `longest` tokens, that it has said before; of equally
/// long ones after the last. text.size() if there is none.
size_t afterRepeatedEnd(std::span<const TokenId> text, size_t shortest, size_t longest) {
    const size_t size = text.size();
    size_t best = shortest - 1, after = size;
    for (size_t end = size - 1; end > best && best < longest; end--) {  // text[end - 1] would be the last one again
        if (text[end - 1] != text[size - 1]) continue;
        size_t length = 1;
        while (length < longest && length < end && text[end - 1 - length] == text[size - 1 - length]) length++;
        if (length > best) best = length, after = end;
    }
    return after;
}

}  // namespace

std::span<const TokenId> Lookup::guess(std::span<const TokenId> text, size_t most) {
    m_guesses.clear();
    m_account = std::min(m_account + 1, kSavings);
    const size_t count = std::min({most, kMost, m_account / kPrice});
    if (count == 0 || text.size() <= kShortest) return {};
    const size_t after = afterRepeatedEnd(text, kShortest, kLongest);
    if (after == text.size()) return {};
    // A text that repeats itself without a break goes on with the guesses themselves.
    for (size_t i = after; m_guesses.size() < count; i++)
        m_guesses.push_back(i < text.size() ? text[i] : m_guesses[i - text.size()]);
    return m_guesses;
}

void Lookup::judge(size_t computed, size_t right) {
    m_account += right * kPrice;
    m_account -= std::min(m_account, (computed - right) * kPrice);
    m_account = std::min(m_account, kSavings);
}

}  // namespace monochord
