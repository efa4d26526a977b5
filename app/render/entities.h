#pragma once

#include <QString>

namespace monochord::app {

/// The text that an HTML entity stands for ("&amp;", "&#x41;"). A name that is not known stays as it is written; a
/// number that is no text becomes U+FFFD.
QString entityText(const QString& entity);

}  // namespace monochord::app
