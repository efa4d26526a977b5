// What the window costs the engine: the speed of the same reply computed with the window showing it (scope and all) and
// by the engine alone, in turns, in one process.
// usage: bench_window_generation MODEL.gguf [tokens, default 400] [rounds, default 7]
#include <QApplication>
#include <QEventLoop>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>

#include "chat/chat_controller.h"
#include "core/settings.h"
#include "inference/engine.h"
#include "storage/chat_store.h"
#include "ui/main_window.h"
#include "ui/theme.h"

using namespace monochord::app;

namespace {

const QString kQuestion = QStringLiteral("Write a long story about a lighthouse keeper and the sea.");

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
    QApplication application(argc, argv);
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
        const double with = speedOf(engine, [&] {
            chats.newChat();
            chats.send(kQuestion);
        });
        if (round == 0) continue;  // warms up
        alone.push_back(without);
        shown.push_back(with);
        ratios.push_back(with / without);
    }
    std::printf("engine alone %.1f tokens/s, in the window %.1f tokens/s; median ratio of %d pairs %.4f (goal: 0.97)\n",
                median(alone), median(shown), rounds, median(ratios));
    return 0;
}
