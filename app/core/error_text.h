#pragma once

#include <QString>

#include "core/failure.h"

namespace monochord::app {

/// One or two translated sentences: what happened, to what, and what to do next.
QString sentence(const Failure& failure);

}  // namespace monochord::app
