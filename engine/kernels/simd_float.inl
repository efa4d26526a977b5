// The float kernels, written once over a vector of sixteen lanes: S::F, one AVX-512 register or two of AVX2. Included
// inside the anonymous namespace of a translation unit after functions.inl.
//
// Beside what functions.inl asks for, S offers: load, loadHalf, loadBfloat (sixteen values), loadPartial(p, n),
// loadHalfPartial, loadBfloatPartial (n values, zeros behind them), store, storePartial, storeHalf (rounded to
// binary16), tree (i+8, i+4, i+2, i+1), largest (of all lanes),
// allFinite, and kRows × kColumns, the accumulators of a product.

struct LoadF32 {
    using Element = float;
    template <class S>
    static typename S::F whole(const std::byte* row, size_t k) {
        return S::load(reinterpret_cast<const float*>(row) + k);
    }
    template <class S>
    static typename S::F partial(const std::byte* row, size_t k, size_t n) {
        return S::loadPartial(reinterpret_cast<const float*>(row) + k, n);
    }
};

struct LoadF16 {
    using Element = uint16_t;
    template <class S>
    static typename S::F whole(const std::byte* row, size_t k) {
        return S::loadHalf(reinterpret_cast<const uint16_t*>(row) + k);
    }
    template <class S>
    static typename S::F partial(const std::byte* row, size_t k, size_t n) {
        return S::loadHalfPartial(reinterpret_cast<const uint16_t*>(row) + k, n);
    }
};

struct LoadBf16 {
    using Element = uint16_t;
    template <class S>
    static typename S::F whole(const std::byte* row, size_t k) {
        return S::loadBfloat(reinterpret_cast<const uint16_t*>(row) + k);
    }
    template <class S>
    static typename S::F partial(const std::byte* row, size_t k, size_t n) {
        return S::loadBfloatPartial(reinterpret_cast<const uint16_t*>(row) + k, n);
    }
};

/// R rows of weights times C rows of activations. GCC unrolls nests of so many by itself only sometimes, and without it
/// the accumulators are no registers.
template <class S, class Load, int R, int C>
inline void floatTile(const std::byte* w, size_t rowBytes, const float* x, size_t length, float* out,
                      size_t outStride) {
    typename S::F acc[R][C];
#pragma GCC unroll 16
    for (auto& row : acc)
#pragma GCC unroll 16
        for (auto& lane : row) lane = S::set(0.0f);
    size_t k = 0;
    for (; k + 16 <= length; k += 16) {
        typename S::F right[C];
#pragma GCC unroll 16
        for (int c = 0; c < C; c++) right[c] = S::load(x + static_cast<size_t>(c) * length + k);
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
            const typename S::F left = Load::template whole<S>(w + static_cast<size_t>(r) * rowBytes, k);
#pragma GCC unroll 16
            for (int c = 0; c < C; c++) acc[r][c] = S::fma(left, right[c], acc[r][c]);
        }
    }
    if (const size_t rest = length - k; rest != 0)
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
            const typename S::F left = Load::template partial<S>(w + static_cast<size_t>(r) * rowBytes, k, rest);
#pragma GCC unroll 16
            for (int c = 0; c < C; c++)
                acc[r][c] = S::fma(left, S::loadPartial(x + static_cast<size_t>(c) * length + k, rest), acc[r][c]);
        }
#pragma GCC unroll 16
    for (int r = 0; r < R; r++)
#pragma GCC unroll 16
        for (int c = 0; c < C; c++)
            out[static_cast<size_t>(c) * outStride + static_cast<size_t>(r)] = S::tree(acc[r][c]);
}

template <class S, class Load, int R, int C>
void floatTileAt(const WeightRows& w, const Activations& a, size_t r, size_t t, float* out, size_t outStride) {
    floatTile<S, Load, R, C>(w.data + r * w.rowBytes, w.rowBytes, a.values + t * a.length, w.length,
                             out + t * outStride + r, outStride);
}

/// R rows of weights from r on times the last a.count mod kColumns rows of activations, which are at most C.
template <class S, class Load, int R, int C>
void floatRest(const WeightRows& w, const Activations& a, size_t r, float* out, size_t outStride) {
    if constexpr (C > 0) {
        if (a.count % S::kColumns == C)
            floatTileAt<S, Load, R, C>(w, a, r, a.count - C, out, outStride);
        else
            floatRest<S, Load, R, C - 1>(w, a, r, out, outStride);
    }
}

template <class S, class Load, int R>
void floatRows(const WeightRows& w, const Activations& a, size_t r, float* out, size_t outStride) {
    for (size_t t = 0; t + S::kColumns <= a.count; t += S::kColumns)
        floatTileAt<S, Load, R, S::kColumns>(w, a, r, t, out, outStride);
    floatRest<S, Load, R, S::kColumns - 1>(w, a, r, out, outStride);
}

template <class S, class Load>
void multiplyFloatOne(const WeightRows& w, const Activations& a, float* out) {
    constexpr size_t kRows = 16;
    size_t r = 0;
    for (; r + kRows <= w.count; r += kRows) floatTileAt<S, Load, kRows, 1>(w, a, r, 0, out, 0);
    for (; r < w.count; r++) floatTileAt<S, Load, 1, 1>(w, a, r, 0, out, 0);
}

template <class S, class Load>
void multiplyFloat(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    constexpr size_t kInCache = size_t{1} << 20;  // bytes of activations for which rows of weights are read again
    if (a.count == 1) return multiplyFloatOne<S, Load>(w, a, out);
    const size_t fitting = kInCache / (sizeof(float) * S::kColumns * a.length) * S::kColumns,
                 most = fitting == 0 ? S::kColumns : fitting;
    for (size_t t = 0; t < a.count; t += most) {
        const Activations some = a.part(t, a.count - t < most ? a.count - t : most);
        size_t r = 0;
        for (; r + S::kRows <= w.count; r += S::kRows)
            floatRows<S, Load, S::kRows>(w, some, r, out + t * outStride, outStride);
        for (; r < w.count; r++) floatRows<S, Load, 1>(w, some, r, out + t * outStride, outStride);
    }
}

template <class S>
void rmsNorm(const float* x, const float* weight, float epsilon, size_t length, float* out) {
    float squares;
    floatTile<S, LoadF32, 1, 1>(reinterpret_cast<const std::byte*>(x), 0, x, length, &squares, 0);
    const float mean = squares / static_cast<float>(length);
    const typename S::F scale = S::set(1.0f / S::squareRoot(mean + epsilon));
    for (size_t k = 0; k < length; k += 16) {
        const size_t n = length - k < 16 ? length - k : 16;
        S::storePartial(out + k, n, S::mul(S::mul(S::loadPartial(x + k, n), scale), S::loadPartial(weight + k, n)));
    }
}

template <class S>
void add(float* x, const float* y, size_t length) {
    for (size_t k = 0; k < length; k += 16) {
        const size_t n = length - k < 16 ? length - k : 16;
        S::storePartial(x + k, n, S::add(S::loadPartial(x + k, n), S::loadPartial(y + k, n)));
    }
}

template <class S>
bool allFinite(const float* x, size_t length) {
    for (size_t k = 0; k < length; k += 16)
        if (!S::allFinite(S::loadPartial(x + k, length - k < 16 ? length - k : 16))) return false;
    return true;
}

template <class S>
void toHalf(const float* x, size_t length, uint16_t* out) {
    size_t k = 0;
    for (; k + 16 <= length; k += 16) S::storeHalf(out + k, S::load(x + k));
    if (k < length) {
        uint16_t rest[16];
        S::storeHalf(rest, S::loadPartial(x + k, length - k));
        for (size_t i = k; i < length; i++) out[i] = rest[i - k];
    }
}

struct SegmentSum {
    float largest, sum;
};

/// The scores of the positions skip … count − 1, scaled and capped, into weights[0 … 63] (−infinity elsewhere).
template <class S, class Load>
inline void segmentScores(const AttentionTask& t, const float* query, const std::byte* keys, size_t skip, size_t count,
                          float* weights) {
    constexpr size_t kElement = sizeof(typename Load::Element);
    for (size_t j = skip; j < count; j++) {
        typename S::F acc = S::set(0.0f);
        for (size_t k = 0; k < t.keyStride; k += 16)
            acc = S::fma(Load::template whole<S>(keys + j * t.keyStride * kElement, k), S::load(query + k), acc);
        weights[j] = S::tree(acc) * t.scale;
    }
    if (t.softCap != 0) softCap<S>(weights + skip, t.softCap, count - skip);
    for (size_t j = 0; j < skip; j++) weights[j] = -__builtin_inff();
    for (size_t j = count; j < kSegment; j++) weights[j] = -__builtin_inff();
}

/// out[0 … 16·N − 1] = sum over the positions, ascending, of weight · value.
template <class S, class Load, int N>
inline void weightedValues(const float* weights, size_t skip, size_t count, const std::byte* values, size_t rowBytes,
                           size_t d, float* out) {
    typename S::F acc[N];
    for (auto& lane : acc) lane = S::set(0.0f);
    for (size_t j = skip; j < count; j++) {
        const typename S::F weight = S::set(weights[j]);
        for (int i = 0; i < N; i++)
            acc[i] =
                S::fma(weight, Load::template whole<S>(values + j * rowBytes, d + 16 * static_cast<size_t>(i)), acc[i]);
    }
    for (int i = 0; i < N; i++) S::store(out + d + 16 * static_cast<size_t>(i), acc[i]);
}

template <class S, class Load>
inline SegmentSum attendSegment(const AttentionTask& t, const float* query, size_t first, size_t skip, size_t count,
                                float* out) {
    constexpr size_t kElement = sizeof(typename Load::Element);
    alignas(64) float weights[kSegment];
    segmentScores<S, Load>(t, query, static_cast<const std::byte*>(t.keys) + first * t.keyStride * kElement, skip,
                           count, weights);
    typename S::F largest = S::load(weights);
    for (size_t j = 16; j < kSegment; j += 16) largest = S::greatest(largest, S::load(weights + j));
    SegmentSum result{S::largest(largest), 0};
    typename S::F sum = S::set(0.0f);
    for (size_t j = 0; j < count; j += 16) {
        S::store(weights + j, exponential<S>(S::sub(S::load(weights + j), S::set(result.largest))));
        for (size_t masked = j; masked < skip && masked < j + 16; masked++) weights[masked] = 0;
        sum = S::add(sum, S::loadPartial(weights + j, count - j < 16 ? count - j : 16));  // fma with one, exactly
    }
    result.sum = S::tree(sum);
    const std::byte* values = static_cast<const std::byte*>(t.values) + first * t.valueStride * kElement;
    size_t d = 0;
    for (; d + 64 <= t.valueStride; d += 64)
        weightedValues<S, Load, 4>(weights, skip, count, values, t.valueStride * kElement, d, out);
    for (; d < t.valueStride; d += 16)
        weightedValues<S, Load, 1>(weights, skip, count, values, t.valueStride * kElement, d, out);
    return result;
}

template <class S, class Load>
void attendCached(const AttentionTask& t) {
    alignas(64) float part[kLargestHead];
    const size_t start = t.firstPosition / kSegment * kSegment;
    for (size_t head = 0; head < t.queryCount; head++) {
        float* out = t.out + head * t.valueStride;
        const float* query = t.queries + head * t.keyStride;
        const size_t visible = t.positions - start;
        SegmentSum all = attendSegment<S, Load>(t, query, start, t.firstPosition - start,
                                                visible < kSegment ? visible : kSegment, out);
        for (size_t first = start + kSegment; first < t.positions; first += kSegment) {
            const SegmentSum s = attendSegment<S, Load>(
                t, query, first, 0, t.positions - first < kSegment ? t.positions - first : kSegment, part);
            const float largest = all.largest > s.largest ? all.largest : s.largest;
            const typename S::F a = exponential<S>(S::set(all.largest - largest)),
                                b = exponential<S>(S::set(s.largest - largest));
            all = {largest, __builtin_fmaf(s.sum, S::first(b), all.sum * S::first(a))};
            for (size_t d = 0; d < t.valueStride; d += 16)
                S::store(out + d, S::fma(S::load(part + d), b, S::mul(S::load(out + d), a)));
        }
        for (size_t d = 0; d < t.valueStride; d += 16) S::store(out + d, S::div(S::load(out + d), S::set(all.sum)));
    }
}

template <class S>
void attend(const AttentionTask& t) {
    t.type == CacheType::F32 ? attendCached<S, LoadF32>(t) : attendCached<S, LoadF16>(t);
}
