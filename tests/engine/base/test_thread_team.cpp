#include <QTest>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/thread_team.h"

using namespace monochord;

class TestThreadTeam : public QObject {
    Q_OBJECT
    static void sizes() {
        QTest::addColumn<int>("threads");
        for (const int threads : {1, 2, 3, 8}) QTest::addRow("%d", threads) << threads;
    }
    /// Jobs of 0 … 40 chunks, each of which adds its number to a place of its own: every chunk once, and all before the
    /// job is over.
    static bool everyChunkOnce(ThreadTeam& team, int jobs) {
        std::vector<size_t> sums(41);
        size_t expected = 0, sum = 0;
        for (int job = 0; job < jobs; job++) {
            const size_t chunks = static_cast<size_t>(job) % 41;
            team.run(chunks, {}, [&](size_t chunk) { sums[chunk] += chunk + 1; });
            expected += chunks * (chunks + 1) / 2;
            sum = 0;
            for (const size_t x : sums) sum += x;
            if (sum != expected) return false;
        }
        return true;
    }

private Q_SLOTS:
    void everyChunkIsDoneOnce_data() { sizes(); }
    void everyChunkIsDoneOnce() {
        QFETCH(int, threads);
        ThreadTeam team(threads);
        QVERIFY(everyChunkOnce(team, 500));
        bool right = false;
        team.together([&] { right = everyChunkOnce(team, 20'000); });
        QVERIFY(right);
        team.together([] {});
        QVERIFY(everyChunkOnce(team, 100));
    }

    void thereMayBeManyChunks() {
        ThreadTeam team(3);
        std::vector<char> done(200'000);
        team.together([&] { team.run(done.size(), {}, [&](size_t chunk) { done[chunk]++; }); });
        QCOMPARE(std::count(done.begin(), done.end(), 1), static_cast<std::ptrdiff_t>(done.size()));
    }

    void everyChunkIsInTheShareOfOneThread() {
        for (const int threads : {1, 2, 3, 8}) {
            const ThreadTeam team(threads);
            for (size_t chunks = 1; chunks < 40; chunks++)
                for (size_t chunk = 0; chunk < chunks; chunk++) {
                    const size_t thread = team.shareOf(chunks, chunk);
                    QVERIFY(thread < static_cast<size_t>(threads));
                    QVERIFY(team.shareBegin(chunks, thread) <= chunk && chunk < team.shareBegin(chunks, thread + 1));
                }
        }
    }

    void threadsThatSleepWakeUp_data() { sizes(); }
    void threadsThatSleepWakeUp() {
        QFETCH(int, threads);
        ThreadTeam team(threads);
        bool right = true;
        team.together([&] {
            for (int i = 0; i < 20; i++) {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                right = right && everyChunkOnce(team, 41);
            }
        });
        QVERIFY(right);
    }

    void stopLeavesOutWhatHasNotBegun_data() { sizes(); }
    void stopLeavesOutWhatHasNotBegun() {
        QFETCH(int, threads);
        ThreadTeam team(threads);
        std::stop_source stop;
        std::atomic<int> begun = 0;
        team.together([&] {
            team.run(1000, stop.get_token(), [&](size_t) {
                begun++;
                stop.request_stop();
            });
        });
        QVERIFY(begun >= 1 && begun <= threads);
    }

    void aThrowingBodyLeavesTheTeamUsable() {
        ThreadTeam team(3);
        QVERIFY_EXCEPTION_THROWN(team.together([] { throw std::runtime_error("no"); }), std::runtime_error);
        QVERIFY(everyChunkOnce(team, 100));
    }
};

QTEST_APPLESS_MAIN(TestThreadTeam)
#include "test_thread_team.moc"
