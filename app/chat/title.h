#pragma once

#include <QString>

namespace monochord::app {

/// A chat's title: the first line of its first message that has words, without markdown's marks, cut between words at
/// about 48 characters. Empty where nothing can be shown.
QString titleFrom(const QString& firstMessage);

}  // namespace monochord::app
