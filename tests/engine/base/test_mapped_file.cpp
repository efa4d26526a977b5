#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTest>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_file.h"

using namespace monochord;
using monochord::test::TemporaryFile;

namespace {

const std::string kLetters(1 << 20, 'x');

std::unique_ptr<MappedFile> openOrFail(const std::filesystem::path& path) {
    auto file = MappedFile::open(path);
    return file ? std::move(*file) : nullptr;
}

/// Reads every page.
uint64_t sum(const MappedFile& file) {
    uint64_t total = 0;
    for (size_t i = 0; i < file.bytes().size(); i += 512) total += std::to_integer<uint64_t>(file.bytes()[i]);
    return total;
}

ErrorCode codeOf(const std::filesystem::path& path) {
    const auto file = MappedFile::open(path);
    return file ? ErrorCode::Cancelled : file.error().code;  // Cancelled: was opened
}

/// Runs `deed` in a child and gives the signal that ended it, or 0.
template <class Deed>
int signalOf(const Deed& deed) {
    const pid_t child = fork();
    if (child == 0) {
        deed();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

class TestMappedFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAFile();
    void outlivesTheNameOfTheFile();
    void refusesWhatIsNoFile();
    void refusesAnEmptyFile();
    void doesNotWaitForAPipe();
    void survivesAShrinkingFile();
    void touchingFindsTheHole();
    void touchingBringsIntoMemory();
    void releasedPagesAreReadAgain();
    void survivesAShrinkingFileInManyThreads();
    void damageStaysWithItsFile();
    void refusesTooManyFiles();
    void passesOtherFaultsOn();
};

void TestMappedFile::readsAFile() {
    const TemporaryFile temporary("hello");
    const auto file = openOrFail(temporary.path());
    QVERIFY(file);
    QCOMPARE(file->bytes().size(), size_t{5});
    QVERIFY(std::memcmp(file->bytes().data(), "hello", 5) == 0);
    QVERIFY(!file->damaged());
}

void TestMappedFile::outlivesTheNameOfTheFile() {
    const TemporaryFile temporary(kLetters);
    const auto file = openOrFail(temporary.path());
    std::filesystem::remove(temporary.path());
    QCOMPARE(sum(*file), kLetters.size() / 512 * 'x');
    QVERIFY(!file->damaged());
}

void TestMappedFile::refusesWhatIsNoFile() {
    QCOMPARE(codeOf("/nonexistent/file"), ErrorCode::NotFound);
    QCOMPARE(codeOf(""), ErrorCode::NotFound);
    QCOMPARE(codeOf("/dev/null/below"), ErrorCode::NotFound);
    QCOMPARE(codeOf(std::filesystem::temp_directory_path()), ErrorCode::NotReadable);
    QCOMPARE(codeOf("/dev/zero"), ErrorCode::NotReadable);
    const TemporaryFile link;
    std::filesystem::remove(link.path());
    std::filesystem::create_symlink(link.path(), link.path());
    QCOMPARE(codeOf(link.path()), ErrorCode::NotReadable);
}

void TestMappedFile::refusesAnEmptyFile() {
    QCOMPARE(codeOf(TemporaryFile().path()), ErrorCode::Truncated);
}

void TestMappedFile::doesNotWaitForAPipe() {
    const TemporaryFile temporary;
    std::filesystem::remove(temporary.path());
    QCOMPARE(mkfifo(temporary.path().c_str(), 0600), 0);
    QCOMPARE(codeOf(temporary.path()), ErrorCode::NotReadable);
}

void TestMappedFile::survivesAShrinkingFile() {
    const TemporaryFile temporary(kLetters);
    const auto file = openOrFail(temporary.path());
    std::filesystem::resize_file(temporary.path(), 8192);
    QCOMPARE(sum(*file), uint64_t{8192 / 512 * 'x'});
    QVERIFY(file->damaged());
    QCOMPARE(sum(*file), uint64_t{8192 / 512 * 'x'});
}

void TestMappedFile::touchingFindsTheHole() {
    const TemporaryFile temporary(kLetters);
    const auto file = openOrFail(temporary.path());
    file->announce(5000, kLetters.size() - 5000);
    file->touch(5000, kLetters.size() - 5000);
    QVERIFY(!file->damaged());
    std::filesystem::resize_file(temporary.path(), 8192);
    file->announce(0, kLetters.size());
    file->touch(0, 8192);
    QVERIFY(!file->damaged());
    file->touch(0, kLetters.size());
    QVERIFY(file->damaged());
}

/// What lies behind the end of a file that grew was never written, and so is in no memory.
void TestMappedFile::touchingBringsIntoMemory() {
    const TemporaryFile temporary(kLetters);
    std::filesystem::resize_file(temporary.path(), 8u << 20);
    const auto file = openOrFail(temporary.path());
    QVERIFY(file->isInMemory(100, 8000));
    QVERIFY(!file->isInMemory(100, (8u << 20) - 100));
    file->touch(0, 8u << 20);
    QVERIFY(file->isInMemory(100, (8u << 20) - 100));
}

void TestMappedFile::releasedPagesAreReadAgain() {
    const TemporaryFile temporary(kLetters);
    const auto file = openOrFail(temporary.path());
    const uint64_t before = sum(*file);
    file->release(0, kLetters.size());
    file->release(100, 200);  // no whole page
    QCOMPARE(sum(*file), before);
}

void TestMappedFile::survivesAShrinkingFileInManyThreads() {
    const TemporaryFile temporary(kLetters);
    const auto file = openOrFail(temporary.path());
    std::filesystem::resize_file(temporary.path(), 0);
    std::vector<std::thread> threads;
    std::atomic<uint64_t> total = 0;
    for (int i = 0; i < 4; i++) threads.emplace_back([&] { total += sum(*file); });
    for (std::thread& thread : threads) thread.join();
    QCOMPARE(total.load(), uint64_t{0});
    QVERIFY(file->damaged());
}

void TestMappedFile::damageStaysWithItsFile() {
    const TemporaryFile first(kLetters), second(kLetters);
    auto shrinking = openOrFail(first.path());
    const auto other = openOrFail(second.path());
    std::filesystem::resize_file(first.path(), 0);
    QCOMPARE(sum(*shrinking), uint64_t{0});
    QVERIFY(shrinking->damaged() && !other->damaged());
    shrinking.reset();
    const auto successor = openOrFail(second.path());
    QVERIFY(!successor->damaged());
    QCOMPARE(sum(*successor), kLetters.size() / 512 * 'x');
}

void TestMappedFile::refusesTooManyFiles() {
    const TemporaryFile temporary("x");
    std::vector<std::unique_ptr<MappedFile>> files;
    while (files.size() < 1000) {
        auto file = MappedFile::open(temporary.path());
        if (!file) break;
        files.push_back(std::move(*file));
    }
    QCOMPARE(files.size(), size_t{256});
    QCOMPARE(codeOf(temporary.path()), ErrorCode::NotReadable);
    files.pop_back();
    QVERIFY(openOrFail(temporary.path()));
}

void TestMappedFile::passesOtherFaultsOn() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizer was there before us: it reports the fault and exits");
#endif
    const TemporaryFile temporary("x");
    const auto file = openOrFail(temporary.path());
    const auto foreignFault = [] {
        const TemporaryFile hole;
        std::filesystem::resize_file(hole.path(), 1);
        const int descriptor = ::open(hole.path().c_str(), O_RDONLY);
        const auto* data = static_cast<const volatile char*>(mmap(nullptr, 1, PROT_READ, MAP_PRIVATE, descriptor, 0));
        std::filesystem::resize_file(hole.path(), 0);
        static_cast<void>(data[0]);
    };
    QCOMPARE(signalOf([] { raise(SIGBUS); }), SIGBUS);
    QCOMPARE(signalOf(foreignFault), SIGBUS);
    QCOMPARE(signalOf([&] { std::filesystem::resize_file(temporary.path(), 0), sum(*file); }), 0);
}

int main(int argc, char** argv) {
    QStringList arguments(argv, argv + argc);
    arguments << "-nocrashhandler";  // what faults are passed on to is then the system's default
    TestMappedFile test;
    return QTest::qExec(&test, arguments);
}

#include "test_mapped_file.moc"
