#include "library/model_inspector.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QSet>
#include <QStandardPaths>
#include <QtConcurrent>
#include <algorithm>

#include "core/model_name.h"
#include "core/paths.h"
#include "monochord/inspect.h"
#include "monochord/system.h"

namespace monochord::app {

namespace {

constexpr uint32_t kUsualContext = 8192;  // as the evaluator takes where nothing else is asked for
constexpr int kDeepest = 4, kMostModels = 500, kMostEntries = 200'000;

QString shown(std::string_view bytes) {
    return QString::fromStdString(displayText(bytes));
}

InspectionResult inspect(const QString& path) {
    const std::filesystem::path file = path.toStdU16String();
    InspectSettings settings;
    settings.longestContext = kUsualContext;
    const auto summary = inspectModel(file, settings);
    const QString name = QFileInfo(path).fileName();
    if (!summary)
        return tl::unexpected(Failure{.task = Task::InspectFile,
                                      .code = summary.error().code,
                                      .detail = QString::fromStdString(summary.error().message),
                                      .subject = name});
    ModelCard card;
    card.path = path;
    card.name = modelName(path, shown(summary->name));
    card.architecture = shown(summary->architecture);
    if (!summary->tensorTypes.empty()) {
        const std::string_view type = summary->tensorTypes.front().type;
        card.quantization = QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size()));
    }
    card.parameters = summary->parameters;
    card.fileBytes = summary->fileBytes;
    card.context = static_cast<quint32>(summary->memory.context);
    if (summary->memory.totalBytes) card.memoryBytes = *summary->memory.totalBytes;
    card.freeBytes = availableMemory();
    return card;
}

// Breadth first, so that the limits leave out what lies deepest.
QStringList modelFilesBelow(const QStringList& folders) {
    struct Folder {
        QString path;
        int depth;
    };
    QList<Folder> waiting;
    for (const QString& folder : folders) waiting.append({folder, 0});
    QStringList files;
    QSet<QString> seen;
    int entries = 0;
    while (!waiting.isEmpty()) {
        const Folder folder = waiting.takeFirst();
        QDirIterator inside(folder.path, QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
        while (inside.hasNext()) {
            inside.next();
            if (++entries > kMostEntries || files.size() >= kMostModels) return files;
            const QFileInfo info = inside.fileInfo();
            if (info.isDir()) {
                if (!info.isSymLink() && folder.depth + 1 < kDeepest)
                    waiting.append({info.filePath(), folder.depth + 1});
            } else if (info.fileName().endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive) && info.isFile()) {
                // The Hugging Face cache holds links to blobs; two names for one file are one model.
                const QString real = info.canonicalFilePath();
                if (!real.isEmpty() && !seen.contains(real)) {
                    seen.insert(real);
                    files.append(info.filePath());
                }
            }
        }
    }
    return files;
}

}  // namespace

QFuture<InspectionResult> inspectFile(const QString& path) {
    return QtConcurrent::run(inspect, path);
}

QFuture<QList<ModelCard>> findModels(const QStringList& folders) {
    return QtConcurrent::run([folders] {
        QList<ModelCard> cards;
        for (const QString& file : modelFilesBelow(folders))
            if (auto card = inspect(file)) cards.append(std::move(*card));
        std::sort(cards.begin(), cards.end(), [](const ModelCard& a, const ModelCard& b) {
            return QString::localeAwareCompare(a.name, b.name) < 0;
        });
        return cards;
    });
}

QStringList usualModelFolders() {
    const QString home = QDir::homePath();
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const QStringList candidates = {
        modelsFolder(),
        home + QStringLiteral("/.lmstudio/models"),
        home + QStringLiteral("/.cache/lm-studio/models"),
        data + QStringLiteral("/nomic.ai/GPT4All"),
        QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/huggingface/hub"),
        QStandardPaths::writableLocation(QStandardPaths::DownloadLocation),
    };
    QStringList folders;
    for (const QString& folder : candidates)
        if (QFileInfo(folder).isDir() && !folders.contains(folder)) folders.append(folder);
    return folders;
}

}  // namespace monochord::app
