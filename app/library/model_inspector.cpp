#include "library/model_inspector.h"

#include <QDir>
#include <QFileInfo>
#include <QtConcurrent>
#include <algorithm>
#include <array>

#include "core/model_name.h"
#include "monochord/inspect.h"
#include "monochord/inspect_checkpoint.h"
#include "monochord/system.h"

namespace monochord::app {

namespace {

constexpr uint32_t kUsualContext = 8192;  // as the evaluator takes where nothing else is asked for
constexpr uint32_t kLeastContext = 512;
constexpr size_t kLongestText = 80, kLongestDetail = 400;  // bytes

// Of all that can be made; between neighbours that people could tell apart nothing is left out.
constexpr std::array kOfferedTypes{"F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"};
constexpr double kSmaller = 0.97;  // a type that saves less is not worth it

QString text(std::string_view ascii) {
    return QString::fromLatin1(ascii.data(), static_cast<qsizetype>(ascii.size()));
}

QString shown(std::string_view bytes, size_t most = kLongestText) {
    return QString::fromStdString(displayText(bytes, most));
}

QString licenceOf(const ModelSummary& summary) {
    const auto value = [&](std::string_view key) {
        for (const MetadataItem& item : summary.metadata)
            if (item.key == key && item.value && std::holds_alternative<std::string>(*item.value))
                return shown(std::get<std::string>(*item.value));
        return QString();
    };
    const QString name = value("general.license.name");
    return name.isEmpty() ? value("general.license") : name;
}

/// Those that are smaller than `bytes` and than every one before.
QList<TypeSize> smallerTypes(const std::vector<QuantizedSize>& sizes, quint64 bytes) {
    QList<TypeSize> types;
    for (const QuantizedSize& size : sizes) {
        if (std::ranges::find(kOfferedTypes, size.name) == kOfferedTypes.end()) continue;
        if (static_cast<double>(size.bytes) > kSmaller * static_cast<double>(bytes)) continue;
        types.append({text(size.name), size.bytes});
        bytes = size.bytes;
    }
    return types;
}

tl::unexpected<Failure> convertFailure(const Error& error, const QString& path) {
    return tl::unexpected(Failure{.task = Task::Convert,
                                  .code = error.code,
                                  .detail = shown(error.message, kLongestDetail),
                                  .subject = QFileInfo(path).fileName()});
}

InspectionResult inspectFolder(const QString& folder) {
    const auto summary = inspectCheckpoint(folder.toStdU16String());
    if (!summary) return convertFailure(summary.error(), folder);
    ModelCard card;
    card.path = folder;
    card.isCheckpoint = true;
    card.name = shown(summary->name);
    card.architecture = shown(summary->architecture);
    card.quantization = text(summary->type);
    card.parameters = summary->parameters;
    card.licence = shown(summary->license);
    card.freeBytes = availableMemory();
    card.fileBytes = std::ranges::find(summary->sizes, summary->type, &QuantizedSize::name)->bytes;
    card.types = smallerTypes(summary->sizes, card.fileBytes);
    card.types.prepend({card.quantization, card.fileBytes});
    return card;
}

InspectionResult inspect(const QString& path) {
    if (const QString folder = checkpointFolder(path); !folder.isEmpty()) return inspectFolder(folder);
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
        card.quantization = text(summary->tensorTypes.front().type);
    }
    card.parameters = summary->parameters;
    card.fileBytes = summary->fileBytes;
    card.context = static_cast<quint32>(summary->memory.context);
    if (summary->memory.totalBytes) card.memoryBytes = *summary->memory.totalBytes;
    card.freeBytes = availableMemory();
    card.trainedContext = static_cast<quint32>(std::min<uint64_t>(summary->contextLength.value_or(0), 1 << 30));
    card.licence = licenceOf(*summary);
    card.hasChatTemplate =
        std::ranges::find(summary->metadata, "tokenizer.chat_template", &MetadataItem::key) != summary->metadata.end();
    return card;
}

ModelCard cardOf(const ModelFile& file) {
    const InspectionResult result = inspect(file.path);
    ModelCard card = result.value_or(ModelCard());
    card.place = file.place;
    if (!result) {
        card.path = file.path;
        card.name = modelName(file.path, {});
        card.fileBytes = static_cast<quint64>(QFileInfo(file.path).size());
        card.problem = result.error();
    }
    if (!file.name.isEmpty()) card.name = file.name;
    return card;
}

}  // namespace

QFuture<InspectionResult> inspectFile(const QString& path) {
    return QtConcurrent::run(inspect, path);
}

QFuture<InspectionResult> inspectToQuantize(const QString& path) {
    return QtConcurrent::run([path]() -> InspectionResult {
        InspectionResult result = inspect(path);
        if (!result) return result;
        const auto sizes = quantizedSizes(path.toStdU16String());
        if (!sizes) return convertFailure(sizes.error(), path);
        result->types = smallerTypes(*sizes, result->fileBytes);
        result->types.removeIf([&](const TypeSize& type) { return type.name == result->quantization; });
        return result;
    });
}

QString checkpointFolder(const QString& path) {
    const QFileInfo info(path);
    if (info.isDir()) {
        const QStringList names{QStringLiteral("config.json"), QStringLiteral("*.safetensors"),
                                QStringLiteral("pytorch_model*.bin")};
        return QDir(path).entryList(names, QDir::Files).isEmpty() ? QString() : QDir(path).absolutePath();
    }
    const bool weights = path.endsWith(QLatin1String(".safetensors"), Qt::CaseInsensitive) ||
                         path.endsWith(QLatin1String(".safetensors.index.json"), Qt::CaseInsensitive);
    return weights && info.isFile() ? info.absolutePath() : QString();
}

QFuture<FoundModels> findModels(const QList<ModelPlace>& places) {
    return QtConcurrent::run([places] {
        const FoundFiles files = modelFilesIn(places);
        FoundModels found{.cards = {}, .folders = files.folders};
        for (const ModelFile& file : files.files) found.cards.append(cardOf(file));
        std::sort(found.cards.begin(), found.cards.end(), [](const ModelCard& a, const ModelCard& b) {
            return QString::localeAwareCompare(a.name, b.name) < 0;
        });
        return found;
    });
}

std::optional<quint64> MemoryNeed::bytes(quint32 context) const {
    if (!bytesAPosition) return std::nullopt;
    return fileBytes + *bytesAPosition * context;
}

QFuture<MemoryNeed> memoryNeed(const QString& path, KvType keys, KvType values) {
    return QtConcurrent::run([=] {
        MemoryNeed need{.fileBytes = static_cast<quint64>(QFileInfo(path).size()), .freeBytes = availableMemory()};
        const auto summary = inspectModel(path.toStdU16String(), {.context = 1, .kv = keys, .kvValues = values});
        if (summary && summary->memory.kvCacheBytes) need.bytesAPosition = *summary->memory.kvCacheBytes;
        return need;
    });
}

quint32 usualContext(const MemoryNeed& need, quint32 trained) {
    quint32 context = trained == 0 ? kUsualContext : std::min(trained, kUsualContext);
    while (context / 2 >= kLeastContext && need.freeBytes && need.bytes(context).value_or(0) > *need.freeBytes)
        context /= 2;
    return context;
}

}  // namespace monochord::app
