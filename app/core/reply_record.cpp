#include "core/reply_record.h"

#include <QJsonArray>
#include <QLatin1StringView>
#include <algorithm>
#include <cmath>
#include <limits>

namespace monochord::app {

namespace {

using namespace Qt::StringLiterals;

constexpr StopReason kReasons[] = {StopReason::EndToken, StopReason::StopString, StopReason::Length,
                                   StopReason::ContextFull, StopReason::Cancelled};

QString nameOf(StopReason reason) {
    const std::string_view name = stopReasonName(reason);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

/// A number in the range of T, or `otherwise`.
template <class T>
T numberIn(const QJsonObject& object, QLatin1StringView key, T otherwise) {
    const double number = object.value(key).toDouble(std::nan(""));
    const double lowest = std::is_integral_v<T> ? static_cast<double>(std::numeric_limits<T>::min())
                                                : -static_cast<double>(std::numeric_limits<T>::max());
    const bool fits = number >= lowest && number <= static_cast<double>(std::numeric_limits<T>::max());
    return fits ? static_cast<T>(number) : otherwise;
}

QJsonObject jsonOf(const SettingsChange& change) {
    const SamplingSettings& s = change.sampling;
    return {{u"token"_s, static_cast<qint64>(change.token)},
            {u"temperature"_s, s.temperature},
            {u"topK"_s, s.topK},
            {u"topP"_s, s.topP},
            {u"minP"_s, s.minP},
            {u"repeatPenalty"_s, s.repeatPenalty},
            {u"repeatWindow"_s, s.repeatWindow},
            {u"frequencyPenalty"_s, s.frequencyPenalty},
            {u"presencePenalty"_s, s.presencePenalty},
            {u"seed"_s, QString::number(s.seed)}};  // as text: a number in JSON holds 53 bits
}

SettingsChange changeFrom(const QJsonObject& object) {
    SettingsChange change;
    change.token = numberIn(object, "token"_L1, change.token);
    SamplingSettings& s = change.sampling;
    s.temperature = numberIn(object, "temperature"_L1, s.temperature);
    s.topK = numberIn(object, "topK"_L1, s.topK);
    s.topP = numberIn(object, "topP"_L1, s.topP);
    s.minP = numberIn(object, "minP"_L1, s.minP);
    s.repeatPenalty = numberIn(object, "repeatPenalty"_L1, s.repeatPenalty);
    s.repeatWindow = numberIn(object, "repeatWindow"_L1, s.repeatWindow);
    s.frequencyPenalty = numberIn(object, "frequencyPenalty"_L1, s.frequencyPenalty);
    s.presencePenalty = numberIn(object, "presencePenalty"_L1, s.presencePenalty);
    s.seed = object.value("seed"_L1).toString().toULongLong();
    return change;
}

}  // namespace

QJsonObject ReplyRecord::toJson() const {
    QJsonArray changes;
    for (const SettingsChange& change : settings) changes.append(jsonOf(change));
    return {{u"modelName"_s, modelName},
            {u"modelPath"_s, modelPath},
            {u"engineVersion"_s, engineVersion},
            {u"modelDigest"_s, modelDigest},
            {u"kvType"_s, kvType},
            {u"settings"_s, changes},
            {u"longestReply"_s, static_cast<qint64>(longestReply)},
            {u"promptTokens"_s, static_cast<qint64>(promptTokens)},
            {u"reusedTokens"_s, static_cast<qint64>(reusedTokens)},
            {u"replyTokens"_s, static_cast<qint64>(replyTokens)},
            {u"leftOut"_s, static_cast<qint64>(leftOut)},
            {u"promptSeconds"_s, promptSeconds},
            {u"generationSeconds"_s, generationSeconds},
            {u"reason"_s, nameOf(reason)}};
}

ReplyRecord ReplyRecord::fromJson(const QJsonObject& object) {
    ReplyRecord record;
    record.modelName = object.value("modelName"_L1).toString();
    record.modelPath = object.value("modelPath"_L1).toString();
    record.engineVersion = object.value("engineVersion"_L1).toString();
    record.modelDigest = object.value("modelDigest"_L1).toString();
    record.kvType = object.value("kvType"_L1).toString();
    for (const QJsonValue change : object.value("settings"_L1).toArray())
        if (change.isObject()) record.settings.append(changeFrom(change.toObject()));
    record.longestReply = numberIn(object, "longestReply"_L1, record.longestReply);
    record.promptTokens = numberIn(object, "promptTokens"_L1, record.promptTokens);
    record.reusedTokens = numberIn(object, "reusedTokens"_L1, record.reusedTokens);
    record.replyTokens = numberIn(object, "replyTokens"_L1, record.replyTokens);
    record.leftOut = numberIn(object, "leftOut"_L1, record.leftOut);
    record.promptSeconds = numberIn(object, "promptSeconds"_L1, record.promptSeconds);
    record.generationSeconds = numberIn(object, "generationSeconds"_L1, record.generationSeconds);
    const QString name = object.value("reason"_L1).toString();
    const auto known = std::find_if(std::begin(kReasons), std::end(kReasons),
                                    [&](StopReason reason) { return nameOf(reason) == name; });
    if (known != std::end(kReasons)) record.reason = *known;
    return record;
}

}  // namespace monochord::app
