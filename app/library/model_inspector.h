#pragma once

#include <QFuture>
#include <QList>
#include <QString>
#include <QStringList>
#include <tl/expected.hpp>

#include "library/model_card.h"

namespace monochord::app {

using InspectionResult = tl::expected<ModelCard, Failure>;

/// Reads the header of a dropped file on a thread of QtConcurrent. Folders, pipes, devices, empty files and what is no
/// GGUF file are failures.
QFuture<InspectionResult> inspectFile(const QString& path);

/// The .gguf files in these folders and the folders in them (four levels, links to folders not followed, at most 500),
/// with those that can't be read left out, by name.
QFuture<QList<ModelCard>> findModels(const QStringList& folders);

/// Where models of this and of other applications usually are, as far as the folders exist: ours, LM Studio, GPT4All,
/// Hugging Face cache, Downloads.
QStringList usualModelFolders();

}  // namespace monochord::app
