// Activations into blocks of integers, written once over quantizeBlock(): one block of 32 into integers, their scale
// and the sums of each 16; it gives the largest magnitude's bits. Included inside the anonymous namespace of every
// table.

/// The sixteenth part of `count` blocks that has the largest scales, ascending: none below 8, one below 24, else two.
/// Of equals, the first.
inline size_t chooseSecond(const float* scales, size_t count, uint32_t* places) {
    if (count < 8) return 0;
    size_t best = 0;
    for (size_t b = 1; b < count; b++)
        if (scales[b] > scales[best]) best = b;
    places[0] = static_cast<uint32_t>(best);
    if (count < 24) return 1;
    size_t next = best == 0 ? 1 : 0;
    for (size_t b = next + 1; b < count; b++)
        if (b != best && scales[b] > scales[next]) next = b;
    places[0] = static_cast<uint32_t>(best < next ? best : next);
    places[1] = static_cast<uint32_t>(best < next ? next : best);
    return 2;
}

bool quantize(const float* x, size_t length, const QuantizedRow& out) {
    constexpr size_t kBlocks = kStretch / kActivationBlock;
    const size_t blocks = length / kActivationBlock;
    uint32_t largest = 0;
    for (size_t b = 0; b < blocks; b++) {
        const uint32_t bits = quantizeBlock(x + b * kActivationBlock, out.quants + b * kActivationBlock, out.scales + b,
                                            out.sums + 2 * b);
        largest = bits > largest ? bits : largest;
    }
    size_t second = 0;
    for (size_t first = 0; first < blocks; first += kBlocks) {
        uint32_t* places = out.secondPlaces + second;
        const size_t chosen =
            chooseSecond(out.scales + first, blocks - first < kBlocks ? blocks - first : kBlocks, places);
        for (size_t i = 0; i < chosen; i++, second++) {
            places[i] += static_cast<uint32_t>(first);
            float rest[kActivationBlock];
            for (size_t k = 0; k < kActivationBlock; k++) {
                const size_t at = places[i] * kActivationBlock + k;
                rest[k] = __builtin_fmaf(-out.scales[places[i]], static_cast<float>(out.quants[at]), x[at]);
            }
            quantizeBlock(rest, out.secondQuants + second * kActivationBlock, out.secondScales + second,
                          out.secondSums + 2 * second);
        }
    }
    return largest < 0x7f800000u;
}
