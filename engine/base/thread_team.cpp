#include "base/thread_team.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <chrono>
#include <thread>
#include <vector>

namespace monochord {

namespace {

constexpr uint64_t kJob = uint64_t{1} << 32;

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

ThreadTeam::ThreadTeam(int threads) : m_size(threads > 0 ? threads : tbb::info::default_concurrency()) {
    if (m_size > 1) m_arena = std::make_unique<Arena>(m_size);
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
    if (m_together) return post(chunks, stop, function, object);
    m_arena->arena.execute([&] { tbb::parallel_for(size_t{0}, chunks, one, tbb::simple_partitioner()); });
}

/// The caller of together() posts a job, works on it with the others and waits for what they have begun.
void ThreadTeam::post(size_t chunks, const std::stop_token& stop, Function function, void* object) {
    m_function.store(function, std::memory_order_relaxed);
    m_object.store(object, std::memory_order_relaxed);
    m_stop.store(&stop, std::memory_order_relaxed);
    m_chunks.store(chunks, std::memory_order_relaxed);
    m_posted += chunks;
    m_state.store((m_state.load(std::memory_order_relaxed) / kJob + 1) * kJob + chunks);
    if (m_sleepers.load() != 0) m_state.notify_all();
    work();
    Patience patience;
    while (m_done.load(std::memory_order_acquire) != m_posted)
        if (!patience.wait()) std::this_thread::sleep_for(std::chrono::microseconds(50));
}

/// Claims chunks of the posted job until all are claimed; the state that says so.
uint64_t ThreadTeam::work() {
    uint64_t state = m_state.load(std::memory_order_acquire);
    while (state % kJob != 0) {
        const Function function = m_function.load(std::memory_order_relaxed);
        void* const object = m_object.load(std::memory_order_relaxed);
        const std::stop_token* const stop = m_stop.load(std::memory_order_relaxed);
        const size_t chunk = m_chunks.load(std::memory_order_relaxed) - state % kJob;
        if (!m_state.compare_exchange_weak(state, state - 1, std::memory_order_acq_rel, std::memory_order_acquire))
            continue;
        // This chunk was not claimed until now, so the job was the same from the state's reading on.
        if (!stop->stop_requested()) function(object, chunk);
        m_done.fetch_add(1, std::memory_order_release);
        state = m_state.load(std::memory_order_acquire);
    }
    return state;
}

void ThreadTeam::serve() {
    Patience patience;
    uint64_t before = ~uint64_t{0};
    while (!m_closed.load(std::memory_order_acquire)) {
        const uint64_t state = work();
        if (state != before) patience = {};
        before = state;
        if (patience.wait()) continue;
        m_sleepers.fetch_add(1);
        m_state.wait(state);
        m_sleepers.fetch_sub(1);
    }
}

/// No more jobs; those that sleep wake up.
void ThreadTeam::close() {
    m_together = false;
    m_closed.store(true, std::memory_order_release);
    m_state += kJob;
    m_state.notify_all();
}

void ThreadTeam::togetherErased(Function function, void* object) {
    if (!m_arena || m_together) return function(object, 0);
    struct Closing {
        ThreadTeam& team;
        ~Closing() { team.close(); }  // also if the body throws
    };
    m_closed = false;
    m_together = true;
#if defined(__SANITIZE_THREAD__)  // which does not see how oneTBB synchronises
    std::vector<std::jthread> others;
    for (int i = 1; i < m_size; i++) others.emplace_back([this] { serve(); });
    const Closing closing{*this};
    function(object, 0);
#else
    m_arena->arena.execute([&] {
        tbb::task_group others;
        for (int i = 1; i < m_size; i++) others.run([this] { serve(); });
        {
            const Closing closing{*this};
            function(object, 0);
        }
        others.wait();
    });
#endif
}

}  // namespace monochord
