#pragma once

#include <cstddef>

namespace monochord {

/// What this processor, and the operating system's saving of its registers, allow.
struct CpuFeatures {
    bool avx2 = false;        ///< AVX2, FMA, F16C, BMI2
    bool avxVnni = false;     ///< the same and AVX-VNNI
    bool avx512 = false;      ///< AVX-512 F, BW, DQ, VL, VNNI
    bool dotProduct = false;  ///< NEON's sdot
};
CpuFeatures cpuFeatures();
/// Bytes of the last cache before the memory; 0 where the system does not tell.
size_t lastCacheBytes();

}  // namespace monochord
