#pragma once

#include <string_view>

#include "template/context.h"

namespace monochord::jinja {

struct Filter {
    std::string_view name;
    Value (*call)(Context&, const Value& input, Arguments&);
};
struct Test {
    std::string_view name;
    bool (*call)(Context&, const Value& input, Arguments&);
    bool takesOther = false;  ///< than the input: one argument
};

/// Null where there is none of that name.
const Filter* findFilter(std::string_view name);
const Test* findTest(std::string_view name);
/// What the test says. Error: an argument that it does not take.
bool passes(Context& ctx, const Test& test, const Value& input, Arguments& arguments);

/// A function of the template's global namespace: range, dict, namespace, raise_exception, strftime_now; undefined
/// without an object where there is none.
Value findGlobal(Context& ctx, std::string_view name);

}  // namespace monochord::jinja
