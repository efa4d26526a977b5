#pragma once

#include <QStringView>

namespace monochord::app {

/// The character that a TeX command without arguments stands for; empty: unknown.
QStringView formulaSymbol(QStringView command);

}  // namespace monochord::app
