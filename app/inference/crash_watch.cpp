#include "inference/crash_watch.h"

namespace monochord::app {

namespace {

constexpr int kTooMany = 2;

}  // namespace

CrashWatch::CrashWatch(Engine* engine, Settings* settings, QObject* parent) : QObject(parent), m_settings(settings) {
    const QString crashed = settings->modelInUse();
    if (!crashed.isEmpty()) settings->setCrashes(crashed, settings->crashes(crashed) + 1);
    settings->setModelInUse({});
    connect(engine, &Engine::stateChanged, this, [this, engine](Engine::State state) {
        if (state == Engine::State::Generating && engine->model())
            m_settings->setModelInUse(engine->model()->path);
        else if (state != Engine::State::Loading)
            m_settings->setModelInUse({});
    });
    connect(engine, &Engine::finished, this, [this](qint64, const ReplyRecord& record) {
        if (record.replyTokens > 0) m_settings->setCrashes(record.modelPath, 0);
    });
}

CrashWatch::~CrashWatch() {
    m_settings->setModelInUse({});
}

bool CrashWatch::isSuspect(const QString& model) const {
    return m_settings->crashes(model) >= kTooMany;
}

void CrashWatch::loading(const QString& model) {
    m_settings->setModelInUse(model);
}

}  // namespace monochord::app
