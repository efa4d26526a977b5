#include "library/model_inspector.h"

#include <QFileInfo>
#include <QtConcurrent>
#include <algorithm>

#include "core/model_name.h"
#include "monochord/inspect.h"
#include "monochord/system.h"

namespace monochord::app {

namespace {

constexpr uint32_t kUsualContext = 8192;  // as the evaluator takes where nothing else is asked for
constexpr uint32_t kLeastContext = 512;

QString shown(std::string_view bytes) {
    return QString::fromStdString(displayText(bytes));
}

QString licenceOf(const ModelSummary& summary) {
    const auto text = [&](std::string_view key) {
        for (const MetadataItem& item : summary.metadata)
            if (item.key == key && item.value && std::holds_alternative<std::string>(*item.value))
                return shown(std::get<std::string>(*item.value));
        return QString();
    };
    const QString name = text("general.license.name");
    return name.isEmpty() ? text("general.license") : name;
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
