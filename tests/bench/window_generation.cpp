// What the window costs the engine: the speed of the same reply computed with the window showing it (scope and all) and
// by the engine alone, in turns, in one process.
// Also where the GUI thread's time goes meanwhile, by receiver and kind of event.
// usage: bench_window_generation MODEL.gguf [tokens, default 400] [rounds, default 7]
#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QHash>
#include <QMetaEnum>
#include <QTemporaryDir>
#include <QThread>
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "chat/chat_controller.h"
#include "core/settings.h"
#include "inference/engine.h"
#include "storage/chat_store.h"
#include "ui/main_window.h"
#include "ui/theme.h"

using namespace monochord::app;

namespace {

const QString kQuestion = QStringLiteral("Write a long story about a lighthouse keeper and the sea.");

double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Counts the processor time of each event, without what is done for other events within it.
class Application final : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (!counting || QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
        // Not afterwards: the receiver may be gone.
        const QString what = QStringLiteral("%1 %2").arg(
            QString::fromLatin1(receiver->metaObject()->className()),
            QString::fromLatin1(QMetaEnum::fromType<QEvent::Type>().valueToKey(event->type())));
        const double begun = threadSeconds(), outer = std::exchange(m_within, 0);
        const bool handled = QApplication::notify(receiver, event);
        const double spent = threadSeconds() - begun;
        Cost& cost = m_costs[what];
        cost.seconds += spent - m_within;
        ++cost.count;
        m_within = outer + spent;
        return handled;
    }

    void report(double seconds) const {
        QStringList names = m_costs.keys();
        std::sort(names.begin(), names.end(),
                  [this](const QString& a, const QString& b) { return m_costs[a].seconds > m_costs[b].seconds; });
        std::printf("GUI thread, share of one core and events a second:\n");
        for (const QString& name : names.first(std::min<qsizetype>(names.size(), 14)))
            std::printf("  %5.2f %%  %5.0f  %s\n", 100 * m_costs[name].seconds / seconds, m_costs[name].count / seconds,
                        qPrintable(name));
    }

    bool counting = false;

private:
    struct Cost {
        double seconds = 0;
        int count = 0;
    };
    QHash<QString, Cost> m_costs;
    double m_within = 0;  // of the event that is handled now, what other events took
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Runs the event loop until the reply ends, then tells its speed.
double speedOf(Engine& engine, const std::function<void()>& begin) {
    QEventLoop loop;
    double speed = 0;
    QObject::connect(&engine, &Engine::finished, &loop, [&](qint64, const ReplyRecord& record) {
        speed = record.tokensPerSecond();
        loop.quit();
    });
    QObject::connect(&engine, &Engine::failed, &loop, &QEventLoop::quit);
    begin();
    loop.exec();
    return speed;
}

GenerationSettings settingsFor(quint32 tokens) {
    GenerationSettings settings;
    settings.randomSeed = false;
    settings.sampling.seed = 1;
    settings.longestReply = tokens;
    return settings;
}

// Loads the model and waits for it.
bool load(Engine& engine, const QString& path) {
    QEventLoop loop;
    QObject::connect(&engine, &Engine::loaded, &loop, [&] { loop.exit(0); });
    QObject::connect(&engine, &Engine::loadFailed, &loop, [&] { loop.exit(1); });
    engine.load({.path = path});
    return loop.exec() == 0;
}

}  // namespace

int main(int argc, char* argv[]) {
    Application application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) {
        std::fprintf(stderr, "usage: bench_window_generation MODEL.gguf [tokens] [rounds]\n");
        return 1;
    }
    const quint32 tokens = arguments.size() > 2 ? arguments[2].toUInt() : 400;
    const int rounds = std::max(1, arguments.size() > 3 ? arguments[3].toInt() : 7);
    const QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("settings.ini")));
    settings.setGeneration(settingsFor(tokens));
    ChatStore store(folder.filePath(QStringLiteral("chats.sqlite")));
    Engine engine;
    ChatController chats(&engine, &store);
    Theme theme;
    MainWindow window({&settings, &theme, &engine, &store, &chats});
    window.show();
    if (!load(engine, arguments[1])) {
        std::fprintf(stderr, "the model could not be loaded\n");
        return 1;
    }
    std::vector<double> shown, alone, ratios;
    double guiSeconds = 0, wallSeconds = 0;
    for (int round = 0; round <= rounds; round++) {
        // A reply id that the controller does not know: nothing shows it.
        engine.setDistributionWanted(false);
        const double without = speedOf(engine, [&] {
            engine.generate({.reply = -1,
                             .turns = {{QStringLiteral("user"), kQuestion}},
                             .begun = {},
                             .settings = settingsFor(tokens)});
        });
        engine.setDistributionWanted(true);
        const double cpu = threadSeconds();
        QElapsedTimer clock;
        clock.start();
        application.counting = round > 0;
        const double with = speedOf(engine, [&] {
            chats.newChat();
            chats.send(kQuestion);
        });
        application.counting = false;
        if (round == 0) continue;  // warms up
        alone.push_back(without);
        shown.push_back(with);
        ratios.push_back(with / without);
        guiSeconds += threadSeconds() - cpu;
        wallSeconds += static_cast<double>(clock.elapsed()) / 1000;
    }
    std::printf("engine alone %.1f tokens/s, in the window %.1f tokens/s; median ratio of %d pairs %.4f (goal: 0.97)\n",
                median(alone), median(shown), rounds, median(ratios));
    std::printf("the GUI thread took %.1f %% of one core\n", 100 * guiSeconds / wallSeconds);
    application.report(wallSeconds);
    return 0;
}
