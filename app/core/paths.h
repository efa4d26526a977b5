#pragma once

#include <QString>

namespace monochord::app {

/// The platform's own places (XDG on Linux), created on demand by those who write there.
QString dataFolder();        ///< chats: …/monochord
QString databasePath();      ///< dataFolder()/chats.sqlite
QString modelsFolder();      ///< dataFolder()/models, where packaging/fetch-model.sh puts the starter model
QString starterModelPath();  ///< the file's place, there or not
QString statesFolder();      ///< in the cache folder: …/monochord/states, which may be emptied at any time
QString settingsPath();      ///< the INI file in the configuration folder
/// What the desktop calls the application: its .desktop file without suffix, and its icon.
QString desktopEntry();

}  // namespace monochord::app
