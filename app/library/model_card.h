#pragma once

#include <QList>
#include <QString>
#include <optional>

#include "core/failure.h"

namespace monochord::app {

/// Whose folder a model was found in.
enum class Place { Own, Chosen, LmStudio, Ollama, Gpt4All, HuggingFace, Downloads };

/// A type that a model can be given, and what its weights come to then.
struct TypeSize {
    QString name;  ///< "Q4_K_M"
    quint64 bytes = 0;
};

/// What a model file's header says, for people: what the drop overlay, the start page and the library show.
struct ModelCard {
    QString path;
    QString name;          ///< see modelName; of Ollama the name in its manifest, "llama3.2:3b"
    QString architecture;  ///< "llama"
    QString quantization;  ///< "Q4_1"
    quint64 parameters = 0;
    quint64 fileBytes = 0;
    quint32 context = 0;                      ///< tokens that the memory is estimated for
    std::optional<quint64> memoryBytes = {};  ///< file and KV cache at that context
    std::optional<quint64> freeBytes = {};    ///< memory that is available now
    quint32 trainedContext = 0;               ///< tokens that the model was trained for; 0: unknown
    QString licence = {};                     ///< as the file names it; empty: it does not
    bool hasChatTemplate = false;
    Place place = Place::Chosen;
    /// The folder of a Hugging Face model, which can be converted: `path` is the folder, `quantization` the type of its
    /// weights, `fileBytes` what they come to; there is no memory and no context.
    bool isCheckpoint = false;
    QList<TypeSize> types = {};           ///< of a folder, or from inspectToQuantize: what it can become, largest first
    std::optional<Failure> problem = {};  ///< why the header can't be read; all but path, name and size is missing then

    bool fits() const { return !memoryBytes || !freeBytes || *memoryBytes <= *freeBytes; }
};

}  // namespace monochord::app
