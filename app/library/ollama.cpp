#include "library/ollama.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace monochord::app {

namespace {

constexpr qint64 kLongestManifest = 1 << 20;  // bytes
constexpr int kMostManifests = 500;

/// "sha256-…", the name of the blob that holds the weights; empty: the manifest names none.
QString blobOf(const QString& manifest) {
    static const QRegularExpression kDigest(QStringLiteral("^sha256:([0-9a-f]{64})$"));
    QFile file(manifest);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QJsonObject content = QJsonDocument::fromJson(file.read(kLongestManifest)).object();
    for (const QJsonValue layer : content.value(QLatin1String("layers")).toArray()) {
        if (layer[QLatin1String("mediaType")] != QLatin1String("application/vnd.ollama.image.model")) continue;
        const auto match = kDigest.match(layer[QLatin1String("digest")].toString());
        if (match.hasMatch()) return QStringLiteral("sha256-") + match.captured(1);
    }
    return {};
}

QString nameOf(const QString& manifest) {
    QStringList parts = manifest.split(u'/');
    const QString tag = parts.takeLast();
    // What is usual is left out, as long as a name remains.
    for (const char* usual : {"registry.ollama.ai", "library"})
        if (parts.size() > 1 && parts.first() == QLatin1String(usual)) parts.removeFirst();
    return parts.join(u'/') + u':' + tag;
}

}  // namespace

QList<ModelFile> ollamaModels(const QString& folder) {
    const QDir manifests(folder + QStringLiteral("/manifests"));
    QList<ModelFile> models;
    QDirIterator inside(manifests.path(), QDir::Files, QDirIterator::Subdirectories);
    for (int count = 0; inside.hasNext() && count < kMostManifests; ++count) {
        const QString manifest = inside.next(), relative = manifests.relativeFilePath(manifest);
        if (!relative.contains(u'/')) continue;
        const QString name = blobOf(manifest), blob = folder + QStringLiteral("/blobs/") + name;
        if (!name.isEmpty() && QFileInfo(blob).isFile()) models.append({blob, Place::Ollama, nameOf(relative)});
    }
    return models;
}

}  // namespace monochord::app
