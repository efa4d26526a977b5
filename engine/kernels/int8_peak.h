#pragma once

#include <cstddef>

namespace monochord {

/// A loop of nothing but dot products of small integers, on registers: what a kernel for quantized weights could reach
/// at most.
struct Int8Peak {
    void (*run)(size_t rounds) = nullptr;  ///< null where the processor has no such instruction that is known
    double operations = 0;                 ///< products and sums of a round
};

/// That with the best instruction of this processor.
Int8Peak int8Peak();

}  // namespace monochord
