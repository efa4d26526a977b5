#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

#include "core/generation_settings.h"
#include "monochord/session.h"

namespace monochord::app {

/// From this token of the reply on (0: the first), these settings drew.
struct SettingsChange {
    quint32 token = 0;
    SamplingSettings sampling;

    bool operator==(const SettingsChange&) const = default;
};

/// How a reply came about. Stored beside it as JSON; keys that are missing read as the defaults.
struct ReplyRecord {
    QString modelName;
    QString modelPath;
    QString engineVersion;
    QString modelDigest;  ///< of all bytes of the model's file, hexadecimal; empty: not known
    QString kvType;       ///< "f16", or of keys and values where they differ: "f16/q8_0"
    QList<SettingsChange> settings;  ///< never empty once the reply began; ascending tokens; the seed is the one used
    quint32 longestReply = 0;
    quint32 promptTokens = 0;
    quint32 reusedTokens = 0;  ///< of the prompt, from the KV cache
    quint32 replyTokens = 0;
    quint32 leftOut = 0;           ///< the oldest messages of the chat that did not fit: so many the model did not see
    double promptSeconds = 0;      ///< until the first token
    double generationSeconds = 0;  ///< from then on
    StopReason reason = StopReason::Cancelled;

    double tokensPerSecond() const {
        return generationSeconds > 0 && replyTokens > 1 ? (replyTokens - 1) / generationSeconds : 0;
    }
    QJsonObject toJson() const;
    static ReplyRecord fromJson(const QJsonObject& object);
    bool operator==(const ReplyRecord&) const = default;
};

}  // namespace monochord::app
