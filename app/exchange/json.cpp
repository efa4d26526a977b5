#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

#include "exchange/export.h"
#include "exchange/names.h"

namespace monochord::app {

namespace {

using namespace Qt::StringLiterals;

QLatin1StringView nameOf(MessageState state) {
    if (state == MessageState::Generating) state = MessageState::Interrupted;
    return std::ranges::find(kStateNames, state, &StateName::state)->name;
}

QJsonObject jsonOf(const WholeChat& whole) {
    const Conversation chat(whole.chat, whole.messages);  // mends what a damaged database holds
    const QList<MessageRow> messages = chat.messages();
    QHash<qint64, qint64> numbers{{0, 0}};
    for (const MessageRow& message : messages) numbers.insert(message.id, numbers.size());
    QJsonArray array;
    for (const MessageRow& message : messages) {
        QJsonObject object{{u"id"_s, numbers.value(message.id)},
                           {u"parent"_s, numbers.value(message.parent)},
                           {u"role"_s, nameOf(message.role)},
                           {u"state"_s, nameOf(message.state)},
                           {u"text"_s, message.text}};
        if (!message.note.isEmpty()) object.insert(u"note"_s, message.note);
        if (message.record != ReplyRecord{}) object.insert(u"record"_s, message.record.toJson());
        if (!message.trace.isEmpty()) object.insert(u"trace"_s, QString::fromLatin1(message.trace.toBase64()));
        array.append(object);
    }
    const auto updated = QDateTime::fromMSecsSinceEpoch(chat.chat().updatedMs, Qt::UTC);
    return {{u"title"_s, chat.chat().title},
            {u"systemPrompt"_s, chat.chat().systemPrompt},
            {u"updated"_s, updated.toString(Qt::ISODateWithMs)},
            {u"shown"_s, numbers.value(chat.chat().leaf)},
            {u"messages"_s, array}};
}

}  // namespace

QByteArray toJson(const QList<WholeChat>& chats) {
    QJsonArray array;
    for (const WholeChat& chat : chats) array.append(jsonOf(chat));
    const QString application = u"Monochord "_s + QCoreApplication::applicationVersion();
    return QJsonDocument(QJsonObject{{u"format"_s, kChatsFormat},
                                     {u"version"_s, kChatsVersion},
                                     {u"application"_s, application.trimmed()},
                                     {u"chats"_s, array}})
        .toJson();
}

}  // namespace monochord::app
