#include "base/control_group.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "monochord/system.h"

using namespace monochord;

namespace {

/// A folder that looks like /sys/fs/cgroup.
class Groups {
public:
    void write(const QString& path, const QByteArray& text) {
        const QString name = m_folder.filePath(path);
        QDir().mkpath(QFileInfo(name).path());
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    std::optional<uint64_t> left(std::string_view membership) const {
        return leftInControlGroups(membership, m_folder.path().toStdString());
    }

private:
    QTemporaryDir m_folder;
};

}  // namespace

class TestControlGroup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void limitLessWhatIsUsed() {
        Groups groups;
        groups.write("app/memory.max", "1000\n");
        groups.write("app/memory.current", "700\n");
        groups.write("app/memory.stat", "anon 500\nactive_file 150\nfile 200\ninactive_file 50\n");
        QCOMPARE(groups.left("0::/app\n"), std::optional<uint64_t>(500));
    }
    void groupAboveCountsToo() {
        Groups groups;
        groups.write("user/memory.max", "300\n");
        groups.write("user/memory.current", "100\n");
        groups.write("user/app/memory.max", "1000\n");
        groups.write("user/app/memory.current", "100\n");
        QCOMPARE(groups.left("0::/user/app\n"), std::optional<uint64_t>(200));
    }
    void versionOneHasOtherNames() {
        Groups groups;
        groups.write("memory/app/memory.limit_in_bytes", "1000\n");
        groups.write("memory/app/memory.usage_in_bytes", "900\n");
        groups.write("memory/app/memory.stat", "total_inactive_file 100\n");
        QCOMPARE(groups.left("9:cpu,memory:/app\n4:pids:/\n0::/\n"), std::optional<uint64_t>(200));
    }
    void noLimitIsNothing() {
        Groups groups;
        groups.write("app/memory.max", "max\n");
        groups.write("app/memory.current", "700\n");
        QCOMPARE(groups.left("0::/app\n"), std::nullopt);
        QCOMPARE(groups.left(""), std::nullopt);
        QCOMPARE(groups.left("odd"), std::nullopt);
    }
    void moreUsedThanTheLimitLeavesNothing() {
        Groups groups;
        groups.write("memory.max", "100\n");
        groups.write("memory.current", "700\n");
        QCOMPARE(groups.left("0::/somewhere/outside\n"), std::optional<uint64_t>(0));
    }
    void thisProcessHasMemory() {
        const uint64_t before = currentResidentMemory();
        const std::vector<char> taken(64 << 20, 'x');
        QVERIFY(currentResidentMemory() >= before + (60 << 20));
        QVERIFY(currentResidentMemory() <= peakResidentMemory() + (1 << 20));
        QVERIFY(availableMemory().value_or(0) > 0);
    }
};

QTEST_APPLESS_MAIN(TestControlGroup)
#include "test_control_group.moc"
