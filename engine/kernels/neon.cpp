// NEON as every AArch64 processor has it.
#if defined(__aarch64__)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"
#include "quant/super_blocks.h"

namespace monochord {

namespace {

/// Two products fit in 16 bits: 2 · 128 · 127 = 32512.
inline int32x4_t dot(int32x4_t acc, int8x16_t a, int8x16_t b) {
    const int16x8_t pairs = vmlal_high_s8(vmull_s8(vget_low_s8(a), vget_low_s8(b)), a, b);
    return vpadalq_s16(acc, pairs);
}

#include "kernels/neon.inl"

}  // namespace

const Kernels kNeonKernels = tableNamed<Neon>("neon", false);

}  // namespace monochord

#endif
