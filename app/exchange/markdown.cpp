#include "exchange/captions.h"
#include "exchange/export.h"

namespace monochord::app {

namespace {

/// The fence that `markdown` leaves open, or nothing. What a list or a quote indents further is not seen as a fence.
QString openFence(const QString& markdown) {
    QString open;
    for (const QStringView line : QStringView(markdown).split(u'\n')) {
        const QStringView text = line.trimmed();
        if (text.isEmpty() || line.indexOf(text.front()) > 3) continue;
        const QChar mark = text.front();
        if (mark != u'`' && mark != u'~') continue;
        qsizetype length = 1;
        while (length < text.size() && text[length] == mark) ++length;
        if (length < 3) continue;
        const QStringView behind = text.sliced(length);
        if (open.isEmpty()) {
            if (mark == u'~' || !behind.contains(u'`')) open = QString(length, mark);
        } else if (mark == open.front() && length >= open.size() && behind.isEmpty()) {
            open.clear();
        }
    }
    return open;
}

QString closed(const QString& markdown) {
    const QString fence = openFence(markdown);
    return fence.isEmpty() ? markdown : markdown + u'\n' + fence;
}

QString quoted(const QString& text) {
    return QStringLiteral("> ") + QString(text).replace(u'\n', QStringLiteral("\n> "));
}

}  // namespace

QString toMarkdown(const Conversation& chat) {
    QStringList parts{QStringLiteral("# ") + headingOf(chat.chat())};
    const QString system = chat.chat().systemPrompt.trimmed();
    if (!system.isEmpty()) parts << QStringLiteral("## ") + systemPromptCaption() << quoted(system);
    for (const qint64 id : chat.path()) {
        const MessageRow& message = *chat.message(id);
        parts << QStringLiteral("## ") + speakerOf(message) << closed(message.text.trimmed());
        const QString facts = message.role == Role::Assistant ? factsOf(message) : QString();
        if (!facts.isEmpty()) parts << u'*' + facts + u'*';
    }
    return parts.join(QStringLiteral("\n\n")) + u'\n';
}

}  // namespace monochord::app
