#include <algorithm>

#include "exchange/captions.h"
#include "exchange/export.h"
#include "render/blocks.h"

namespace monochord::app {

namespace {

using namespace Qt::StringLiterals;

// The page of the window: its column, its colours (ui/theme_colors.cpp), its fonts where the reader has them.
constexpr QStringView kHead =
    uR"(<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root { --page: #fbfaf8; --bubble: #ece8e1; --code: #f5f2ec; --border: #e6e2db; --text: #22201d; --muted: #69645c;
    --link: #1f6486; }
@media (prefers-color-scheme: dark) { :root { --page: #1b1a18; --bubble: #2b2926; --code: #141312; --border: #34312e;
    --text: #e9e5de; --muted: #a89f93; --link: #8cc7e6; } }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.6 Inter, system-ui, sans-serif; }
main { max-width: 640px; margin: 0 auto; padding: 48px 20px 80px; }
header { margin-bottom: 36px; }
h1, h2, h3, h4, h5, h6 { line-height: 1.3; margin: 1.3em 0 .5em; font-size: 1.05em; }
h1 { font-size: 1.6em; margin: 0; }
h2 { font-size: 1.35em; }
h3 { font-size: 1.18em; }
p { margin: 0 0 .7em; position: relative; }
article { margin: 0 0 28px; overflow-wrap: break-word; }
article > :last-child { margin-bottom: 0; }
.user { width: fit-content; max-width: 75%; margin-inline-start: auto; padding: 10px 16px; border-radius: 14px;
    background: var(--bubble); }
.plain { white-space: pre-wrap; }
.system { padding-inline-start: 14px; border-inline-start: 2px solid var(--border); color: var(--muted); }
.caption { color: var(--muted); font-size: .8em; margin: .5em 0 0; }
.marker { position: absolute; inset-inline-end: calc(100% + .5em); white-space: nowrap; }
.quote { padding-inline-start: 14px; border-inline-start: 2px solid var(--border); color: var(--muted); }
figure { margin: .9em 0; border: 1px solid var(--border); border-radius: 10px; background: var(--code); }
figcaption { padding: 4px 14px; border-bottom: 1px solid var(--border); color: var(--muted); font-size: .8em; }
pre { margin: 0; padding: 12px 14px; overflow-x: auto; direction: ltr; text-align: left; }
pre, code { font: 14px/1.5 "JetBrains Mono", "DejaVu Sans Mono", ui-monospace, monospace; }
p code, td code, th code { background: var(--code); border-radius: 4px; padding: 1px 4px; }
.table { overflow-x: auto; margin: .9em 0; }
table { border-collapse: collapse; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--border); text-align: start; }
hr { border: 0; border-top: 1px solid var(--border); margin: 1.5em 0; }
a { color: var(--link); }
@media print { .user, figure { break-inside: avoid; } }
</style>
)";

QString tagged(QStringView tag, bool wanted, const QString& inside) {
    return wanted ? u"<%1>%2</%1>"_s.arg(tag, inside) : inside;
}

QString spansHtml(const QList<Span>& spans) {
    QString html;
    for (const Span& span : spans) {
        QString text = span.text.toHtmlEscaped().replace(u'\n', u"<br>"_s);
        text = tagged(u"code", span.code, text);
        text = tagged(u"s", span.strike, text);
        text = tagged(u"em", span.emphasis, text);
        text = tagged(u"strong", span.strong, text);
        if (!span.link.isEmpty())
            text = u"<a rel=\"noreferrer\" href=\""_s + span.link.toHtmlEscaped() + u"\">"_s + text + u"</a>"_s;
        html += text;
    }
    return html;
}

QString cellStyle(const Block& block, qsizetype column) {
    const Qt::Alignment alignment = block.columns.value(column);
    if (alignment & Qt::AlignRight) return u" style=\"text-align: end\""_s;
    return alignment & Qt::AlignHCenter ? u" style=\"text-align: center\""_s : QString();
}

QString tableHtml(const Block& block, const QString& attributes) {
    QString html = u"<div"_s + attributes + u"><table>\n"_s;
    for (qsizetype row = 0; row < block.rows.size(); ++row) {
        const QString tag = row == 0 ? u"th"_s : u"td"_s;
        html += u"<tr>"_s;
        for (qsizetype column = 0; column < block.rows[row].size(); ++column)
            html += u'<' + tag + cellStyle(block, column) + u'>' + spansHtml(block.rows[row][column]) + u"</"_s + tag +
                    u'>';
        html += u"</tr>\n"_s;
    }
    return html + u"</table></div>\n"_s;
}

QString attributesOf(const Block& block) {
    QStringList classes;
    if (block.kind == BlockKind::Table) classes.append(u"table"_s);
    if (block.quoteDepth > 0) classes.append(u"quote"_s);
    QString attributes = u" dir=\"auto\""_s;
    if (!classes.isEmpty()) attributes += u" class=\""_s + classes.join(u' ') + u'"';
    const int indent = 24 * block.listDepth + 16 * std::max(0, block.quoteDepth - 1);
    if (indent > 0) attributes += u" style=\"margin-inline-start: %1px\""_s.arg(indent);
    return attributes;
}

QString blockHtml(const Block& block) {
    const QString attributes = attributesOf(block);
    QString inside = spansHtml(block.spans);
    if (!block.marker.isEmpty())
        inside = u"<span class=\"marker\">"_s + block.marker.toHtmlEscaped() + u"</span>"_s + inside;
    switch (block.kind) {
        case BlockKind::Paragraph:
            return u"<p"_s + attributes + u'>' + inside + u"</p>\n"_s;
        case BlockKind::Heading: {
            // The chat's title is the page's h1.
            const QString tag = u'h' + QString::number(std::clamp(block.level + 1, 2, 6));
            return u'<' + tag + attributes + u'>' + inside + u"</"_s + tag + u">\n"_s;
        }
        case BlockKind::Code: {
            QString text;
            for (const Span& span : block.spans) text += span.text;
            const QString language = block.language.toHtmlEscaped();
            const QString caption = language.isEmpty() ? language : u"<figcaption>"_s + language + u"</figcaption>"_s;
            // The parser of the page drops a line break right behind <pre>.
            return u"<figure"_s + attributes + u'>' + caption + u"<pre>\n"_s + text.toHtmlEscaped() +
                   u"</pre></figure>\n"_s;
        }
        case BlockKind::Table:
            return tableHtml(block, attributes);
        case BlockKind::Rule:
            return u"<hr>\n"_s;
        case BlockKind::Thinking:  // a line of the window, which no text has
            break;
    }
    return {};
}

QString plainHtml(const QString& text) {
    return u"<p class=\"plain\" dir=\"auto\">"_s + text.toHtmlEscaped() + u"</p>\n"_s;
}

QString articleHtml(const QString& kind, const QString& speaker, const QString& inside) {
    return u"<article class=\""_s + kind + u"\" aria-label=\""_s + speaker.toHtmlEscaped() + u"\">\n"_s + inside +
           u"</article>\n"_s;
}

QString captionHtml(QStringList facts) {
    facts.removeAll(QString());
    return u"<p class=\"caption\">"_s + facts.join(u" · "_s).toHtmlEscaped() + u"</p>\n"_s;
}

QString messageHtml(const MessageRow& message) {
    // As the window shows it: what the user wrote is text, what the model wrote is markdown.
    if (message.role != Role::Assistant)
        return articleHtml(message.role == Role::User ? u"user"_s : u"system"_s, speakerOf(message),
                           plainHtml(message.text));
    QString html;
    for (const Block& block : parseMarkdown(message.text)) html += blockHtml(block);
    return articleHtml(u"reply"_s, speakerOf(message), html + captionHtml({speakerOf(message), factsOf(message)}));
}

}  // namespace

QString toHtml(const Conversation& chat) {
    const QString title = headingOf(chat.chat()).toHtmlEscaped();
    QString html = kHead.toString() + u"<title>"_s + title + u"</title>\n</head>\n<body>\n<main>\n<header>\n"_s +
                   u"<h1 dir=\"auto\">"_s + title + u"</h1>\n"_s + captionHtml({dateOf(chat.chat())}) +
                   u"</header>\n"_s;
    const QString system = chat.chat().systemPrompt.trimmed();
    if (!system.isEmpty())
        html +=
            articleHtml(u"system"_s, systemPromptCaption(), plainHtml(system) + captionHtml({systemPromptCaption()}));
    for (const qint64 id : chat.path()) html += messageHtml(*chat.message(id));
    return html + u"</main>\n</body>\n</html>\n"_s;
}

}  // namespace monochord::app
