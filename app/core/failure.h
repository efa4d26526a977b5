#pragma once

#include <QString>

#include "monochord/error.h"

namespace monochord::app {

/// What was being done when something went wrong.
enum class Task {
    OpenModel,    ///< subject: the file's name
    InspectFile,  ///< a file was dropped; subject: its name
    Convert,      ///< a model file was made of another one or of a folder; subject: its name
    Send,         ///< the prompt of a message could not be made; nothing was sent
    Reply,        ///< while a reply was computed
    Export,       ///< chats were written to a file; subject: its name
    Import,       ///< chats were read from a file; subject: its name
    Store,        ///< writing or reading the chats; subject: the database's path
};

/// An error on its way to a person. It travels as a value; sentence() in error_text.h is the one place that words it.
struct Failure {
    Task task = Task::Reply;
    ErrorCode code = ErrorCode::InvalidArgument;
    QString detail = {};                ///< the engine's or SQLite's sentence, without a full stop; safe to show
    QString subject = {};               ///< what it concerns, see Task
    quint64 wanted = 0, available = 0;  ///< tokens, where the code is ContextFull and the numbers are known

    bool operator==(const Failure&) const = default;
};

}  // namespace monochord::app
