// Where the tokens of a message are on the page.
#include <algorithm>

#include "render/source_map.h"
#include "ui/view/message_item.h"

namespace monochord::app {

const TokenTrace& MessageItem::trace() {
    m_trace.read(m_message.trace);
    return m_trace;
}

/// A row goes on in the source where the one before it ended. Each is looked at once, and again only when it grows.
const QList<qsizetype>& MessageItem::placesOf(qsizetype row) {
    const auto part = [this](qsizetype index) -> Part& { return m_parts[static_cast<std::size_t>(index)]; };
    qsizetype at = row;
    while (at > 0 && !m_rows[at].first && part(at - 1).places.isEmpty()) --at;
    for (; at <= row; ++at) {
        if (!part(at).places.isEmpty()) continue;
        const Block& block = m_blocks[m_rows[at].block];
        const qsizetype length = m_message.text.size();
        const qsizetype from = m_rows[at].first ? block.begin : part(at - 1).places.last();
        const qsizetype begin = std::min(from, length), end = std::clamp(block.end, begin, length);
        part(at).places = sourcePlaces(m_rows[at].text, QStringView(m_message.text).sliced(begin, end - begin), begin);
    }
    return part(row).places;
}

std::pair<qsizetype, qsizetype> MessageItem::shownPart(qsizetype row, const TracedToken& token) {
    const QList<qsizetype>& places = placesOf(row);
    const auto shown = [&](qsizetype place) {
        const auto at = std::lower_bound(places.begin(), places.end() - 1, place);
        return static_cast<qsizetype>(at - places.begin());
    };
    return {shown(token.begin), shown(token.end)};
}

std::pair<qsizetype, qsizetype> MessageItem::tokensIn(qsizetype row) {
    const QList<TracedToken>& tokens = trace().tokens();
    const QList<qsizetype>& places = placesOf(row);
    const auto first = std::upper_bound(tokens.begin(), tokens.end(), places.first(),
                                        [](qsizetype at, const TracedToken& token) { return at < token.end; });
    const auto last = std::lower_bound(first, tokens.end(), places.last(),
                                       [](const TracedToken& token, qsizetype at) { return token.begin < at; });
    return {first - tokens.begin(), last - tokens.begin()};
}

qsizetype MessageItem::rowOf(const TracedToken& token) {
    qsizetype row = 0;
    while (row + 1 < rowCount() && m_blocks[m_rows[row + 1].block].begin <= token.begin) ++row;
    while (row > 0 && !m_rows[row].first && placesOf(row).first() > token.begin) --row;
    return row;
}

}  // namespace monochord::app
