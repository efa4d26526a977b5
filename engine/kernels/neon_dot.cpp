// NEON with the dot product instructions of Armv8.2.
#if defined(__aarch64__)

#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"
#include "quant/super_blocks.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#endif
#include <arm_neon.h>

namespace monochord {

namespace {

/// The instruction by its name: before its version 16, Clang's header lacks vdotq_s32 for single functions.
inline int32x4_t dot(int32x4_t acc, int8x16_t a, int8x16_t b) {
    asm("sdot %0.4s, %1.16b, %2.16b" : "+w"(acc) : "w"(a), "w"(b));
    return acc;
}

#include "kernels/neon.inl"

}  // namespace

const Kernels kNeonDotKernels = tableNamed<Neon>("neon-dot", false);

}  // namespace monochord

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
