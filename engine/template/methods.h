#pragma once

#include <span>
#include <string_view>

#include "template/context.h"

namespace monochord::jinja {

struct Method {
    std::string_view name;
    MethodPointer call;
};

/// str.isalpha and its like: text_predicates.cpp.
std::span<const Method> textPredicates();

}  // namespace monochord::jinja
