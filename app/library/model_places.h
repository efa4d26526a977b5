#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "library/model_card.h"

namespace monochord::app {

struct ModelPlace {
    Place place = Place::Chosen;
    QString folder;

    bool operator==(const ModelPlace&) const = default;
};

/// A file that may be a model, not opened yet.
struct ModelFile {
    QString path;
    Place place = Place::Chosen;
    QString name = {};  ///< where the place has one of its own
};

struct FoundFiles {
    QList<ModelFile> files;
    QStringList folders;  ///< that were looked into, to watch them
};

/// Where models of this and of other applications usually are, and the chosen folders, as far as they exist.
QList<ModelPlace> modelPlaces(const QStringList& chosen);

/// The .gguf files in these places and the folders in them (four levels, links to folders not followed, at most 500
/// files), each file once, whatever names and links it has; of Ollama the blobs that its manifests name. Of a model in
/// parts the first.
FoundFiles modelFilesIn(const QList<ModelPlace>& places);

}  // namespace monochord::app
