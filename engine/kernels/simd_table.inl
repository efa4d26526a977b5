// The products by tensor type and the table, the same list for every instruction set. Included inside the anonymous
// namespace of a translation unit after simd_float.inl and the readers of its quantized types.

template <class S>
MultiplyFunction multiply(TensorType type) {
    switch (type) {
        case TensorType::F32:
            return multiplyFloat<S, LoadF32>;
        case TensorType::F16:
            return multiplyFloat<S, LoadF16>;
        case TensorType::BF16:
            return multiplyFloat<S, LoadBf16>;
        case TensorType::Q4_0:
            return multiplyQuantized<ReadQ4_0>;
        case TensorType::Q4_1:
            return multiplyQuantized<ReadQ4_1>;
        case TensorType::Q5_0:
            return multiplyQuantized<ReadQ5_0>;
        case TensorType::Q5_1:
            return multiplyQuantized<ReadQ5_1>;
        case TensorType::Q8_0:
            return multiplyQuantized<ReadQ8_0>;
        case TensorType::IQ4_NL:
            return multiplyQuantized<ReadIQ4_NL>;
        case TensorType::MXFP4:
            return multiplyQuantized<ReadMXFP4>;
        case TensorType::Q2_K:
            return multiplyQuantized<ReadQ2_K>;
        case TensorType::Q3_K:
            return multiplyQuantized<ReadQ3_K>;
        case TensorType::Q4_K:
            return multiplyQuantized<ReadQ4_K>;
        case TensorType::Q5_K:
            return multiplyQuantized<ReadQ5_K>;
        case TensorType::Q6_K:
            return multiplyQuantized<ReadQ6_K>;
        case TensorType::IQ4_XS:
            return multiplyQuantized<ReadIQ4_XS>;
        default:
            return nullptr;
    }
}

template <class S>
constexpr Kernels tableNamed(std::string_view name, bool readsPacked) {
    return {name,   quantize,     multiply<S>, rmsNorm<S>, layerNorm<S>, activate<S>, softCap<S>, rotate,
            add<S>, allFinite<S>, toHalf<S>,   attend<S>,  merge<S>,     divide<S>,   readsPacked};
}
