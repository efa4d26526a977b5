#include "render/source_map.h"

#include <algorithm>

namespace monochord::app {

namespace {

constexpr qsizetype kFarthest = 400;  // characters that marks, addresses and indents may take

bool same(QChar shown, QChar source) {
    return shown == source || (shown == u' ' && source == u'\n') || (shown == u'\t' && source == u'|');
}

bool startsWith(QStringView source, QStringView shown) {
    return source.size() >= shown.size() && std::equal(shown.begin(), shown.end(), source.begin(), same);
}

/// The next place where three characters are the same, or two, or one; -1: there is none.
qsizetype nextMatch(QStringView shown, QStringView source, qsizetype from) {
    const qsizetype end = std::min(source.size(), from + kFarthest);
    for (qsizetype length = std::min<qsizetype>(3, shown.size()); length > 0; --length)
        for (qsizetype at = from; at < end; ++at)
            if (startsWith(source.sliced(at), shown.first(length))) return at;
    return -1;
}

}  // namespace

QList<qsizetype> sourcePlaces(QStringView shown, QStringView source, qsizetype offset) {
    QList<qsizetype> places;
    places.reserve(shown.size() + 1);
    qsizetype at = 0;
    for (qsizetype i = 0; i < shown.size(); ++i) {
        const bool follows = at < source.size() && same(shown[i], source[at]);
        const qsizetype match = follows ? at : nextMatch(shown.sliced(i), source, at);
        places.append(offset + std::max(match, at));
        if (match >= 0) at = match + 1;
    }
    places.append(offset + at);
    return places;
}

}  // namespace monochord::app
