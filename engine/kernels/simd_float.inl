// The float kernels, written once over a vector of sixteen lanes: S::F, one AVX-512 register, two of AVX2 or four of
// NEON. Included inside the anonymous namespace of a translation unit after functions.inl.
//
// Beside what functions.inl asks for, S offers: load, loadHalf, loadBfloat (sixteen values), loadPartial(p, n),
// loadHalfPartial, loadBfloatPartial (n values, zeros behind them), store, storePartial, storeHalf (rounded to
// binary16), tree (i+8, i+4, i+2, i+1), largest (of all lanes), allFinite, and kRows × kColumns, the accumulators of a
// product.

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

/// R rows of weights times C rows of activations.
template <class S, class Load, int R, int C>
inline void floatTile(const std::byte* w, size_t rowBytes, const float* x, size_t length, float* out,
                      size_t outStride) {
    typename S::F acc[R][C];
    for (auto& row : acc)
        for (auto& lane : row) lane = S::set(0.0f);
    size_t k = 0;
    for (; k + 16 <= length; k += 16) {
        typename S::F right[C];
        for (int c = 0; c < C; c++) right[c] = S::load(x + static_cast<size_t>(c) * length + k);
        for (int r = 0; r < R; r++) {
            const typename S::F left = Load::template whole<S>(w + static_cast<size_t>(r) * rowBytes, k);
            for (int c = 0; c < C; c++) acc[r][c] = S::fma(left, right[c], acc[r][c]);
        }
    }
    if (const size_t rest = length - k; rest != 0) {
        for (int r = 0; r < R; r++) {
            const typename S::F left = Load::template partial<S>(w + static_cast<size_t>(r) * rowBytes, k, rest);
            for (int c = 0; c < C; c++)
                acc[r][c] = S::fma(left, S::loadPartial(x + static_cast<size_t>(c) * length + k, rest), acc[r][c]);
        }
    }
    for (int r = 0; r < R; r++)
        for (int c = 0; c < C; c++)
            out[static_cast<size_t>(c) * outStride + static_cast<size_t>(r)] = S::tree(acc[r][c]);
}

template <class S, class Load, int C>
inline void floatColumns(const WeightRows& w, const float* x, float* out, size_t outStride) {
    constexpr size_t kRows = C == 1 ? S::kRows * S::kColumns : S::kRows;
    size_t r = 0;
    for (; r + kRows <= w.count; r += kRows)
        floatTile<S, Load, kRows, C>(w.data + r * w.rowBytes, w.rowBytes, x, w.length, out + r, outStride);
    for (; r < w.count; r++)
        floatTile<S, Load, 1, C>(w.data + r * w.rowBytes, w.rowBytes, x, w.length, out + r, outStride);
}

template <class S, class Load>
void multiplyFloat(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    constexpr size_t kColumns = S::kColumns;
    size_t c = 0;
    for (; c + kColumns <= a.count; c += kColumns)
        floatColumns<S, Load, kColumns>(w, a.values + c * a.length, out + c * outStride, outStride);
    for (; c < a.count; c++) floatColumns<S, Load, 1>(w, a.values + c * a.length, out + c * outStride, outStride);
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
