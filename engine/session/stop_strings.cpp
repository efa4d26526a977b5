#include "session/stop_strings.h"

#include <algorithm>
#include <utility>

namespace monochord {

StopStringFilter::StopStringFilter(std::vector<std::string> stopStrings) : m_stopStrings(std::move(stopStrings)) {
    std::erase_if(m_stopStrings, [](const std::string& s) { return s.empty(); });
}

std::string StopStringFilter::push(std::string_view piece) {
    if (m_found) return {};
    m_held += piece;
    size_t certain = m_held.size();
    for (const std::string& stop : m_stopStrings) {
        if (const size_t at = m_held.find(stop); at != std::string::npos) {
            m_found = true;
            certain = std::min(certain, at);
            continue;
        }
        for (size_t n = std::min(stop.size() - 1, m_held.size()); n > 0; n--)
            if (m_held.ends_with(std::string_view(stop).substr(0, n))) {
                certain = std::min(certain, m_held.size() - n);
                break;
            }
    }
    std::string text = m_held.substr(0, certain);
    m_held.erase(0, certain);
    return text;
}

std::string StopStringFilter::finish() {
    return m_found ? std::string() : std::exchange(m_held, std::string());
}

}  // namespace monochord
