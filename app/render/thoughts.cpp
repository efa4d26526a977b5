#include "render/thoughts.h"

#include <algorithm>

namespace monochord::app {

Thoughts findThoughts(QStringView reply, qsizetype from) {
    constexpr QStringView kOpen = u"<think>", kClose = u"</think>";
    Thoughts thoughts;
    qsizetype at = 0;
    while (at < reply.size() && reply[at].isSpace()) ++at;
    const bool opened = reply.sliced(at).startsWith(kOpen);
    thoughts.begin = opened ? at + kOpen.size() : 0;
    qsizetype close = reply.indexOf(kClose, std::max(thoughts.begin, from));
    while (!opened && close > 0 && reply[close - 1] != u'\n') close = reply.indexOf(kClose, close + 1);
    thoughts.closed = close >= 0;
    thoughts.found = opened || thoughts.closed;
    thoughts.resume = thoughts.closed ? close : std::max<qsizetype>(0, reply.size() - kClose.size() + 1);
    if (!thoughts.found) return {.resume = thoughts.resume};
    const QStringView text = reply.sliced(thoughts.begin, (thoughts.closed ? close : reply.size()) - thoughts.begin);
    while (thoughts.length < text.size() && text[thoughts.length].isSpace()) ++thoughts.length;
    thoughts.begin += thoughts.length;
    thoughts.length = text.size() - thoughts.length;
    thoughts.end = thoughts.closed ? close + kClose.size() : reply.size();
    return thoughts;
}

}  // namespace monochord::app
