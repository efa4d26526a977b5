#include "chat/conversation.h"

#include <algorithm>
#include <utility>

namespace monochord::app {
namespace {

/// Where each chain of parents ends in a message that is there or in 0. Rows that break this are cut off: their parent
/// becomes 0. Each row is walked once.
void mendParents(QHash<qint64, MessageRow>* messages) {
    enum class Seen { Now, Before };
    QHash<qint64, Seen> seen;
    seen.reserve(messages->size());
    QList<qint64> walk;
    for (const MessageRow& start : std::as_const(*messages)) {
        walk.clear();
        qint64 id = start.id;
        while (id != 0 && !seen.contains(id)) {
            seen.insert(id, Seen::Now);
            walk.append(id);
            MessageRow& row = (*messages)[id];
            if (row.parent != 0 && !messages->contains(row.parent)) row.parent = 0;
            id = row.parent;
        }
        if (id != 0 && seen.value(id) == Seen::Now) {
            for (qsizetype i = walk.indexOf(id); i < walk.size(); ++i) (*messages)[walk[i]].parent = 0;
        }
        for (const qint64 walked : std::as_const(walk)) seen[walked] = Seen::Before;
    }
}

}  // namespace

Conversation::Conversation(ChatRow chat, const QList<MessageRow>& messages) : m_chat(std::move(chat)) {
    m_messages.reserve(messages.size());
    for (MessageRow row : messages) {
        if (row.id == 0) row.id = newId();  // 0 means "none"
        m_messages.insert(row.id, row);
    }
    mendParents(&m_messages);
    QList<qint64> ids = m_messages.keys();
    std::ranges::sort(ids);
    for (const qint64 id : std::as_const(ids)) m_children[m_messages[id].parent].append(id);
    if (!m_messages.contains(m_chat.leaf)) m_chat.leaf = newestLeafBelow(0);
}

QList<qint64> Conversation::path() const {
    QList<qint64> ids;
    for (const MessageRow* row = message(m_chat.leaf); row; row = message(row->parent)) ids.append(row->id);
    std::ranges::reverse(ids);
    return ids;
}

const MessageRow* Conversation::message(qint64 id) const {
    const auto found = m_messages.constFind(id);
    return found == m_messages.constEnd() ? nullptr : &*found;
}

QList<MessageRow> Conversation::messages() const {
    QList<MessageRow> rows = m_messages.values();
    std::ranges::sort(rows, {}, &MessageRow::id);
    return rows;
}

void Conversation::add(const MessageRow& message) {
    if (m_messages.contains(message.id)) {
        update(message);
        return;
    }
    MessageRow row = message;
    if (!m_messages.contains(row.parent)) row.parent = 0;
    QList<qint64>& children = m_children[row.parent];
    children.insert(std::ranges::upper_bound(children, row.id), row.id);
    m_chat.leaf = row.id;
    m_messages.insert(row.id, row);
}

void Conversation::update(const MessageRow& message) {
    const auto row = m_messages.find(message.id);
    if (row == m_messages.end()) return;
    row->text = message.text;
    row->state = message.state;
    row->note = message.note;
    row->record = message.record;
    row->trace = message.trace;
}

void Conversation::appendText(qint64 id, const QString& text) {
    if (const auto row = m_messages.find(id); row != m_messages.end()) row->text += text;
}

void Conversation::appendTrace(qint64 id, const QByteArray& trace) {
    if (const auto row = m_messages.find(id); row != m_messages.end()) row->trace += trace;
}

QList<qint64> Conversation::siblings(qint64 id) const {
    const MessageRow* row = message(id);
    if (!row) return {};
    QList<qint64> same;
    for (const qint64 child : m_children.value(row->parent)) {
        if (message(child)->role == row->role) same.append(child);
    }
    return same;
}

bool Conversation::selectSibling(qint64 id, int step) {
    const QList<qint64> all = siblings(id);
    const qsizetype wanted = all.indexOf(id) + step;
    if (all.isEmpty() || step == 0 || wanted < 0 || wanted >= all.size()) return false;
    select(all[wanted]);
    return true;
}

void Conversation::select(qint64 id) {
    if (m_messages.contains(id)) m_chat.leaf = newestLeafBelow(id);
}

qint64 Conversation::newestLeafBelow(qint64 id) const {
    qint64 newest = id;
    QList<qint64> waiting = {id};
    while (!waiting.isEmpty()) {
        const qint64 next = waiting.takeLast();
        newest = std::max(newest, next);
        waiting.append(m_children.value(next));
    }
    // A child is newer than its parent, except in a damaged database.
    for (auto below = m_children.constFind(newest); below != m_children.constEnd();
         below = m_children.constFind(newest)) {
        newest = below->last();
    }
    return newest;
}

}  // namespace monochord::app
