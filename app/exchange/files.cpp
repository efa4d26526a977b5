#include <QFileInfo>
#include <QSaveFile>

#include "exchange/export.h"

namespace monochord::app {

namespace {

using namespace Qt::StringLiterals;

constexpr int kLongestName = 80;  // characters; file systems take 255 bytes

}  // namespace

ExportFormat formatOf(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == u"json") return ExportFormat::Json;
    return suffix == u"html" || suffix == u"htm" ? ExportFormat::Html : ExportFormat::Markdown;
}

QString fileNameFor(const QString& title) {
    QString name = title;
    for (QChar& c : name)
        if (c.category() == QChar::Other_Control || u"/\\:*?\"<>|"_s.contains(c)) c = u' ';
    name = name.simplified().left(kLongestName);
    if (!name.isEmpty() && name.back().isHighSurrogate()) name.chop(1);
    // A dot in front would hide the file, one at the end no Windows takes.
    const auto isEdge = [](QChar c) { return c == u'.' || c == u' '; };
    while (!name.isEmpty() && isEdge(name.front())) name.remove(0, 1);
    while (!name.isEmpty() && isEdge(name.back())) name.chop(1);
    return name.isEmpty() ? u"Chat"_s : name;
}

tl::expected<void, Failure> writeFile(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit()) return {};
    return tl::unexpected(Failure{.task = Task::Export,
                                  .code = ErrorCode::NotReadable,
                                  .detail = file.errorString(),
                                  .subject = QFileInfo(path).fileName()});
}

}  // namespace monochord::app
