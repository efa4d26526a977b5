#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace monochord::app {

/// A numbered step of the schema: resources/sql/0001_chats.sql is step 1. The database remembers in user_version which
/// steps it has seen.
struct Migration {
    int number = 0;
    QStringList statements;
};

/// The files of a folder in the order of their numbers; names without a number in front are passed over.
QList<Migration> migrationsIn(const QString& folder);

/// Statements without the comments around them. Understands strings, quoted names, both kinds of comments, and
/// triggers, whose statements end with semicolons of their own.
QStringList splitStatements(const QString& script);

}  // namespace monochord::app
