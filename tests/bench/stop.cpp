// How long it takes from stop() until nothing is computed any more, while a model is loaded, a prompt is read and a
// reply is written: the signal of the end has arrived and all other threads sleep. 100 random moments of each. usage:
// bench_stop MODEL.gguf [tries, default 100]
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QRandomGenerator>
#include <QThread>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

#include "inference/engine.h"

using namespace monochord::app;

namespace {

/// Runs the event loop until `done`. False: a minute has gone.
bool until(const std::function<bool()>& done) {
    const QDeadlineTimer deadline(60'000);
    while (!done() && !deadline.hasExpired()) {
        QCoreApplication::processEvents(QEventLoop::AllEvents);
        if (!done()) QThread::usleep(100);
    }
    return done();
}

/// Whether no thread of this process but the calling one runs or wants to: their states in /proc.
bool othersSleep() {
    const QString own = QString::number(QCoreApplication::applicationPid());
    for (const QString& id : QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(QStringLiteral("/proc/self/task/%1/stat").arg(id));
        if (id == own || !file.open(QIODevice::ReadOnly)) continue;
        const QByteArray line = file.readAll();
        if (line.mid(line.lastIndexOf(')') + 2, 1) == "R") return false;
    }
    return true;
}

/// One engine, and what has ended in it.
class Measurement {
public:
    explicit Measurement(QString path) : m_path(std::move(path)) {
        const auto end = [this] { m_ended++; };
        QObject::connect(&m_engine, &Engine::loaded, &m_engine, end);
        QObject::connect(&m_engine, &Engine::loadFailed, &m_engine, end);
        QObject::connect(&m_engine, &Engine::finished, &m_engine, end);
        QObject::connect(&m_engine, &Engine::failed, &m_engine, end);
        QObject::connect(&m_engine, &Engine::promptProgress, &m_engine, [this] { m_reading = true; });
        QObject::connect(&m_engine, &Engine::textArrived, &m_engine, [this] { m_writing = true; });
    }
    bool load() {
        m_engine.load({.path = m_path});
        return ended() && m_engine.model();
    }
    /// Milliseconds from the call that stops until idle; nothing where it was over before.
    std::optional<double> loading(double moment) {
        m_engine.load({.path = m_path});
        return stopAfter(moment, [this] { m_engine.cancelLoad(); });
    }
    std::optional<double> prompt(double moment) {
        generate(QStringLiteral("The quick brown fox jumps over the lazy dog. ").repeated(500));
        until([this] { return m_reading || m_ended > m_before; });
        return stopAfter(moment, [this] { m_engine.stop(); });
    }
    std::optional<double> reply(double moment) {
        generate(QStringLiteral("Write a long story about a lighthouse keeper and the sea."));
        until([this] { return m_writing || m_ended > m_before; });
        return stopAfter(moment, [this] { m_engine.stop(); });
    }

private:
    bool ended() {
        return until([this] { return m_ended > m_before; }) && (m_before = m_ended, true);
    }
    void generate(const QString& text) {
        m_reading = m_writing = false;
        GenerationRequest request;
        request.reply = ++m_replies;
        // Another beginning each time, so that nothing was computed before.
        request.turns = {{QStringLiteral("user"), QString::number(m_replies) + u' ' + text}};
        request.settings.longestReply = 0;
        m_engine.generate(request);
    }
    std::optional<double> stopAfter(double moment, const std::function<void()>& stop) {
        QElapsedTimer timer;
        timer.start();
        until([&] { return static_cast<double>(timer.nsecsElapsed()) / 1e6 >= moment || m_ended > m_before; });
        const bool over = m_ended > m_before;
        timer.start();
        stop();
        if (!ended()) return {};
        while (!othersSleep()) QThread::usleep(100);
        return over ? std::optional<double>() : static_cast<double>(timer.nsecsElapsed()) / 1e6;
    }

    QString m_path;
    Engine m_engine;
    int m_ended = 0, m_before = 0;
    qint64 m_replies = 0;
    bool m_reading = false, m_writing = false;
};

/// At random moments within the first `longest` milliseconds of a phase.
void measure(const char* name, int tries, double longest, const std::function<std::optional<double>(double)>& phase) {
    std::vector<double> times;
    for (int started = 0; static_cast<int>(times.size()) < tries && started < 10 * tries; started++)
        if (const auto time = phase(QRandomGenerator::global()->generateDouble() * longest)) times.push_back(*time);
    if (times.empty()) return void(std::printf("%-8s was over before it could be stopped\n", name));
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf("%-8s %3zu stops, to idle: median %5.1f ms, 99th of 100 %5.1f ms, longest %5.1f ms (goal: 50 ms)\n",
                name, times.size(), at(0.5), at(0.99), times.back());
}

}  // namespace

int main(int argc, char* argv[]) {
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) {
        std::fprintf(stderr, "usage: bench_stop MODEL.gguf [tries]\n");
        return 1;
    }
    const int tries = std::max(1, arguments.size() > 2 ? arguments[2].toInt() : 100);
    Measurement measurement(arguments[1]);
    double opening = 1e9;
    for (int i = 0; i < 5; i++) {
        QElapsedTimer timer;
        timer.start();
        if (!measurement.load()) {
            std::fprintf(stderr, "the model could not be loaded\n");
            return 1;
        }
        opening = std::min(opening, static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    measure("loading", tries, opening, [&](double moment) { return measurement.loading(moment); });
    measure("prompt", tries, 2000, [&](double moment) { return measurement.prompt(moment); });
    measure("reply", tries, 1000, [&](double moment) { return measurement.reply(moment); });
    return 0;
}
