#pragma once

#include <QString>
#include <functional>
#include <memory>
#include <stop_token>

#include "core/failure.h"
#include "core/reply_record.h"
#include "monochord/model.h"

namespace monochord::app {

/// A reply as it was kept.
struct ReplayRequest {
    qint64 reply = 0;
    QString text;
    QByteArray trace;  ///< see TokenTrace
    ReplyRecord record;
};

/// What came of computing it again.
struct Replay {
    enum class Outcome {
        Same,         ///< every byte
        Parted,       ///< behind `same` tokens
        NotRecorded,  ///< there is no record that would be enough
        ModelMissing,
        Failed,
        Stopped
    };
    Outcome outcome = Outcome::NotRecorded;
    quint32 same = 0, total = 0;  ///< tokens; of a reply that was continued, those of the last part
    bool otherFile = false;       ///< the model's file has changed since …
    bool otherVersion = false;    ///< … or Monochord has …
    bool otherKvType = false;     ///< … or its cache can't be had as it was
    Failure failure = {};         ///< of Failed
};

/// Draws the reply again with a session of its own. `loaded`: what was opened from `loadedPath`; another file is opened
/// for it. The last part of a reply that was continued is drawn. `progress`: tokens of prompt and reply.
Replay replay(const ReplayRequest& request, const std::shared_ptr<const Model>& loaded, const QString& loadedPath,
              const std::stop_token& stop, const std::function<void(size_t done, size_t total)>& progress);

/// How ReplyRecord::kvType writes it.
QString kvTypes(const Evaluator& evaluator);

}  // namespace monochord::app
