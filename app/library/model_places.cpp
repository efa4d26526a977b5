#include "library/model_places.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QMultiHash>
#include <QRegularExpression>
#include <QStandardPaths>
#include <filesystem>

#include "core/paths.h"
#include "library/ollama.h"

namespace monochord::app {

namespace {

constexpr int kDeepest = 4, kMostModels = 500, kMostEntries = 200'000;

/// Files by what they are, not by what they are called: the Hugging Face cache holds links to blobs, and a file may
/// have several names.
class SeenFiles {
public:
    /// False: it was there already.
    bool add(const QFileInfo& file) {
        const std::filesystem::path path = file.filePath().toStdU16String();
        for (auto [other, end] = m_bySize.equal_range(file.size()); other != end; ++other) {
            std::error_code error;
            if (std::filesystem::equivalent(path, *other, error)) return false;
        }
        m_bySize.insert(file.size(), path);
        return true;
    }

private:
    QMultiHash<qint64, std::filesystem::path> m_bySize;
};

bool mayBeModel(const QFileInfo& file) {
    static const QRegularExpression kLaterPart(QStringLiteral("-(?!00001)\\d{5}-of-\\d{5}\\.gguf$"),
                                               QRegularExpression::CaseInsensitiveOption);
    const QString name = file.fileName();
    return name.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive) && file.isFile() &&
           !kLaterPart.match(name).hasMatch();
}

}  // namespace

QList<ModelPlace> modelPlaces(const QStringList& chosen) {
    const QString home = QDir::homePath();
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    QList<ModelPlace> candidates{{Place::Own, modelsFolder()}};
    for (const QString& folder : chosen) candidates.append({Place::Chosen, folder});
    candidates += QList<ModelPlace>{
        {Place::LmStudio, home + QStringLiteral("/.lmstudio/models")},
        {Place::LmStudio, home + QStringLiteral("/.cache/lm-studio/models")},
        {Place::Ollama, home + QStringLiteral("/.ollama/models")},
        {Place::Ollama, QStringLiteral("/usr/share/ollama/.ollama/models")},
        {Place::Gpt4All, data + QStringLiteral("/nomic.ai/GPT4All")},
        {Place::HuggingFace, cache + QStringLiteral("/huggingface/hub")},
        {Place::Downloads, QStandardPaths::writableLocation(QStandardPaths::DownloadLocation)},
    };
    candidates.removeIf([](const ModelPlace& place) { return !QFileInfo(place.folder).isDir(); });
    return candidates;
}

// Breadth first, so that the limits leave out what lies deepest.
FoundFiles modelFilesIn(const QList<ModelPlace>& places) {
    struct Folder {
        QString path;
        Place place;
        int depth;
    };
    FoundFiles found;
    SeenFiles seen;
    QList<Folder> waiting;
    for (const ModelPlace& place : places) {
        waiting.append({place.folder, place.place, 0});
        if (place.place != Place::Ollama) continue;
        for (const ModelFile& model : ollamaModels(place.folder))
            if (seen.add(QFileInfo(model.path))) found.files.append(model);
    }
    int entries = 0;
    while (!waiting.isEmpty()) {
        const Folder folder = waiting.takeFirst();
        found.folders.append(folder.path);
        QDirIterator inside(folder.path, QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
        while (inside.hasNext()) {
            inside.next();
            if (++entries > kMostEntries || found.files.size() >= kMostModels) return found;
            const QFileInfo info = inside.fileInfo();
            if (info.isDir()) {
                if (!info.isSymLink() && folder.depth + 1 < kDeepest)
                    waiting.append({info.filePath(), folder.place, folder.depth + 1});
            } else if (mayBeModel(info) && seen.add(info)) {
                found.files.append({info.filePath(), folder.place});
            }
        }
    }
    return found;
}

}  // namespace monochord::app
