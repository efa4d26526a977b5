#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace monochord {

/// Watches a stream of text for strings that end it, also across the borders of its pieces, and holds back the text
/// that might still become one.
class StopStringFilter {
public:
    explicit StopStringFilter(std::vector<std::string> stopStrings);

    /// The text that is certain after this piece. Once a stop string is complete, found() is true and what came before
    /// it has been given out.
    std::string push(std::string_view piece);
    /// The end of the stream: what was held back was no stop string.
    std::string finish();
    bool found() const { return m_found; }

private:
    std::vector<std::string> m_stopStrings;
    std::string m_held;
    bool m_found = false;
};

}  // namespace monochord
