#include "exchange/captions.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace monochord::app {

namespace {

struct Captions {
    Q_DECLARE_TR_FUNCTIONS(Captions)
};

bool isUnfinished(MessageState state) {
    return state == MessageState::Stopped || state == MessageState::Interrupted || state == MessageState::Generating;
}

}  // namespace

QString speakerOf(const MessageRow& message) {
    if (message.role == Role::User) return Captions::tr("You");
    if (message.role == Role::System) return systemPromptCaption();
    return message.record.modelName.isEmpty() ? Captions::tr("Reply") : message.record.modelName;
}

QString factsOf(const MessageRow& message) {
    const ReplyRecord& record = message.record;
    const QLocale locale;
    QStringList facts;
    if (!record.settings.isEmpty()) {
        const SamplingSettings& sampling = record.settings.first().sampling;
        facts.append(Captions::tr("temperature %1").arg(locale.toString(sampling.temperature, 'g', 3)));
        facts.append(Captions::tr("seed %1").arg(sampling.seed));
        facts.append(Captions::tr("%Ln tokens", nullptr, static_cast<int>(record.replyTokens)));
        if (record.tokensPerSecond() > 0)
            facts.append(Captions::tr("%1 tokens/s").arg(locale.toString(record.tokensPerSecond(), 'f', 1)));
    }
    if (isUnfinished(message.state)) facts.append(Captions::tr("not finished"));
    if (message.state == MessageState::Failed) facts.append(message.note);
    return facts.join(QStringLiteral(" · "));
}

QString headingOf(const ChatRow& chat) {
    const QString title = chat.title.simplified();
    return title.isEmpty() ? Captions::tr("Chat") : title;
}

QString dateOf(const ChatRow& chat) {
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(chat.updatedMs).date(), QLocale::LongFormat);
}

QString systemPromptCaption() {
    return Captions::tr("System prompt");
}

}  // namespace monochord::app
