#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QSet>
#include <cmath>
#include <optional>

#include "chat/title.h"
#include "exchange/import.h"

namespace monochord::app {

namespace {

using namespace Qt::StringLiterals;

struct ChatGpt {
    Q_DECLARE_TR_FUNCTIONS(ChatGpt)
};

constexpr double kLatestSeconds = 253'402'300'799;  // the end of the year 9999

struct Said {
    Role role = Role::User;
    QString text;
    QString model;
};

QString textOf(const QJsonObject& content) {
    const QString type = content[u"content_type"].toString();
    if (type == u"code") return content[u"text"].toString();
    if (type != u"text" && type != u"multimodal_text") return {};
    QStringList texts;
    for (const QJsonValue part : content[u"parts"].toArray()) {
        const QJsonObject object = part.toObject();
        if (part.isString())
            texts.append(part.toString());
        else if (object[u"text"].isString())
            texts.append(object[u"text"].toString());
        else if (object[u"content_type"].toString().startsWith(u"image"))
            texts.append(ChatGpt::tr("[picture]"));
        else
            texts.append(ChatGpt::tr("[attachment]"));
    }
    texts.removeAll(QString());
    return texts.join(u"\n\n"_s);
}

/// Nothing where a node has no message, or one that its users do not see.
std::optional<Said> saidIn(const QJsonObject& node) {
    const QJsonObject message = node[u"message"].toObject();
    const QJsonObject metadata = message[u"metadata"].toObject();
    if (metadata[u"is_visually_hidden_from_conversation"].toBool()) return {};
    // A message to anything but all is the call of a tool.
    if (message[u"recipient"].toString(u"all"_s) != u"all") return {};
    const QString role = message[u"author"].toObject()[u"role"].toString();
    Said said{.text = textOf(message[u"content"].toObject()), .model = {}};
    if (said.text.trimmed().isEmpty()) return {};
    if (role == u"user") return said;
    if (role == u"system") {
        said.role = Role::System;
        return said;
    }
    if (role != u"assistant") return {};
    said.role = Role::Assistant;
    said.model = metadata[u"model_slug"].toString();
    return said;
}

qint64 timeOf(const QJsonObject& conversation) {
    const double seconds = conversation[u"update_time"].toDouble(conversation[u"create_time"].toDouble(-1));
    if (!(seconds >= 0 && seconds <= kLatestSeconds)) return QDateTime::currentMSecsSinceEpoch();
    return std::llround(seconds * 1000);
}

/// Walks the tree without recursion, parents first: each node once, whatever its links say.
class Walk {
public:
    explicit Walk(const QJsonObject& conversation) : m_mapping(conversation[u"mapping"].toObject()) {
        m_whole.chat.id = newId();
        // First the roots; what only a circle reaches begins the chat once more.
        const QStringList nodes = m_mapping.keys();
        for (const QString& node : nodes)
            if (!m_mapping.contains(m_mapping.value(node).toObject()[u"parent"].toString())) below(node);
        for (const QString& node : nodes) below(node);
        m_whole.chat.leaf = m_shownAs.value(conversation[u"current_node"].toString());
    }

    const WholeChat& whole() const { return m_whole; }

private:
    void below(const QString& start) {
        QList<QPair<QString, qint64>> waiting{{start, 0}};  // a node and the message it follows
        while (!waiting.isEmpty()) {
            const auto [node, parent] = waiting.takeLast();
            if (m_shownAs.contains(node) || !m_mapping.value(node).isObject()) continue;
            const QJsonObject object = m_mapping.value(node).toObject();
            const qint64 shownAs = add(object, parent);
            m_shownAs.insert(node, shownAs);
            const QJsonArray children = object[u"children"].toArray();
            for (qsizetype i = children.size(); i-- > 0;) waiting.append({children[i].toString(), shownAs});
        }
    }

    /// The message that stands for the node: its own, or the one it follows.
    qint64 add(const QJsonObject& node, qint64 parent) {
        const auto said = saidIn(node);
        if (!said) return parent;
        if (said->role == Role::System) {
            if (m_whole.chat.systemPrompt.isEmpty()) m_whole.chat.systemPrompt = said->text;
            return parent;
        }
        MessageRow row{
            .id = newId(), .chat = m_whole.chat.id, .parent = parent, .role = said->role, .text = said->text};
        row.record.modelName = said->model;
        m_whole.messages.append(row);
        return row.id;
    }

    QJsonObject m_mapping;
    QHash<QString, qint64> m_shownAs;  // by node: the message that stands for it, or 0
    WholeChat m_whole;
};

}  // namespace

WholeChat fromChatGpt(const QJsonObject& conversation) {
    WholeChat whole = Walk(conversation).whole();
    whole.chat.title = conversation[u"title"].toString().simplified();
    if (whole.chat.title.isEmpty() && !whole.messages.isEmpty())
        whole.chat.title = titleFrom(whole.messages.first().text);
    whole.chat.updatedMs = timeOf(conversation);
    return whole;
}

}  // namespace monochord::app
