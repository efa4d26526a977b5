#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
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

    /// Within together(), thread i begins with the chunks shareBegin(i) … shareBegin(i + 1) − 1 of a job, in this
    /// order, and goes on with what others have left.
    size_t shareBegin(size_t chunks, size_t thread) const { return chunks * thread / static_cast<size_t>(m_size); }
    /// The thread whose share has this chunk.
    size_t shareOf(size_t chunks, size_t chunk) const {
        return ((chunk + 1) * static_cast<size_t>(m_size) - 1) / chunks;
    }

    /// Calls body(chunk) once for each of 0 … chunks − 1, in any order, on any of the threads, and returns when all are
    /// done. Once `stop` is requested, chunks that have not begun are left out. From one thread at a time; a body does
    /// not call it.
    template <class Body>
    void run(size_t chunks, const std::stop_token& stop, Body&& body) {
        runErased(chunks, stop, functionOf<Body>(), &body);
    }

    /// Calls body() on this thread and keeps the others at hand meanwhile: a run() within it costs well below a
    /// microsecond, where on its own it wakes threads. Those that find nothing to do wait for a moment, then give way
    /// to other processes, then sleep.
    template <class Body>
    void together(Body&& body) {
        togetherErased([](void* object, size_t) { (*static_cast<std::remove_reference_t<Body>*>(object))(); }, &body);
    }

private:
    struct Arena;
    struct Share;  // of the chunks of a job: what one thread computes, unless others have nothing left
    using Function = void (*)(void* object, size_t chunk);
    template <class Body>
    static Function functionOf() {
        return [](void* object, size_t chunk) { (*static_cast<std::remove_reference_t<Body>*>(object))(chunk); };
    }
    void runErased(size_t chunks, const std::stop_token& stop, Function function, void* object);
    void togetherErased(Function function, void* object);
    void close();
    void post(size_t first, size_t chunks, const std::stop_token& stop, Function function, void* object);
    void work(size_t own);
    void claim(Share& share, bool back);
    void serve(size_t own);

    std::unique_ptr<Arena> m_arena;
    std::unique_ptr<Share[]> m_shares;  // as many as there are threads
    int m_size;
    bool m_together = false;

    // The job that is posted: written while there is no chunk to claim, read before a claim that fails if the job is
    // another by then.
    std::atomic<Function> m_function = nullptr;
    std::atomic<void*> m_object = nullptr;
    std::atomic<const std::stop_token*> m_stop = nullptr;
    std::atomic<size_t> m_first = 0;
    alignas(64) std::atomic<uint32_t> m_job = 0;   // number of the job
    alignas(64) std::atomic<uint64_t> m_done = 0;  // chunks of all jobs
    alignas(64) std::atomic<uint32_t> m_sleepers = 0;
    std::atomic<bool> m_closed = true;  // no more jobs
    uint64_t m_posted = 0;              // chunks of all jobs
};

}  // namespace monochord
