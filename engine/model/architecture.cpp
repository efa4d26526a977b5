#include "model/architecture.h"

namespace monochord {

namespace {

constexpr const Architecture* kArchitectures[] = {&kLlama};

}  // namespace

const Architecture* findArchitecture(std::string_view name) {
    for (const Architecture* architecture : kArchitectures)
        if (architecture->name == name) return architecture;
    return nullptr;
}

}  // namespace monochord
