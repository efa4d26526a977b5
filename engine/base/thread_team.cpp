#include "base/thread_team.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace monochord {

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
    m_arena->arena.execute([&] { tbb::parallel_for(size_t{0}, chunks, one, tbb::simple_partitioner()); });
}

}  // namespace monochord
