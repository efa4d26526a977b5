#pragma once

#include <qfloat16.h>  // QCOMPARE asks whether JSON converts to it

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTest>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace monochord::test {

using Json = nlohmann::ordered_json;

/// How a run of monochord-cli ended, and what it printed.
struct CliRun {
    int exitCode = -1;  ///< -1: it crashed or was killed
    bool timedOut = false;
    QByteArray out, err;

    /// Exit status 1, nothing on standard output, and one printable line on standard error.
    bool isOneComplaint() const;
    /// For messages of failed tests.
    QByteArray summary() const;
};

/// Runs the program that $MONOCHORD_CLI names, gives it the input and waits for its end.
CliRun runCli(const QStringList& arguments, const QByteArray& input = {});

/// The answers of a --jsonl command (appended to the arguments), one a request; empty, with a warning, when the program
/// failed or answered another number of lines.
std::vector<Json> askCli(QStringList arguments, const std::vector<Json>& requests);

/// The object that a command with --json (appended) prints; null, with a warning, when it failed.
Json cliJson(QStringList arguments);

/// A program that is still running while the test does something to its surroundings.
class CliSession {
public:
    explicit CliSession(const QStringList& arguments);
    ~CliSession();
    CliSession(const CliSession&) = delete;
    CliSession& operator=(const CliSession&) = delete;

    void write(const QByteArray& bytes);
    /// One line of standard output, without the line break; null at its end.
    QByteArray readLine();
    /// Waits for anything on standard output.
    bool waitForOutput();
    /// Waits until standard error has said `text`.
    bool waitForError(const QByteArray& text);
    Json ask(const Json& request);
    void interrupt();  ///< Ctrl+C
    /// Ends the input and waits; out and err hold what was not read before.
    CliRun finish();

private:
    QProcess m_process;
    QByteArray m_err;
};

/// Path of a committed model, tests/data/llama/NAME.gguf, and the expected results beside it.
QString smallModel(const char* name);
Json expectedResults(const char* name);
QString toQt(const std::filesystem::path& path);
Json jsonFile(const std::filesystem::path& path);
QByteArray fileBytes(const QString& path);

}  // namespace monochord::test

/// What QCOMPARE shows.
template <>
inline char* QTest::toString(const monochord::test::Json& json) {
    return qstrdup(json.dump().substr(0, 400).c_str());
}

/// Skips the test where the starter model is absent, and fails it where packaging/test.sh promised one.
#define STARTER_MODEL_OR_SKIP(variable)                                                             \
    const auto variable##Path = monochord::test::starterModel();                                    \
    if (!variable##Path && monochord::test::modelsRequired()) QFAIL("the starter model is absent"); \
    if (!variable##Path) QSKIP("the starter model is absent");                                      \
    const QString variable = monochord::test::toQt(*variable##Path)
