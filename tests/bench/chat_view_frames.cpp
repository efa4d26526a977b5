// What a frame of the chat view costs: a reply that grows by 200 tokens a second, and scrolling through a long chat.
// usage: bench_chat_view_frames [--tokens N] [--chat N] [--real-time] [--only WORD]
// A frame is the event, the layout and the painting into the backing store, offscreen at 1360×860. Two lines for each
// run: time that passed, and time on the processor, which other programs on the machine do not lengthen.

#include <time.h>
#include <QApplication>
#include <QCommandLineParser>
#include <QScrollBar>
#include <QThread>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

#include "ui/view/chat_view.h"

using namespace monochord::app;

namespace {

constexpr int kTokensPerSecond = 200;
constexpr int kFramesPerSecond = 30;

/// Words without end, the same in every run.
class Words {
public:
    QString next() {
        static const char* const kWords[] = {"the",  "search",  "of",   "binary",  "list",  "sorted",
                                             "half", "middle",  "and",  "compare", "items", "value",
                                             "tree", "returns", "left", "why",     "every", "over"};
        m_state = m_state * 1664525u + 1013904223u;
        return QString::fromLatin1(kWords[(m_state >> 16) % std::size(kWords)]);
    }
    quint32 number(quint32 limit) {
        m_state = m_state * 1664525u + 1013904223u;
        return (m_state >> 16) % limit;
    }

private:
    quint32 m_state = 1;
};

QString sentence(Words& words, int length) {
    QString text;
    for (int i = 0; i < length; ++i) {
        const QString word = words.next();
        text += i % 11 == 7   ? QStringLiteral("**%1** ").arg(word)
                : i % 17 == 5 ? QStringLiteral("`%1` ").arg(word)
                              : word + u' ';
    }
    return text.trimmed() + QStringLiteral(". ");
}

QString mixed(Words& words, int part) {
    switch (part % 6) {
        case 0:
            return QStringLiteral("## %1\n\n").arg(sentence(words, 4).trimmed());
        case 2: {
            QString list;
            for (int i = 1; i < 9; ++i) list += QStringLiteral("%1. %2\n").arg(i).arg(sentence(words, 14));
            return list + u'\n';
        }
        case 3: {
            QString code = QStringLiteral("```python\n");
            for (int i = 0; i < 14; ++i)
                code += QString(i % 4 * 4, u' ') + words.next() + QStringLiteral(" = f(x, 1)\n");
            return code + QStringLiteral("```\n\n");
        }
        case 4: {
            QString table = QStringLiteral("| a | b | c |\n|---|--:|---|\n");
            for (int i = 0; i < 10; ++i) {
                table += QStringLiteral("| %1 | %2 | %3 |\n")
                             .arg(words.next())
                             .arg(words.number(1000))
                             .arg(sentence(words, 6));
            }
            return table + u'\n';
        }
        default:
            return sentence(words, 18) + sentence(words, 22) + sentence(words, 9) + QStringLiteral("\n\n");
    }
}

/// About so many tokens: words and marks.
QString mixedText(Words& words, int tokens) {
    QString text;
    for (int part = 0; text.size() < tokens * 5; ++part) text += mixed(words, part);
    return text;
}

struct Times {
    std::vector<double> wall, processor;  // milliseconds, one a frame
};

double seconds(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void report(const char* name, const char* what, std::vector<double>& milliseconds) {
    if (milliseconds.empty()) return;
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto at = [&](double share) {
        return milliseconds[static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1) + 0.5)];
    };
    std::printf("%-18s %-9s %6zu frames   median %6.2f   99%% %6.2f   99.9%% %6.2f   max %6.2f ms\n", name, what,
                milliseconds.size(), at(0.5), at(0.99), at(0.999), milliseconds.back());
    std::fflush(stdout);
}

void report(const char* name, Times& times) {
    report(name, "passed", times.wall);
    report(name, "processor", times.processor);
}

void frame(ChatView& view, Times& times, const std::function<void()>& event) {
    const double wall = seconds(CLOCK_MONOTONIC), processor = seconds(CLOCK_THREAD_CPUTIME_ID);
    event();
    QCoreApplication::processEvents();
    view.repaint();
    times.wall.push_back((seconds(CLOCK_MONOTONIC) - wall) * 1000);
    times.processor.push_back((seconds(CLOCK_THREAD_CPUTIME_ID) - processor) * 1000);
}

ViewMessage message(qint64 id, Role role, const QString& text, MessageState state = MessageState::Complete) {
    ViewMessage made;
    made.id = id;
    made.role = role;
    made.text = text;
    made.state = state;
    return made;
}

void stream(ChatView& view, const char* name, const QString& text, int tokens, bool realTime) {
    view.setMessages(
        {message(1, Role::User, QStringLiteral("Go on.")), message(2, Role::Assistant, {}, MessageState::Generating)});
    QCoreApplication::processEvents();
    const int frames = tokens * kFramesPerSecond / kTokensPerSecond;
    Times times;
    for (int i = 0; i < frames; ++i) {
        const qsizetype begin = text.size() * i / frames, end = text.size() * (i + 1) / frames;
        frame(view, times, [&] { view.appendText(2, text.mid(begin, end - begin)); });
        const double rest = 1000.0 / kFramesPerSecond - times.wall.back();
        if (realTime && rest > 0) QThread::usleep(static_cast<unsigned long>(rest * 1000));
    }
    report(name, times);
}

void scroll(ChatView& view, int tokens) {
    Words words;
    QList<ViewMessage> chat;
    for (qint64 id = 1; id < tokens / 500 * 2; id += 2) {
        chat.append(message(id, Role::User, sentence(words, 20)));
        chat.append(message(id + 1, Role::Assistant, mixedText(words, 480)));
    }
    Times opened, steps, pages, jumps;
    frame(view, opened, [&] { view.setMessages(chat); });
    report("opening the chat", opened);
    QScrollBar* bar = view.verticalScrollBar();
    while (bar->value() > 0) frame(view, steps, [&] { bar->setValue(bar->value() - 120); });
    report("scrolling up", steps);
    while (bar->value() < bar->maximum()) frame(view, pages, [&] { bar->setValue(bar->value() + bar->pageStep()); });
    report("pages down", pages);
    for (int i = 0; i < 500; ++i) {
        const int to = static_cast<int>(words.number(1000) * static_cast<unsigned>(bar->maximum()) / 1000);
        frame(view, jumps, [&] { bar->setValue(to); });
    }
    report("dragging the bar", jumps);
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({QStringLiteral("tokens"), QStringLiteral("of the reply that grows"), QStringLiteral("n"),
                      QStringLiteral("20000")});
    parser.addOption({QStringLiteral("chat"), QStringLiteral("tokens of the chat to scroll"), QStringLiteral("n"),
                      QStringLiteral("100000")});
    parser.addOption({QStringLiteral("real-time"), QStringLiteral("wait between the frames as the engine would")});
    parser.addOption({QStringLiteral("only"), QStringLiteral("runs whose names contain this"), QStringLiteral("word")});
    parser.process(application);
    const int tokens = std::max(1000, parser.value(QStringLiteral("tokens")).toInt());
    const bool realTime = parser.isSet(QStringLiteral("real-time"));

    Theme theme;
    ChatView view(&theme);
    view.resize(1360, 860);
    view.show();
    QCoreApplication::processEvents();

    const QString only = parser.value(QStringLiteral("only"));
    const auto wanted = [&](const char* name) { return only.isEmpty() || QLatin1StringView(name).contains(only); };
    Words words;
    if (wanted("mixed markdown")) stream(view, "mixed markdown", mixedText(words, tokens), tokens, realTime);
    QString paragraph, list = QStringLiteral("- start\n"), table = QStringLiteral("| a | b | c |\n|---|---|---|\n");
    while (paragraph.size() < tokens * 5) paragraph += sentence(words, 15);
    if (wanted("one paragraph")) stream(view, "one paragraph", paragraph, tokens, realTime);
    QString code = QStringLiteral("```python\n");
    while (code.size() < tokens * 5)
        code += QStringLiteral("    ") + words.next() + QStringLiteral(" = list[middle] + 1\n");
    if (wanted("one code block")) stream(view, "one code block", code, tokens, realTime);
    while (list.size() < tokens * 5) list += QStringLiteral("- ") + sentence(words, 12) + u'\n';
    if (wanted("one list")) stream(view, "one list", list, tokens, realTime);
    while (table.size() < tokens * 5)
        table += QStringLiteral("| %1 | %2 | %3 |\n").arg(words.next(), words.next(), sentence(words, 8));
    if (wanted("one table")) stream(view, "one table", table, tokens, realTime);
    if (wanted("one word")) stream(view, "one word", QString(tokens * 5, u'a'), tokens, realTime);
    if (wanted("scroll")) scroll(view, std::max(1000, parser.value(QStringLiteral("chat")).toInt()));
    return 0;
}
