#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <tl/expected.hpp>

#include "chat/conversation.h"
#include "core/failure.h"

namespace monochord::app {

/// What a chat can be written as. Markdown and HTML hold the branch that is shown, for people; JSON holds all of it.
enum class ExportFormat { Markdown, Html, Json };

/// What the user and the model wrote, a heading before each. A block of code that a stopped reply left open is closed.
QString toMarkdown(const Conversation& chat);
/// One page with its style in it, light or dark as the reader's system is. No script; nothing is fetched, and the page
/// says so itself (Content-Security-Policy). All text is escaped.
QString toHtml(const Conversation& chat);
/// Whole chats, with every branch and each reply's record:
///
///     {"format": "monochord chats", "version": 1, "application": "Monochord 1.0",
///      "chats": [{"title", "systemPrompt", "updated": "2026-11-23T10:00:00.000Z", "shown": id of a message, or 0,
///                 "messages": [{"id", "parent": id or 0, "role", "state", "text", "note", "record"}]}]}
///
/// Messages of a chat are numbered from 1, so that the file says nothing of the database it came from and the same chat
/// gives the same text after it was read in again. "note" and "record" are left out where there is none.
QByteArray toJson(const QList<WholeChat>& chats);

/// By the suffix; Markdown where it says nothing.
ExportFormat formatOf(const QString& path);
/// A name for the file of a chat, without suffix: what no file system takes is left out.
QString fileNameFor(const QString& title);
/// Replaces the file once all of it is on disk; an older one stays as it is where that fails.
tl::expected<void, Failure> writeFile(const QString& path, const QByteArray& bytes);

}  // namespace monochord::app
