#pragma once

#include <QFuture>
#include <QList>
#include <QString>
#include <QStringList>
#include <tl/expected.hpp>

#include "core/load_settings.h"
#include "library/model_card.h"
#include "library/model_places.h"

namespace monochord::app {

using InspectionResult = tl::expected<ModelCard, Failure>;

/// Reads the header of a dropped file on a thread of QtConcurrent, or what there is in the folder of a Hugging Face
/// model. Other folders, pipes, devices, empty files and what is no GGUF file are failures.
QFuture<InspectionResult> inspectFile(const QString& path);
/// A GGUF file likewise, with the types that it can be quantized to: those that make it smaller.
QFuture<InspectionResult> inspectToQuantize(const QString& path);

/// The folder of a Hugging Face model that a path means: the folder itself or, of a .safetensors file, the one that it
/// is in. Empty: it means none.
QString checkpointFolder(const QString& path);

struct FoundModels {
    QList<ModelCard> cards;  ///< by name; files that can't be read have a problem
    QStringList folders;     ///< see FoundFiles
};
/// The models in these places, on such a thread; modelFilesIn says which files those are.
QFuture<FoundModels> findModels(const QList<ModelPlace>& places);

/// Memory that depends on how a model is loaded. It grows evenly with the context.
struct MemoryNeed {
    quint64 fileBytes = 0;
    std::optional<quint64> bytesAPosition = {};  ///< of the KV cache; none: the file does not say enough
    std::optional<quint64> freeBytes = {};       ///< memory that is available now

    std::optional<quint64> bytes(quint32 context) const;
};
QFuture<MemoryNeed> memoryNeed(const QString& path, KvType keys, KvType values);

/// The context to load with where the user chose none: what the model was trained for, at most 8192 as the engine
/// takes, and half of it as often as the memory that is free makes necessary; not below 512.
quint32 usualContext(const MemoryNeed& need, quint32 trained);

}  // namespace monochord::app
