#include "exchange/import.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>
#include <algorithm>

#include "exchange/names.h"

namespace monochord::app {

namespace {

using namespace Qt::StringLiterals;

struct Import {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

tl::unexpected<Failure> failure(ErrorCode code, const QString& detail = {}) {
    return tl::unexpected(Failure{.task = Task::Import, .code = code, .detail = detail});
}

tl::unexpected<Failure> damaged(qsizetype chat, qsizetype message) {
    return failure(ErrorCode::Corrupt, Import::tr("message %1 of chat %2").arg(message).arg(chat));
}

/// Everything but the ids. False: it is no message.
bool readInto(MessageRow* row, const QJsonObject& object) {
    const QString roleName = object[u"role"].toString();
    const auto role = std::ranges::find_if(kRoleNames, [&](const RoleName& known) { return known.name == roleName; });
    const QString stateName = object[u"state"].toString();
    const auto state =
        std::ranges::find_if(kStateNames, [&](const StateName& known) { return known.name == stateName; });
    if (role == std::end(kRoleNames) || state == std::end(kStateNames) || !object[u"text"].isString()) return false;
    row->role = role->role;
    row->state = state->state;
    row->text = object[u"text"].toString();
    row->note = object[u"note"].toString();
    if (object.contains(u"record")) row->record = ReplyRecord::fromJson(object[u"record"].toObject());
    row->trace = QByteArray::fromBase64(object[u"trace"].toString().toLatin1());
    return true;
}

tl::expected<WholeChat, Failure> chatFrom(const QJsonObject& object, qsizetype number) {
    QMap<qint64, MessageRow> rows;  // by the file's numbers
    const QJsonArray messages = object[u"messages"].toArray();
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const QJsonObject message = messages[i].toObject();
        const qint64 id = message[u"id"].toInteger();
        if (id <= 0 || rows.contains(id)) return damaged(number, i + 1);
        rows[id].parent = message[u"parent"].toInteger();
        if (!readInto(&rows[id], message)) return damaged(number, i + 1);
    }
    WholeChat whole{
        {.id = newId(), .title = object[u"title"].toString(), .systemPrompt = object[u"systemPrompt"].toString()}};
    const auto updated = QDateTime::fromString(object[u"updated"].toString(), Qt::ISODateWithMs);
    whole.chat.updatedMs = (updated.isValid() ? updated : QDateTime::currentDateTimeUtc()).toMSecsSinceEpoch();
    QHash<qint64, qint64> ids;  // ascending like the numbers: the order of siblings stays
    for (auto row = rows.cbegin(); row != rows.cend(); ++row) ids.insert(row.key(), newId());
    for (auto row = rows.begin(); row != rows.end(); ++row) {
        row->id = ids.value(row.key());
        row->chat = whole.chat.id;
        row->parent = ids.value(row->parent);
        whole.messages.append(*row);
    }
    whole.chat.leaf = ids.value(object[u"shown"].toInteger());
    return whole;
}

ImportResult fromMonochord(const QJsonObject& file) {
    const int version = file[u"version"].toInt();
    if (version > kChatsVersion) return failure(ErrorCode::Unsupported);
    if (version < 1 || !file[u"chats"].isArray()) return failure(ErrorCode::Corrupt, Import::tr("it has no chats"));
    QList<WholeChat> chats;
    for (const QJsonValue chat : file[u"chats"].toArray()) {
        if (!chat.toObject()[u"messages"].isArray()) return damaged(chats.size() + 1, 1);
        auto whole = chatFrom(chat.toObject(), chats.size() + 1);
        if (!whole) return tl::unexpected(whole.error());
        chats.append(*std::move(whole));
    }
    return chats;
}

ImportResult read(const QString& path) {
    // Opening a pipe would wait for somebody who writes to it.
    if (QFileInfo::exists(path) && !QFileInfo(path).isFile())
        return failure(ErrorCode::NotReadable, Import::tr("it is no file"));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return failure(ErrorCode::NotReadable, file.errorString());
    const QByteArray json = file.read(kLargestImport + 1);
    if (json.size() <= kLargestImport) return fromJson(json);
    return failure(ErrorCode::OutOfMemory, QLocale().formattedDataSize(kLargestImport, 0, QLocale::DataSizeSIFormat));
}

}  // namespace

ImportResult fromJson(const QByteArray& json) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (document.isNull())
        return failure(ErrorCode::Corrupt, Import::tr("%1 at byte %2").arg(error.errorString()).arg(error.offset));
    if (document.object()[u"format"].toString() == kChatsFormat) return fromMonochord(document.object());
    QList<WholeChat> chats;
    for (const QJsonValue entry : document.isArray() ? document.array() : QJsonArray{document.object()}) {
        if (!entry.toObject()[u"mapping"].isObject()) return failure(ErrorCode::NotFound);
        WholeChat chat = fromChatGpt(entry.toObject());
        if (!chat.messages.isEmpty()) chats.append(std::move(chat));
    }
    if (chats.isEmpty()) return failure(ErrorCode::NotFound);
    return chats;
}

ImportResult readChatFile(const QString& path) {
    return read(path).map_error([&](Failure problem) {
        problem.subject = QFileInfo(path).fileName();
        return problem;
    });
}

}  // namespace monochord::app
