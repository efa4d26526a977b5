#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>
#include <QLocale>

#include "chat/chat_controller.h"
#include "core/paths.h"
#include "core/settings.h"
#include "core/translations.h"
#include "desktop/single_instance.h"
#include "inference/engine.h"
#include "storage/chat_store.h"
#include "ui/main_window.h"
#include "ui/theme.h"

using namespace monochord::app;

namespace {

struct Arguments {
    QString model;       ///< to load now, an absolute path
    QString firstModel;  ///< to load where none was loaded before
};

/// Answers --help, --version and what it does not know on the terminal, and ends there.
Arguments readCommandLine(const QCoreApplication& application) {
    QCommandLineParser parser;
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Runs open language models on this computer, with no network."));
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")},
                                  QCoreApplication::translate("main", "Print this help and exit."));
    parser.addOption(help);
    parser.addVersionOption();
    const QString model = QCoreApplication::translate("main", "model");
    parser.addPositionalArgument(model, QCoreApplication::translate("main", "A GGUF file to load, or the folder of a model to convert."),
                                 u'[' + model + u']');
    const QCommandLineOption firstModel(
        QStringLiteral("first-model"),
        QCoreApplication::translate("main", "The GGUF file to load where none was loaded before."),
        QCoreApplication::translate("main", "file"));
    parser.addOption(firstModel);
    // Those that Qt takes for itself once there is a display.
    for (const char* name : {"platform", "platformtheme", "style", "session", "display"}) {
        QCommandLineOption ofQt(QString::fromLatin1(name), {}, QStringLiteral("value"));
        ofQt.setFlags(QCommandLineOption::HiddenFromHelp);
        parser.addOption(ofQt);
    }
    parser.process(application);
    if (parser.isSet(help)) parser.showHelp();
    const QString given = parser.positionalArguments().value(0);
    return {given.isEmpty() ? given : QFileInfo(given).absoluteFilePath(), parser.value(firstModel)};
}

}  // namespace

int main(int argc, char* argv[]) {
    QCoreApplication::setApplicationName(QStringLiteral("monochord"));
    QCoreApplication::setApplicationVersion(QStringLiteral(MONOCHORD_VERSION));
    SingleInstance instance(databasePath());
    SingleInstance::Start start{};
    Arguments arguments;
    {
        // The terminal and a window that is open already need no display here.
        const QCoreApplication terminal(argc, argv);
        QObject translators;
        installTranslations(QLocale(), &translators);
        arguments = readCommandLine(terminal);
        start = instance.start(arguments.model);
        if (start == SingleInstance::Start::HandedOver) return 0;
    }
    QApplication application(argc, argv);
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Monochord"));
    QGuiApplication::setDesktopFileName(desktopEntry());
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/monochord.png")));
    installTranslations(QLocale(), &application);

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
    if (start == SingleInstance::Start::NoAnswer) window.tellOfFrozen();
    QObject::connect(&instance, &SingleInstance::requested, &window, &MainWindow::openRequest);
    instance.listen();
    return QApplication::exec();
}
