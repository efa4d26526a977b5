#include "core/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace monochord::app {

void installTranslations(const QLocale& locale, QObject* owner) {
    const QString folder = QStringLiteral(":/i18n");
    auto* ours = new QTranslator(owner);
    // English stands in the sources, except for its plurals: without them it would be "1 threads".
    if (ours->load(locale, QStringLiteral("monochord"), QStringLiteral("_"), folder) ||
        ours->load(QStringLiteral("monochord_en"), folder))
        QCoreApplication::installTranslator(ours);
    auto* qt = new QTranslator(owner);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qt);
}

}  // namespace monochord::app
