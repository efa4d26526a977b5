#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QTest>
#include <cerrno>
#include <cstdio>
#include <stop_token>

#include "monochord/convert.h"
#include "monochord/quantize.h"
#include "support/hf_folder.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

/// What the system's calls that write a file do while a test watches them.
struct Disk {
    int calls = 0;          // so far
    int fullAt = 0;         // the call that finds no room, and so do all after it; 0: none
    int stopAt = 0;         // the call at which the person stops; 0: none
    bool watched = false;   // false: these are other files
    bool reserves = true;   // false: a file system that can't take room in advance
    std::stop_source stop;  // of the person

    /// True where the call shall fail.
    bool meets() {
        if (!watched) return false;
        if (++calls == stopAt) stop.request_stop();
        return fullAt > 0 && calls >= fullAt;
    }
};

Disk& disk() {
    static Disk state;
    return state;
}

int failed(int error) {
    errno = error;
    return -1;
}

}  // namespace

// The engine is a part of this program, and so it calls these in place of the system library's.
extern "C" {
ssize_t write(int file, const void* bytes, size_t count) {
    if (file > STDERR_FILENO && disk().meets()) return failed(ENOSPC);
    return syscall(SYS_write, file, bytes, count);
}
int fallocate(int file, int mode, off_t offset, off_t length) {
    if (disk().watched && !disk().reserves) return failed(EOPNOTSUPP);
    return disk().meets() ? failed(ENOSPC) : static_cast<int>(syscall(SYS_fallocate, file, mode, offset, length));
}
int fsync(int file) {
    return disk().meets() ? failed(ENOSPC) : static_cast<int>(syscall(SYS_fsync, file));
}
int rename(const char* from, const char* to) noexcept {
    return disk().meets() ? failed(ENOSPC) : static_cast<int>(syscall(SYS_rename, from, to));
}
}

/// A disk that is full, and a person who stops, at every call that writes a model.
class TestWriteFailures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { writeSmallModel(m_folder); }
    void cleanup() const;
    void aFullDiskLeavesNothing_data() { operations(); }
    void aFullDiskLeavesNothing();
    void stoppingLeavesNothing_data() { operations(); }
    void stoppingLeavesNothing();

private:
    static void operations();
    /// Runs the operation of the row while the disk is as told.
    Result<void> run(int fullAt, int stopAt) const;
    bool isEmpty() const { return m_folder.filesBeside() == 0; }

    const HfFolder m_folder;
    const TemporaryFile m_model{TinyModel().build().build()};
};

void TestWriteFailures::operations() {
    QTest::addColumn<bool>("converts");
    QTest::addColumn<int>("files");
    QTest::addColumn<bool>("reserves");
    QTest::newRow("convert") << true << 1 << true;
    QTest::newRow("convert to parts") << true << 3 << true;
    QTest::newRow("convert where no room is taken in advance") << true << 1 << false;
    QTest::newRow("quantize") << false << 1 << true;
    QTest::newRow("quantize to parts") << false << 2 << true;
    QTest::newRow("quantize to parts where no room is taken in advance") << false << 2 << false;
}

Result<void> TestWriteFailures::run(int fullAt, int stopAt) const {
    QFETCH(bool, converts);
    QFETCH(int, files);
    QFETCH(bool, reserves);
    disk() = {.fullAt = fullAt, .stopAt = stopAt, .watched = true, .reserves = reserves, .stop = {}};
    const std::stop_token stop = disk().stop.get_token();
    Result<void> done;
    if (converts)
        done = convertModel(m_folder.path(), m_folder.out(),
                            {.type = "F32", .splitSize = files == 1 ? 0u : 48000u, .stop = stop});
    else if (const auto made = quantizeModel(m_model.path(), m_folder.out(), "Q8_0",
                                             {.threads = 1, .splitSize = files == 1 ? 0u : 60000u, .stop = stop});
             !made)
        done = tl::unexpected(made.error());
    disk().watched = false;
    return done;
}

void TestWriteFailures::cleanup() const {
    for (const auto& entry : std::filesystem::directory_iterator(m_folder.out().parent_path()))
        if (entry.is_regular_file()) std::filesystem::remove(entry);
}

void TestWriteFailures::aFullDiskLeavesNothing() {
    QFETCH(int, files);
    QVERIFY(run(0, 0).has_value());
    QCOMPARE(m_folder.filesBeside(), files);
    const int calls = disk().calls;
    QVERIFY2(calls >= 4 * files, QByteArray::number(calls));
    cleanup();
    // The last call is for the folder, after a whole file has its name: what it says is not listened to.
    for (int call = 1; call < calls; call++) {
        const auto done = run(call, 0);
        QVERIFY2(!done && done.error().code == ErrorCode::NotReadable, QByteArray::number(call));
        QVERIFY2(done.error().message == "the file can't be written: No space left on device",
                 done.error().message.c_str());
        QVERIFY2(isEmpty(), QByteArray::number(call));
    }
}

void TestWriteFailures::stoppingLeavesNothing() {
    QFETCH(int, files);
    int stopped = 0;
    for (int call = 1;; call++) {
        const auto done = run(0, call);
        if (done) {  // too late: it is whole
            QCOMPARE(m_folder.filesBeside(), files);
            break;
        }
        QVERIFY2(done.error().code == ErrorCode::Cancelled && isEmpty(), done.error().message.c_str());
        stopped++;
    }
    QVERIFY2(stopped >= 2 * files, QByteArray::number(stopped));
}

QTEST_GUILESS_MAIN(TestWriteFailures)
#include "test_write_failures.moc"
