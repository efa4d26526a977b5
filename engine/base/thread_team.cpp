#include "base/thread_team.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace monochord {

namespace {

// What is left of a share: number of the job · 2³² + the first chunk · 2¹⁶ + the chunk behind the last.
constexpr uint64_t kJob = uint64_t{1} << 32, kBegin = uint64_t{1} << 16;
constexpr size_t kMostChunks = kBegin - 1;

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Waiting that gets lazier: some 30 µs at full attention, then giving way to others.
class Patience {
public:
    /// False once it is time to sleep.
    bool wait() {
        m_rounds++;
        if (m_rounds > kAwake + kGivingWay) return false;
        if (m_rounds <= kAwake)
            pause();
        else
            std::this_thread::yield();
        return true;
    }

private:
    static constexpr int kAwake = 1000, kGivingWay = 200;
    int m_rounds = 0;
};

}  // namespace

struct ThreadTeam::Arena {
    explicit Arena(int threads)
        : allowed(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(threads)), arena(threads) {}
    tbb::global_control allowed;  // lets a team be larger than the machine, for tests of determinism
    tbb::task_arena arena;
};

struct ThreadTeam::Share {
    alignas(64) std::atomic<uint64_t> state = 0;
};

ThreadTeam::ThreadTeam(int threads) : m_size(threads > 0 ? threads : tbb::info::default_concurrency()) {
    if (m_size <= 1) return;
    m_arena = std::make_unique<Arena>(m_size);
    m_shares = std::make_unique<Share[]>(static_cast<size_t>(m_size));
}

ThreadTeam::~ThreadTeam() = default;

void ThreadTeam::runErased(size_t chunks, const std::stop_token& stop, Function function, void* object) {
    const auto one = [&](size_t chunk) {
        if (!stop.stop_requested()) function(object, chunk);
    };
    if (!m_arena || chunks <= 1) {
        for (size_t chunk = 0; chunk < chunks; chunk++) one(chunk);
        return;
    }
    if (m_together) {
        for (size_t first = 0; first < chunks; first += kMostChunks)
            post(first, std::min(kMostChunks, chunks - first), stop, function, object);
        return;
    }
#if defined(__SANITIZE_THREAD__)  // which does not see how oneTBB synchronises
    together([&] { runErased(chunks, stop, function, object); });
#else
    m_arena->arena.execute([&] { tbb::parallel_for(size_t{0}, chunks, one, tbb::simple_partitioner()); });
#endif
}

/// The caller of together() posts a job, works on it with the others and waits for what they have begun.
void ThreadTeam::post(size_t first, size_t chunks, const std::stop_token& stop, Function function, void* object) {
    m_function.store(function, std::memory_order_relaxed);
    m_object.store(object, std::memory_order_relaxed);
    m_stop.store(&stop, std::memory_order_relaxed);
    m_first.store(first, std::memory_order_relaxed);
    m_posted += chunks;
    const uint32_t job = m_job.load(std::memory_order_relaxed) + 1;
    const size_t shares = static_cast<size_t>(m_size);
    for (size_t i = 0; i < shares; i++)
        m_shares[i].state.store(job * kJob | shareBegin(chunks, i) * kBegin | shareBegin(chunks, i + 1),
                                std::memory_order_release);
    m_job.store(job);
    if (m_sleepers.load() != 0) m_job.notify_all();
    work(0);
    Patience patience;
    while (m_done.load(std::memory_order_acquire) != m_posted)
        if (!patience.wait()) std::this_thread::sleep_for(std::chrono::microseconds(50));
}

/// Claims chunks of a share until all are claimed: its first ones, as they follow one another in memory, or its last.
void ThreadTeam::claim(Share& share, bool last) {
    uint64_t state = share.state.load(std::memory_order_acquire);
    for (;;) {
        const uint64_t begin = state / kBegin % kBegin, end = state % kBegin;
        if (begin == end) return;
        const Function function = m_function.load(std::memory_order_relaxed);
        void* const object = m_object.load(std::memory_order_relaxed);
        const std::stop_token* const stop = m_stop.load(std::memory_order_relaxed);
        const size_t chunk = m_first.load(std::memory_order_relaxed) + (last ? end - 1 : begin);
        if (!share.state.compare_exchange_weak(state, last ? state - 1 : state + kBegin, std::memory_order_acq_rel,
                                               std::memory_order_acquire))
            continue;
        // This chunk was not claimed until now, so the job was the same from the state's reading on.
        if (!stop->stop_requested()) function(object, chunk);
        m_done.fetch_add(1, std::memory_order_release);
        state = share.state.load(std::memory_order_acquire);
    }
}

void ThreadTeam::work(size_t own) {
    claim(m_shares[own], false);
    for (size_t i = 1; i < static_cast<size_t>(m_size); i++)
        claim(m_shares[(own + i) % static_cast<size_t>(m_size)], true);
}

void ThreadTeam::serve(size_t own) {
    Patience patience;
    uint32_t before = m_job.load(std::memory_order_acquire);
    work(own);
    while (!m_closed.load(std::memory_order_acquire)) {
        const uint32_t job = m_job.load(std::memory_order_acquire);
        if (job != before) {
            work(own);
            patience = {};
            before = job;
        } else if (!patience.wait()) {
            m_sleepers.fetch_add(1);
            m_job.wait(job);
            m_sleepers.fetch_sub(1);
        }
    }
}

/// No more jobs; those that sleep wake up.
void ThreadTeam::close() {
    m_together = false;
    m_closed.store(true, std::memory_order_release);
    m_job++;
    m_job.notify_all();
}

void ThreadTeam::togetherErased(Function function, void* object) {
    if (!m_arena || m_together) return function(object, 0);
    struct Closing {
        ThreadTeam& team;
        ~Closing() { team.close(); }  // also if the body throws
    };
    m_closed = false;
    m_together = true;
#if defined(__SANITIZE_THREAD__)
    std::vector<std::jthread> others;
    for (int i = 1; i < m_size; i++) others.emplace_back([this, i] { serve(static_cast<size_t>(i)); });
    const Closing closing{*this};
    function(object, 0);
#else
    m_arena->arena.execute([&] {
        tbb::task_group others;
        for (int i = 1; i < m_size; i++) others.run([this, i] { serve(static_cast<size_t>(i)); });
        {
            const Closing closing{*this};
            function(object, 0);
        }
        others.wait();
    });
#endif
}

}  // namespace monochord
