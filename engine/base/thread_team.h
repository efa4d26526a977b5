#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <type_traits>

namespace monochord {

/// The threads that compute, over one oneTBB arena (no other file uses oneTBB). The calling thread is one of them.
/// Workers take over the floating-point control word of the thread that made the team: round to nearest, no flushing.
class ThreadTeam {
public:
    /// threads: at least 1; 0 asks for as many as this process may run on.
    explicit ThreadTeam(int threads);
    ~ThreadTeam();
    ThreadTeam(const ThreadTeam&) = delete;
    ThreadTeam& operator=(const ThreadTeam&) = delete;

    int size() const { return m_size; }

    /// Calls body(chunk) once for each of 0 … chunks − 1, in any order, on any of the threads, and returns when all are
    /// done. Once `stop` is requested, chunks that have not begun are left out.
    template <class Body>
    void run(size_t chunks, const std::stop_token& stop, Body&& body) {
        runErased(
            chunks, stop,
            [](void* object, size_t chunk) { (*static_cast<std::remove_reference_t<Body>*>(object))(chunk); }, &body);
    }

private:
    using Function = void (*)(void* object, size_t chunk);
    void runErased(size_t chunks, const std::stop_token& stop, Function function, void* object);

    struct Arena;
    std::unique_ptr<Arena> m_arena;
    int m_size;
};

}  // namespace monochord
