#pragma once

#include <QList>

#include "library/model_places.h"

namespace monochord::app {

/// The models of Ollama beneath a folder that holds `manifests` and `blobs`. A manifest
/// (manifests/<host>/<owner>/<model>/<tag>, JSON) names the blob of the weights by its digest; the names are those that
/// `ollama list` shows. Only blobs in that folder are named, and only those that exist.
QList<ModelFile> ollamaModels(const QString& folder);

}  // namespace monochord::app
