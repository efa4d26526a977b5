#include "core/model_name.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace monochord::app {

QString modelName(const QString& path, const QString& title) {
    static const auto kOptions = QRegularExpression::CaseInsensitiveOption;
    static const QRegularExpression kExtension(QStringLiteral("\\.gguf$"), kOptions);
    static const QRegularExpression kPart(QStringLiteral("-\\d{5}-of-\\d{5}$"));
    static const QRegularExpression kQuantization(
        QStringLiteral("[-._](UD-)?(I?Q\\d_[0-9A-Z_]+|TQ\\d_\\d|MXFP4(_MOE)?|B?F(16|32)|FP(16|32))$"), kOptions);
    static const QRegularExpression kSaysNothing(
        QStringLiteral("^((ggml-)?model|(sha256[-:])?[0-9a-f]{32,}|)$"), kOptions);

    const QString file = QFileInfo(path).fileName();
    QString name = file;
    name.remove(kExtension).remove(kPart).remove(kQuantization);
    if (kSaysNothing.match(name).hasMatch()) return title.isEmpty() ? file : title;
    return name.replace(u'-', u' ').replace(u'_', u' ').simplified();
}

}  // namespace monochord::app
