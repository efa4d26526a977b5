#include "ui/view/finder.h"

#include <QElapsedTimer>
#include <algorithm>

namespace monochord::app {

void Finder::setText(const QString& text) {
    m_text = text;
    m_matcher = QStringMatcher(text, Qt::CaseInsensitive);
    reset();
}

void Finder::reset() {
    m_found.clear();
    m_count = m_from = 0;
}

void Finder::touch(qsizetype item, bool grown) {
    if (item >= items()) return;
    Found& found = m_found[static_cast<std::size_t>(item)];
    found.current = false;
    if (!grown) {
        m_count -= found.offsets.size();
        found = {};
    }
    m_from = std::min(m_from, item);
}

bool Finder::search(Page& page, int milliseconds) {
    if (m_text.isEmpty()) return true;
    QElapsedTimer timer;
    timer.start();
    m_found.resize(page.items.size());
    for (; m_from < items(); ++m_from) {
        Found& found = m_found[static_cast<std::size_t>(m_from)];
        if (found.current) continue;
        if (timer.elapsed() >= milliseconds) return false;
        searchItem(*page.items[static_cast<std::size_t>(m_from)], found);
    }
    return true;
}

void Finder::searchItem(MessageItem& item, Found& found) {
    item.prepare();
    m_count -= found.offsets.size();
    const qsizetype known = found.rows < item.rowCount() ? item.rowBegin(found.rows) : item.textLength() + 1;
    while (!found.offsets.isEmpty() && found.offsets.last() >= known) found.offsets.removeLast();
    for (qsizetype row = found.rows; row < item.rowCount(); ++row) {
        const QString& text = item.row(row).text;
        for (qsizetype at = m_matcher.indexIn(text); at >= 0; at = m_matcher.indexIn(text, at + m_text.size()))
            found.offsets.append(item.rowBegin(row) + at);
    }
    found.rows = item.stableRows();
    found.current = true;
    m_count += found.offsets.size();
}

TextPosition Finder::next(const TextPosition& from) const {
    if (m_count == 0) return {};
    for (qsizetype i = std::max<qsizetype>(from.item, 0); i < items(); ++i) {
        const qsizetype least = i == from.item ? from.offset : 0;
        const auto hit = std::lower_bound(of(i).begin(), of(i).end(), least);
        if (hit != of(i).end()) return {i, *hit};
    }
    return next({0, 0});
}

TextPosition Finder::previous(const TextPosition& from) const {
    if (m_count == 0) return {};
    for (qsizetype i = std::min(from.item, items() - 1); i >= 0; --i) {
        const auto end = i == from.item ? std::lower_bound(of(i).begin(), of(i).end(), from.offset) : of(i).end();
        if (end != of(i).begin()) return {i, *(end - 1)};
    }
    return previous({items(), 0});
}

qsizetype Finder::indexOf(const TextPosition& hit) const {
    if (hit.item < 0 || hit.item >= items()) return -1;
    const auto place = std::lower_bound(of(hit.item).begin(), of(hit.item).end(), hit.offset);
    if (place == of(hit.item).end() || *place != hit.offset) return -1;
    qsizetype before = place - of(hit.item).begin();
    for (qsizetype i = 0; i < hit.item; ++i) before += of(i).size();
    return before;
}

QList<qsizetype> Finder::within(qsizetype item, qsizetype begin, qsizetype end) const {
    if (item >= items()) return {};
    const auto first = std::lower_bound(of(item).begin(), of(item).end(), begin);
    return QList<qsizetype>(first, std::lower_bound(first, of(item).end(), end));
}

}  // namespace monochord::app
