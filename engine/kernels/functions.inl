// Elementary functions in f32, written once for every instruction set: S wraps its vector type S::F. Included inside
// the anonymous namespace of a translation unit, so that each instruction set has its own copy.
//
// S offers: set(float), add, sub, mul, div, fma(a, b, c) = a·b + c, roundEven, powerOfTwo(n) for whole n in −126 … 127,
// least(a, b) = b < a ? b : a, greatest(a, b) = b > a ? b : a ... with b returned where either is NaN, magnitude,
// withSign(magnitude, sign) and ifLess(a, b, yes, no) = a < b ? yes : no.

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

/// tanh within 2 ulp: x + x³·P(x²) below 0.625, 1 − 2 / (e^2|x| + 1) from there. NaN stays NaN.
template <class S>
inline typename S::F hyperbolicTangent(typename S::F x) {
    using F = typename S::F;
    const F size = S::magnitude(x), square = S::mul(x, x);
    F p = S::set(0.002147537f);
    p = S::fma(p, square, S::set(-0.008182674f));
    p = S::fma(p, square, S::set(0.021702968f));
    p = S::fma(p, square, S::set(-0.053947203f));
    p = S::fma(p, square, S::set(0.1333321f));
    p = S::fma(p, square, S::set(-0.3333333f));
    const F near = S::fma(S::mul(x, square), p, x);
    const F power = S::add(exponential<S>(S::add(size, size)), S::set(1.0f));
    const F far = S::sub(S::set(1.0f), S::div(S::set(2.0f), power));
    return S::ifLess(size, S::set(0.625f), near, S::withSign(far, x));
}

/// erf within 2 ulp: x·P(x²) below 1, 1 − e^−Q(|x|) from there, where Q is −ln erfc; both fitted for the least largest
/// error. NaN stays NaN.
template <class S>
inline typename S::F errorFunction(typename S::F x) {
    using F = typename S::F;
    const F size = S::magnitude(x), square = S::mul(x, x);
    F p = S::set(-9.680135e-06f);
    p = S::fma(p, square, S::set(0.00011270544f));
    p = S::fma(p, square, S::set(-0.0008484711f));
    p = S::fma(p, square, S::set(0.005221075f));
    p = S::fma(p, square, S::set(-0.026865445f));
    p = S::fma(p, square, S::set(0.11283783f));
    p = S::fma(p, square, S::set(-0.37612638f));
    p = S::fma(p, square, S::set(1.1283792f));
    const F t = S::least(S::set(4.0f), size);  // erf is 1 from there
    F q = S::set(2.1686816e-05f);
    q = S::fma(q, t, S::set(-0.0004413359f));
    q = S::fma(q, t, S::set(0.004204559f));
    q = S::fma(q, t, S::set(-0.02520825f));
    q = S::fma(q, t, S::set(0.10841856f));
    q = S::fma(q, t, S::set(0.6332199f));
    q = S::fma(q, t, S::set(1.1295785f));
    q = S::fma(q, t, S::set(-0.00018803819f));
    const F far = S::sub(S::set(1.0f), exponential<S>(S::sub(S::set(0.0f), q)));
    return S::ifLess(size, S::set(1.0f), S::mul(x, p), S::withSign(far, x));
}

/// x · Φ(x) in the tanh form, ½x·(1 + tanh u) with u = √(2/π)·(x + 0.044715x³), written as x / (1 + e^−2u), which loses
/// nothing where tanh is near −1.
template <class S>
inline typename S::F geluTanh(typename S::F x) {
    using F = typename S::F;
    const F bend = S::fma(S::mul(S::set(0.044715f), S::mul(x, x)), x, x);
    const F power = exponential<S>(S::mul(S::set(-1.5957691216f), bend));
    return S::div(x, S::add(S::set(1.0f), power));
}

/// ½x·(1 + erf(x / √2))
template <class S>
inline typename S::F geluErf(typename S::F x) {
    const typename S::F half = S::mul(S::set(0.5f), x);
    return S::mul(half, S::add(S::set(1.0f), errorFunction<S>(S::mul(x, S::set(0.70710678119f)))));
}

/// cap · tanh(x / cap)
template <class S>
inline typename S::F softCapped(typename S::F x, typename S::F cap) {
    return S::mul(cap, hyperbolicTangent<S>(S::div(x, cap)));
}
