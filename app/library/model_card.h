#pragma once

#include <QString>
#include <optional>

#include "core/failure.h"

namespace monochord::app {

/// What a model file's header says, for people: what the drop overlay and the start page show.
struct ModelCard {
    QString path;
    QString name;          ///< see modelName
    QString architecture;  ///< "llama"
    QString quantization;  ///< "Q4_1"
    quint64 parameters = 0;
    quint64 fileBytes = 0;
    quint32 context = 0;                   ///< tokens that the memory is estimated for
    std::optional<quint64> memoryBytes;    ///< file and KV cache at that context
    std::optional<quint64> freeBytes;      ///< memory that is available now
    bool fits() const { return !memoryBytes || !freeBytes || *memoryBytes <= *freeBytes; }
};

}  // namespace monochord::app
