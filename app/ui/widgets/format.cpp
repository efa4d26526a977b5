#include "ui/widgets/format.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace monochord::app {
namespace {

struct Format {
    Q_DECLARE_TR_FUNCTIONS(Format)
};

QString timeText(int seconds) {
    const int minutes = (seconds + 30) / 60;
    return seconds < 90 ? Format::tr("%Ln s", nullptr, seconds) : Format::tr("%Ln min", nullptr, minutes);
}

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

QString speedText(double share, quint64 bytes, qint64 elapsedMs) {
    constexpr double kFirstGuess = 0.02;
    if (share < kFirstGuess || elapsedMs <= 0) return {};
    const double seconds = static_cast<double>(elapsedMs) / 1000;
    const auto rate = static_cast<quint64>(share * static_cast<double>(bytes) / seconds);
    const auto left = static_cast<int>(std::lround(seconds * (1 - share) / share));
    return Format::tr("%1/s · %2 left", "speed, time").arg(sizeText(rate), timeText(left));
}

QString countText(quint64 count) {
    return QLocale().toString(count);
}

}  // namespace monochord::app
