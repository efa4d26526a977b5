#include <array>

#include "base/cpu_features.h"
#include "kernels/kernels.h"

namespace monochord {

namespace {

struct Available {
    std::array<const Kernels*, 4> tables{};
    size_t count = 0;

    Available() {
        [[maybe_unused]] const CpuFeatures cpu = cpuFeatures();
#if defined(__x86_64__)
        if (cpu.avx512) tables[count++] = &kAvx512Kernels;
        if (cpu.avxVnni) tables[count++] = &kAvxVnniKernels;
        if (cpu.avx2) tables[count++] = &kAvx2Kernels;
#elif defined(__aarch64__)
        if (cpu.dotProduct) tables[count++] = &kNeonDotKernels;
        tables[count++] = &kNeonKernels;
#endif
        tables[count++] = &kScalarKernels;
    }
};

}  // namespace

std::span<const Kernels* const> availableKernels() {
    static const Available available;
    return {available.tables.data(), available.count};
}

const Kernels* kernelsNamed(std::string_view name) {
    for (const Kernels* table : availableKernels())
        if (name.empty() || table->name == name) return table;
    return nullptr;
}

}  // namespace monochord
