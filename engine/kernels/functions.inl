// Elementary functions in f32, written once for every instruction set: S wraps its vector type S::F. Included inside
// the anonymous namespace of a translation unit, so that each instruction set has its own copy.
//
// S offers: set(float), add, sub, mul, div, fma(a, b, c) = a·b + c, roundEven, powerOfTwo(n) for whole n in −126 … 127,
// and least(a, b) = b < a ? b : a, greatest(a, b) = b > a ? b : a ... with b returned where either is NaN.

/// e^x within 1 ulp; x = n·ln 2 + r with |r| ≤ ln 2 / 2, polynomial of Cephes' expf, scaled in two steps so that
/// subnormal results are rounded once. NaN stays NaN.
template <class S>
inline typename S::F exponential(typename S::F x) {
    using F = typename S::F;
    x = S::least(S::set(89.0f), S::greatest(S::set(-104.0f), x));
    const F n = S::roundEven(S::mul(x, S::set(1.44269504088896341f)));
    F r = S::fma(n, S::set(-0.693359375f), x);
    r = S::fma(n, S::set(2.12194440e-4f), r);
    F p = S::set(1.9875691500e-4f);
    p = S::fma(p, r, S::set(1.3981999507e-3f));
    p = S::fma(p, r, S::set(8.3334519073e-3f));
    p = S::fma(p, r, S::set(4.1665795894e-2f));
    p = S::fma(p, r, S::set(1.6666665459e-1f));
    p = S::fma(p, r, S::set(5.0000001201e-1f));
    p = S::add(S::fma(p, S::mul(r, r), r), S::set(1.0f));
    const F half = S::roundEven(S::mul(n, S::set(0.5f)));
    return S::mul(S::mul(p, S::powerOfTwo(half)), S::powerOfTwo(S::sub(n, half)));
}

/// x / (1 + e^−x)
template <class S>
inline typename S::F silu(typename S::F x) {
    return S::div(x, S::add(S::set(1.0f), exponential<S>(S::sub(S::set(0.0f), x))));
}
