#pragma once

#include <QString>

#include "ui/theme.h"

namespace monochord::app {

/// Dresses the stock widgets. Push buttons choose by the property `kind`: "primary", "strong", "outline", "quiet",
/// "link"; fields by "bare" (no frame, for those that stand in a painted card). Lengths are in em where they belong to
/// text.
QString styleSheet(const Colors& colors);

}  // namespace monochord::app
