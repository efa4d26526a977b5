#pragma once

#include <string_view>

#include "monochord/error.h"
#include "template/ast.h"

namespace monochord::jinja {

/// Errors: Template, "line N: reason"; also for a source that is too long, no UTF-8, or nests too deep.
Result<std::shared_ptr<const Program>> parse(std::string_view source);

}  // namespace monochord::jinja
