#include "core/paths.h"

#include <QStandardPaths>

namespace monochord::app {

// Not AppDataLocation: it repeats the application's name as the organisation's where both are set.
QString dataFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/monochord");
}

QString databasePath() {
    return dataFolder() + QStringLiteral("/chats.sqlite");
}

QString modelsFolder() {
    return dataFolder() + QStringLiteral("/models");
}

QString starterModelPath() {
    return modelsFolder() + QStringLiteral("/SmolLM2-135M-Instruct.Q4_1.gguf");
}

QString statesFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/monochord/states");
}

QString settingsPath() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
           QStringLiteral("/monochord/monochord.ini");
}

QString desktopEntry() {
    return qEnvironmentVariable("FLATPAK_ID", QStringLiteral("monochord"));
}

}  // namespace monochord::app
