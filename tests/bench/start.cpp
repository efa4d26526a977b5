// How long the window takes from the start of the process to its first paint, and what it holds in memory then, without
// a model; with chats in the store, also how long searching all of them takes. Starts itself once a run, in a folder of
// its own, so that nothing of the user is read.
// usage: bench_start [runs, default 10 [chats, default 0]]
// QT_QPA_PLATFORM=offscreen works, under Xvfb it is nearer to real life.
#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "chat/chat_controller.h"
#include "core/paths.h"
#include "core/settings.h"
#include "inference/engine.h"
#include "monochord/system.h"
#include "storage/chat_store.h"
#include "ui/main_window.h"
#include "ui/theme.h"

using namespace monochord::app;

namespace {

qint64 nowMicroseconds() {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

class PaintWatch final : public QObject {
public:
    bool painted = false;

protected:
    // The window's own paint comes after those of its children were scheduled; the next turn of the loop finds all
    // done.
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint && !painted) {
            painted = true;
            QTimer::singleShot(0, this, [] { QCoreApplication::quit(); });
        }
        return QObject::eventFilter(watched, event);
    }
};

// The child: what main.cpp does, up to the first paint.
int showOnce(int argc, char* argv[], qint64 startedAt) {
    QApplication application(argc, argv);
    Settings settings(settingsPath());
    ChatStore store(databasePath());
    Engine engine;
    ChatController chats(&engine, &store);
    Theme theme;
    MainWindow window({&settings, &theme, &engine, &store, &chats});
    PaintWatch watch;
    window.installEventFilter(&watch);
    window.show();
    chats.start(0);
    QApplication::exec();
    std::printf("%lld %llu\n", static_cast<long long>(nowMicroseconds() - startedAt),
                static_cast<unsigned long long>(monochord::currentResidentMemory()));
    return 0;
}

// Words of which few are frequent and many are rare, as in a language.
QString words(QRandomGenerator& random, int count) {
    QStringList all;
    for (int i = 0; i < count; i++)
        all.append(QStringLiteral("w%1").arg(static_cast<int>(20 / (0.001 + random.generateDouble()))));
    return all.join(u' ');
}

/// Chats of eight messages of 60 words.
int fill(int argc, char* argv[], int count) {
    const QCoreApplication application(argc, argv);
    ChatStore store(databasePath());
    QRandomGenerator random(1);
    QList<WholeChat> chats;
    for (int i = 0; i < count; i++) {
        const qint64 id = newId();
        WholeChat whole{.chat = {.id = id, .title = words(random, 5), .updatedMs = id / 1000}};
        for (int k = 0; k < 8; k++) {
            MessageRow row;
            row.id = newId();
            row.chat = id;
            row.parent = whole.chat.leaf;
            row.role = k % 2 == 0 ? Role::User : Role::Assistant;
            row.text = words(random, 60);
            whole.chat.leaf = row.id;
            whole.messages.append(row);
        }
        chats.append(whole);
    }
    store.putChats(chats);
    return 0;
}

/// From the question to the answer, of words that are frequent, rare, together and not there.
int search(int argc, char* argv[]) {
    const QCoreApplication application(argc, argv);
    ChatStore store(databasePath());
    QEventLoop loop;
    QObject::connect(&store, &ChatStore::chatsLoaded, &loop, &QEventLoop::quit);
    store.loadChats();
    loop.exec();
    double slowest = 0;
    for (const char* text : {"w20", "w2", "w19999", "w20 w33 w4", "absent", "w"}) {
        QElapsedTimer clock;
        clock.start();
        qsizetype found = 0;
        const auto done = QObject::connect(&store, &ChatStore::found, &loop, [&](quint64, const QList<ChatHit>& hits) {
            found = hits.size();
            loop.quit();
        });
        store.search(1, QLatin1String(text));
        loop.exec();
        QObject::disconnect(done);
        const double milliseconds = static_cast<double>(clock.nsecsElapsed()) / 1e6;
        slowest = std::max(slowest, milliseconds);
        std::printf("search for \"%s\": %lld chats, %.1f ms\n", text, static_cast<long long>(found), milliseconds);
    }
    std::printf("slowest search: %.1f ms (goal: 50 ms)\n", slowest);
    return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc == 3 && QByteArray(argv[1]) == "--child") return showOnce(argc, argv, QByteArray(argv[2]).toLongLong());
    if (argc == 3 && QByteArray(argv[1]) == "--fill") return fill(argc, argv, QByteArray(argv[2]).toInt());
    if (argc == 2 && QByteArray(argv[1]) == "--search") return search(argc, argv);
    const int runs = argc > 1 ? std::max(1, QByteArray(argv[1]).toInt()) : 10;
    QTemporaryDir home;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_DATA_HOME"), home.path());
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());
    environment.insert(QStringLiteral("XDG_CACHE_HOME"), home.path());
    environment.insert(QStringLiteral("HOME"), home.path());
    const auto runChild = [&](const QStringList& arguments) {
        QProcess child;
        child.setProcessEnvironment(environment);
        child.setProcessChannelMode(QProcess::ForwardedChannels);
        child.start(QString::fromLocal8Bit(argv[0]), arguments);
        return child.waitForFinished(600'000) && child.exitCode() == 0;
    };
    const bool withChats = argc > 2;
    if (withChats && !runChild({QStringLiteral("--fill"), QString::fromLocal8Bit(argv[2])})) return 1;
    std::vector<double> milliseconds, mebibytes;
    for (int i = 0; i <= runs; i++) {
        QProcess child;
        child.setProcessEnvironment(environment);
        child.start(QString::fromLocal8Bit(argv[0]), {QStringLiteral("--child"), QString::number(nowMicroseconds())});
        if (!child.waitForFinished(60000) || child.exitCode() != 0) {
            std::fprintf(stderr, "the window did not come up\n");
            return 1;
        }
        const QList<QByteArray> figures = child.readAllStandardOutput().split(' ');
        if (i == 0 || figures.size() != 2) continue;  // the first run warms the caches
        milliseconds.push_back(figures[0].toDouble() / 1000);
        mebibytes.push_back(figures[1].toDouble() / (1 << 20));
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    std::sort(mebibytes.begin(), mebibytes.end());
    std::printf("start to first paint: median %.0f ms, slowest %.0f ms of %d warm runs (goal: 300 ms)\n",
                milliseconds[milliseconds.size() / 2], milliseconds.back(), runs);
    std::printf("resident without a model: median %.1f MiB, most %.1f MiB (goal: 80 MiB)\n",
                mebibytes[mebibytes.size() / 2], mebibytes.back());
    std::fflush(stdout);
    return !withChats || runChild({QStringLiteral("--search")}) ? 0 : 1;
}
