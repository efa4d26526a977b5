// LayerNorm, the functions between the matrices of a feed-forward network and soft caps, written once over a vector of
// sixteen lanes. Included after functions.inl and before simd_float.inl, whose header says what S offers.

/// The plain sum of lanes k mod 16, ascending, and the tree: a float product with ones, or of x with itself.
template <class S, bool squares>
inline float sumOf(const float* x, size_t length) {
    typename S::F sum = S::set(0.0f);
    for (size_t k = 0; k < length; k += 16) {
        const typename S::F value = S::loadPartial(x + k, length - k < 16 ? length - k : 16);
        sum = squares ? S::fma(value, value, sum) : S::add(sum, value);
    }
    return S::tree(sum);
}

template <class S>
void layerNorm(const float* x, const float* weight, const float* bias, float epsilon, size_t length, float* out) {
    const auto n = static_cast<float>(length);
    const typename S::F mean = S::set(sumOf<S, false>(x, length) / n);
    for (size_t k = 0; k < length; k += 16) {
        const size_t some = length - k < 16 ? length - k : 16;
        S::storePartial(out + k, some, S::sub(S::loadPartial(x + k, some), mean));
    }
    const typename S::F scale = S::set(1.0f / S::squareRoot(sumOf<S, true>(out, length) / n + epsilon));
    for (size_t k = 0; k < length; k += 16) {
        const size_t some = length - k < 16 ? length - k : 16;
        typename S::F y = S::mul(S::mul(S::loadPartial(out + k, some), scale), S::loadPartial(weight + k, some));
        if (bias) y = S::add(y, S::loadPartial(bias + k, some));
        S::storePartial(out + k, some, y);
    }
}

template <class S, typename S::F (*f)(typename S::F)>
inline void activateWith(const float* gate, const float* up, size_t length, float* out) {
    for (size_t k = 0; k < length; k += 16) {
        const size_t some = length - k < 16 ? length - k : 16;
        typename S::F y = f(S::loadPartial(gate + k, some));
        if (up) y = S::mul(y, S::loadPartial(up + k, some));
        S::storePartial(out + k, some, y);
    }
}

template <class S>
void activate(Nonlinearity f, const float* gate, const float* up, size_t length, float* out) {
    if (f == Nonlinearity::Silu) return activateWith<S, silu<S>>(gate, up, length, out);
    if (f == Nonlinearity::GeluTanh) return activateWith<S, geluTanh<S>>(gate, up, length, out);
    activateWith<S, geluErf<S>>(gate, up, length, out);
}

/// One pair after the other: neighbours and halves alike, and never what a model waits for.
inline void rotate(const float* angles, size_t pairs, size_t step, size_t distance, float* head) {
    for (size_t i = 0; i < pairs; i++, head += step) {
        const float a = head[0], b = head[distance], cosine = angles[2 * i], sine = angles[2 * i + 1];
        head[0] = __builtin_fmaf(a, cosine, -(b * sine));
        head[distance] = __builtin_fmaf(a, sine, b * cosine);
    }
}

template <class S>
void softCap(float* x, float cap, size_t length) {
    for (size_t k = 0; k < length; k += 16) {
        const size_t some = length - k < 16 ? length - k : 16;
        S::storePartial(x + k, some, softCapped<S>(S::loadPartial(x + k, some), S::set(cap)));
    }
}
