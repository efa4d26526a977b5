#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>
#include <QLocale>

#include "chat/chat_controller.h"
#include "core/paths.h"
#include "core/settings.h"
#include "core/translations.h"
#include "inference/engine.h"
#include "storage/chat_store.h"
#include "ui/main_window.h"
#include "ui/theme.h"

using namespace monochord::app;

namespace {

struct Arguments {
    QString model;       ///< to load now
    QString firstModel;  ///< to load where none was loaded before
};

Arguments readCommandLine(const QApplication& application) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Runs open language models on this computer, with no network."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QString model = QCoreApplication::translate("main", "model");
    parser.addPositionalArgument(model, QCoreApplication::translate("main", "A GGUF file to load."),
                                 u'[' + model + u']');
    const QCommandLineOption firstModel(
        QStringLiteral("first-model"),
        QCoreApplication::translate("main", "The GGUF file to load where none was loaded before."),
        QCoreApplication::translate("main", "file"));
    parser.addOption(firstModel);
    parser.process(application);
    return {parser.positionalArguments().value(0), parser.value(firstModel)};
}

}  // namespace

int main(int argc, char* argv[]) {
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("monochord"));
    QCoreApplication::setApplicationVersion(QStringLiteral(MONOCHORD_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Monochord"));
    QGuiApplication::setDesktopFileName(QStringLiteral("monochord"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/monochord.png")));
    installTranslations(QLocale(), &application);
    const Arguments arguments = readCommandLine(application);

    // Destroyed in the reverse order: the controller hands a running reply to the store, the store writes what is left,
    // and the engine, which may take a moment, stops and keeps the state of the last chat.
    Settings settings(settingsPath());
    Engine engine(statesFolder());
    ChatStore store(databasePath());
    ChatController chats(&engine, &store);
    Theme theme;
    theme.setChoice(settings.theme());
    theme.setFontStep(settings.fontStep());
    MainWindow window({&settings, &theme, &engine, &store, &chats});
    window.show();
    chats.start(settings.currentChat());
    const bool haveRemembered = QFileInfo::exists(settings.modelPath());
    window.openModel(arguments.model.isEmpty() && !haveRemembered ? arguments.firstModel : arguments.model);
    return QApplication::exec();
}
