#include "support/cli.h"

#include <csignal>

#include <QElapsedTimer>
#include <QFile>

#include "support/paths.h"

namespace monochord::test {

namespace {

constexpr int kPatience = 240'000;  // milliseconds; only a hang, or a sanitizer on a busy machine, comes near

QString program() {
    return qEnvironmentVariable("MONOCHORD_CLI");
}

QByteArray requestLine(const Json& request) {
    return QByteArray::fromStdString(request.dump()) + '\n';
}

Json parse(const QByteArray& text) {
    return Json::parse(text.begin(), text.end(), nullptr, false);
}

}  // namespace

bool CliRun::isOneComplaint() const {
    if (exitCode != 1 || timedOut || !out.isEmpty()) return false;
    if (!err.startsWith("monochord-cli: ") || !err.endsWith('\n') || err.size() > 1000) return false;
    for (const char c : err.chopped(1))
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    return QString::fromUtf8(err).toUtf8() == err;
}

QByteArray CliRun::summary() const {
    return "exit " + QByteArray::number(exitCode) + (timedOut ? ", timed out" : "") + "\nout: " + out.left(400) +
           "\nerr: " + err.left(1200);
}

CliRun runCli(const QStringList& arguments, const QByteArray& input) {
    QProcess process;
    process.start(program(), arguments);
    CliRun run;
    if (!process.waitForStarted(kPatience)) {
        qWarning("%s can't be started", qPrintable(program()));
        return run;
    }
    process.write(input);
    process.closeWriteChannel();
    run.timedOut = !process.waitForFinished(kPatience);
    if (run.timedOut) {
        process.kill();
        process.waitForFinished(kPatience);
    } else if (process.exitStatus() == QProcess::NormalExit) {
        run.exitCode = process.exitCode();
    }
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

std::vector<Json> askCli(QStringList arguments, const std::vector<Json>& requests) {
    QByteArray input;
    for (const Json& request : requests) input += requestLine(request);
    const CliRun run = runCli(arguments << "--jsonl", input);
    std::vector<Json> answers;
    for (const QByteArray& line : run.out.split('\n'))
        if (!line.isEmpty()) answers.push_back(parse(line));
    if (run.exitCode == 0 && answers.size() == requests.size()) return answers;
    qWarning("%zu answers to %zu requests, %s", answers.size(), requests.size(), run.summary().constData());
    return {};
}

Json cliJson(QStringList arguments) {
    const CliRun run = runCli(arguments << "--json");
    if (run.exitCode == 0) return parse(run.out);
    qWarning("%s", run.summary().constData());
    return nullptr;
}

CliSession::CliSession(const QStringList& arguments) {
    m_process.start(program(), arguments);
    m_process.waitForStarted(kPatience);
}

CliSession::~CliSession() {
    if (m_process.state() == QProcess::NotRunning) return;
    m_process.kill();
    m_process.waitForFinished(kPatience);
}

void CliSession::write(const QByteArray& bytes) {
    m_process.write(bytes);
    m_process.waitForBytesWritten(kPatience);
}

QByteArray CliSession::readLine() {
    QElapsedTimer timer;
    timer.start();
    while (!m_process.canReadLine() && timer.elapsed() < kPatience)
        if (!m_process.waitForReadyRead(kPatience) && m_process.state() == QProcess::NotRunning) break;
    return m_process.canReadLine() ? m_process.readLine().chopped(1) : QByteArray();
}

bool CliSession::waitForOutput() {
    return m_process.bytesAvailable() > 0 || m_process.waitForReadyRead(kPatience);
}

bool CliSession::waitForError(const QByteArray& text) {
    m_process.setReadChannel(QProcess::StandardError);
    QElapsedTimer timer;
    timer.start();
    for (;;) {
        m_err += m_process.readAllStandardError();
        if (m_err.contains(text) || timer.elapsed() > kPatience) break;
        if (!m_process.waitForReadyRead(kPatience) && m_process.state() == QProcess::NotRunning) break;
    }
    m_process.setReadChannel(QProcess::StandardOutput);
    return m_err.contains(text);
}

Json CliSession::ask(const Json& request) {
    write(requestLine(request));
    return parse(readLine());
}

void CliSession::interrupt() {
    ::kill(static_cast<pid_t>(m_process.processId()), SIGINT);
}

CliRun CliSession::finish() {
    CliRun run;
    m_process.closeWriteChannel();
    run.timedOut = m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(kPatience);
    if (!run.timedOut && m_process.exitStatus() == QProcess::NormalExit) run.exitCode = m_process.exitCode();
    run.out = m_process.readAllStandardOutput();
    run.err = m_err + m_process.readAllStandardError();
    return run;
}

QString smallModel(const char* name) {
    return toQt(dataFile("llama") / name) + ".gguf";
}

Json expectedResults(const char* name) {
    return jsonFile(dataFile("llama") / (std::string(name) + ".json"));
}

QString toQt(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

Json jsonFile(const std::filesystem::path& path) {
    return parse(fileBytes(toQt(path)));
}

QByteArray fileBytes(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace monochord::test
