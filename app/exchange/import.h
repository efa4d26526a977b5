#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <tl/expected.hpp>

#include "core/failure.h"
#include "storage/records.h"

namespace monochord::app {

/// Bytes of the largest file that is read: text takes several times as much while it is parsed.
inline constexpr qint64 kLargestImport = 100'000'000;

/// Chats under new ids, so that nothing that is there is overwritten; or why there are none. A file is taken as a whole
/// or not at all.
using ImportResult = tl::expected<QList<WholeChat>, Failure>;

/// What toJson() wrote, ChatGPT's conversations.json, or one conversation of it. Pipes, devices and folders are
/// failures.
ImportResult readChatFile(const QString& path);
ImportResult fromJson(const QByteArray& json);

/// A conversation of ChatGPT: a tree of nodes ("mapping"). What it hides from its users (tools, their calls, thoughts,
/// empty nodes) is left out, and what follows it moves up. Pictures and other attachments are not in such files; a word
/// stands in their place.
WholeChat fromChatGpt(const QJsonObject& conversation);

}  // namespace monochord::app
