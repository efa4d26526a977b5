#pragma once

#include <QString>

#include "monochord/kv_type.h"

namespace monochord::app {

/// How a model is loaded; kept for each model. Threads and instruction set change the speed alone.
struct LoadSettings {
    quint32 context = 0;                              ///< positions of the KV cache; 0: the engine's choice
    KvType keys = KvType::F16, values = KvType::F16;  ///< what the KV cache stores
    int threads = 0;                                  ///< 0: all that there are
    QString isa = {};                                 ///< a name of instructionSets(); empty: the best

    bool operator==(const LoadSettings&) const = default;
};

/// "F16", as the types of tensors are written.
QString kvTypeText(KvType type);

}  // namespace monochord::app
