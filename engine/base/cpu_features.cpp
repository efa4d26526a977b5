#include "base/cpu_features.h"

#include <unistd.h>

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace monochord {

#if defined(__x86_64__)
namespace {

/// Not among the names that Clang's __builtin_cpu_supports knows.
bool hasF16c() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

bool hasAvxVnni() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & 1u << 4) != 0;
}

}  // namespace
#endif

CpuFeatures cpuFeatures() {
    CpuFeatures features;
#if defined(__x86_64__)
    __builtin_cpu_init();
    features.avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && hasF16c() && __builtin_cpu_supports("bmi2");
    features.avxVnni = features.avx2 && hasAvxVnni();
    features.avx512 = features.avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512vnni");
#elif defined(__aarch64__)
    features.dotProduct = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#endif
    return features;
}

size_t lastCacheBytes() {
    return static_cast<size_t>(std::max(0L, sysconf(_SC_LEVEL3_CACHE_SIZE)));
}

}  // namespace monochord
