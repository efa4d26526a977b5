#include "storage/migrations.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <algorithm>

namespace monochord::app {
namespace {

/// Index behind what begins at `at` and is not to be searched for semicolons: a string, a quoted name or a comment.
/// `at` itself where nothing of the kind begins.
qsizetype skipOpaque(const QString& script, qsizetype at) {
    const QChar c = script[at];
    const auto behind = [&](const QString& end) {
        const qsizetype found = script.indexOf(end, at + (end.size() == 2 ? 2 : 1));
        return found < 0 ? script.size() : found + end.size();
    };
    if (c == u'\'' || c == u'"' || c == u'`') return behind(QString(c));  // a doubled quote is two of these in a row
    if (c == u'[') return behind(QStringLiteral("]"));
    if (QStringView(script).mid(at, 2) == u"--") return behind(QStringLiteral("\n"));
    if (QStringView(script).mid(at, 2) == u"/*") return behind(QStringLiteral("*/"));
    return at;
}

bool isComment(const QString& script, qsizetype at) {
    return script[at] == u'-' || script[at] == u'/';
}

bool isComplete(const QString& statement) {
    static const QRegularExpression trigger(QStringLiteral(R"(^\s*CREATE\s+(TEMP\s+|TEMPORARY\s+)?TRIGGER\b)"),
                                            QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression end(QStringLiteral(R"(;\s*END\s*$)"), QRegularExpression::CaseInsensitiveOption);
    return !trigger.match(statement).hasMatch() || end.match(statement).hasMatch();
}

}  // namespace

QList<Migration> migrationsIn(const QString& folder) {
    static const QRegularExpression numbered(QStringLiteral(R"(^(\d{1,6})\D)"));
    QList<Migration> migrations;
    for (const QString& name : QDir(folder).entryList({QStringLiteral("*.sql")}, QDir::Files)) {
        const auto match = numbered.match(name);
        QFile file(folder + u'/' + name);
        if (!match.hasMatch() || !file.open(QIODevice::ReadOnly)) continue;
        migrations.append({match.captured(1).toInt(), splitStatements(QString::fromUtf8(file.readAll()))});
    }
    std::ranges::sort(migrations, {}, &Migration::number);
    return migrations;
}

QStringList splitStatements(const QString& script) {
    QStringList statements;
    QString current;
    const auto finish = [&] {
        if (!current.trimmed().isEmpty()) statements.append(current.trimmed());
        current.clear();
    };
    for (qsizetype at = 0; at < script.size();) {
        const qsizetype behind = skipOpaque(script, at);
        if (behind > at) {
            current += isComment(script, at) ? QStringLiteral("\n") : script.mid(at, behind - at);
            at = behind;
            continue;
        }
        if (script[at] == u';' && isComplete(current)) {
            finish();
        } else {
            current += script[at];
        }
        ++at;
    }
    finish();
    return statements;
}

}  // namespace monochord::app
