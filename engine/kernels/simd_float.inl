// The float kernels, written once over a vector of sixteen lanes: S::F, one AVX-512 register, two of AVX2 or four of
// NEON. Included inside the anonymous namespace of a translation unit after functions.inl.
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

/// R rows of weights times C rows of activations; for one of them what lies at `next` is fetched meanwhile. GCC unrolls
/// nests of so many by itself only sometimes, and without it the accumulators are no registers.
template <class S, class Load, int R, int C>
inline void floatTile(const std::byte* w, size_t rowBytes, const std::byte* next, const float* x, size_t length,
                      float* out, size_t outStride) {
    typename S::F acc[R][C];
#pragma GCC unroll 16
    for (auto& row : acc)
#pragma GCC unroll 16
        for (auto& lane : row) lane = S::set(0.0f);
    size_t k = 0;
    for (; k + 16 <= length; k += 16) {
        if constexpr (R > 1 && C == 1) {  // in order: the hardware's own prefetching ends with a page
            constexpr size_t kStep = size_t{16} * R * sizeof(typename Load::Element);
            for (size_t line = 0; line < kStep; line += 64) __builtin_prefetch(next + k / 16 * kStep + line, 0, 2);
        }
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
    const std::byte* const next = (w.ahead ? w.ahead : w.data + R * w.rowBytes) + r * w.rowBytes;
    floatTile<S, Load, R, C>(w.data + r * w.rowBytes, w.rowBytes, next, a.values + t * a.length, w.length,
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
    constexpr size_t kRows = 4;
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
    floatTile<S, LoadF32, 1, 1>(reinterpret_cast<const std::byte*>(x), 0, nullptr, x, length, &squares, 0);
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
void divide(const float* x, float divisor, size_t length, float* out) {
    for (size_t k = 0; k < length; k += 16) {
        const size_t n = length - k < 16 ? length - k : 16;
        S::storePartial(out + k, n, S::div(S::loadPartial(x + k, n), S::set(divisor)));
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
