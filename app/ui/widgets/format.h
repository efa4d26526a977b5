#pragma once

#include <QString>

namespace monochord::app {

/// Numbers as the user's locale writes them.
QString sizeText(quint64 bytes);             ///< "118 MB", "5.1 GB"
QString parametersText(quint64 parameters);  ///< "135 M", "7.2 B"
QString percentText(double share);           ///< of 0 … 1: "49 %", "0.4 %"
QString countText(quint64 count);            ///< "3,112"
/// "120 MB/s · 8 s left" of work that has done a share of so many bytes; empty as long as that is too early to say.
QString speedText(double share, quint64 bytes, qint64 elapsedMs);

}  // namespace monochord::app
