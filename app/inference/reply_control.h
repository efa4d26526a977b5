#pragma once

#include <mutex>
#include <stop_token>

#include "monochord/session.h"

namespace monochord::app {

/// What reaches a reply without the worker's event loop: made with the request, held by both threads, so that stopping
/// and moving a slider count whether the reply is waiting, running or over. Any thread unless said otherwise.
class ReplyControl final {
public:
    explicit ReplyControl(const SamplingSettings& sampling) : m_sampling(sampling) {}
    ReplyControl(const ReplyControl&) = delete;
    ReplyControl& operator=(const ReplyControl&) = delete;

    void stop() { m_stop.request_stop(); }
    std::stop_token stopToken() const { return m_stop.get_token(); }

    /// The seed stays the reply's own.
    void setSampling(SamplingSettings sampling) {
        const std::lock_guard lock(m_mutex);
        sampling.seed = m_sampling.seed;
        m_sampling = sampling;
        if (m_session) m_session->setSampling(m_sampling);
    }
    SamplingSettings sampling() const {
        const std::lock_guard lock(m_mutex);
        return m_sampling;
    }
    void setSeed(uint64_t seed) {
        const std::lock_guard lock(m_mutex);
        m_sampling.seed = seed;
    }

    /// The worker: from now on the session draws with the newest settings. It hears of them once it generates.
    void attach(InferenceSession& session) {
        const std::lock_guard lock(m_mutex);
        m_session = &session;
        session.setSampling(m_sampling);
    }
    /// The worker, before the session may go.
    void detach() {
        const std::lock_guard lock(m_mutex);
        m_session = nullptr;
    }

private:
    std::stop_source m_stop;
    mutable std::mutex m_mutex;  // guards what follows
    SamplingSettings m_sampling;
    InferenceSession* m_session = nullptr;
};

}  // namespace monochord::app
