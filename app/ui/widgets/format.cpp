#include "ui/widgets/format.h"

#include <QCoreApplication>
#include <QLocale>

namespace monochord::app {
namespace {

struct Format {
    Q_DECLARE_TR_FUNCTIONS(Format)
};

}  // namespace

QString sizeText(quint64 bytes) {
    // Whole megabytes say enough; a gigabyte more or less is what decides whether a model fits.
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), bytes >= 999'500'000 ? 1 : 0,
                                       QLocale::DataSizeSIFormat);
}

QString parametersText(quint64 parameters) {
    const double count = static_cast<double>(parameters);
    if (parameters >= 999'500'000)
        return Format::tr("%1 B", "billions of parameters").arg(QLocale().toString(count / 1e9, 'f', 1));
    return Format::tr("%1 M", "millions of parameters").arg(QLocale().toString(count / 1e6, 'f', count < 1e7 ? 1 : 0));
}

QString percentText(double share) {
    const double percent = share * 100;
    const QLocale locale;
    if (percent > 0 && percent < 0.1) return Format::tr("< %1 %", "percentage").arg(locale.toString(0.1, 'f', 1));
    return Format::tr("%1 %", "percentage").arg(locale.toString(percent, 'f', percent > 0 && percent < 0.95 ? 1 : 0));
}

QString countText(quint64 count) {
    return QLocale().toString(count);
}

}  // namespace monochord::app
