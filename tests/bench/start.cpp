// How long the window takes from the start of the process to its first paint, and what it holds in memory then, without
// a model. Starts itself once a run, in a folder of its own, so that nothing of the user is read.
// usage: bench_start [runs, default 10]      QT_QPA_PLATFORM=offscreen works, under Xvfb it is nearer to real life
#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
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

}  // namespace

int main(int argc, char* argv[]) {
    if (argc == 3 && QByteArray(argv[1]) == "--child") return showOnce(argc, argv, QByteArray(argv[2]).toLongLong());
    const int runs = argc > 1 ? std::max(1, QByteArray(argv[1]).toInt()) : 10;
    QTemporaryDir home;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_DATA_HOME"), home.path());
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());
    environment.insert(QStringLiteral("XDG_CACHE_HOME"), home.path());
    environment.insert(QStringLiteral("HOME"), home.path());
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
    return 0;
}
