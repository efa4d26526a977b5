// Attention over a span of the KV cache, written once over a vector of sixteen lanes. Included after simd_float.inl,
// whose header says what S offers; beside it S has kQueries × kVectors, the accumulators of sixteen lanes that fit into
// its registers, loadBytes (sixteen signed) and loadNibbles (of sixteen bytes, the lower or the upper ones, less 8).

// The types of the cache: sixteen keys j … of a segment at the value k, and sixteen values d … of a position.

template <class T, size_t bits>
struct PlainCache {
    static constexpr size_t kBits = bits;
    static constexpr bool kScaled = false;
    template <class S>
    static typename S::F key(const std::byte* keys, size_t k, size_t j) {
        return T::template whole<S>(keys, k * kSegment + j);
    }
    template <class S>
    static typename S::F value(const std::byte* row, const float*, size_t d) {
        return T::template whole<S>(row, d);
    }
};
using CacheF32 = PlainCache<LoadF32, 32>;
using CacheF16 = PlainCache<LoadF16, 16>;

struct CacheQ8_0 {
    static constexpr size_t kBits = 8;
    static constexpr bool kScaled = true;
    template <class S>
    static typename S::F key(const std::byte* keys, size_t k, size_t j) {
        return S::loadBytes(reinterpret_cast<const int8_t*>(keys) + k * kSegment + j);
    }
    template <class S>
    static typename S::F value(const std::byte* row, const float* scales, size_t d) {
        return S::mul(S::loadBytes(reinterpret_cast<const int8_t*>(row) + d), S::set(scales[d / 32]));
    }
};

struct CacheQ4_0 {
    static constexpr size_t kBits = 4;
    static constexpr bool kScaled = true;
    template <class S>
    static typename S::F key(const std::byte* keys, size_t k, size_t j) {
        return S::loadNibbles(reinterpret_cast<const uint8_t*>(keys) + k / 2 * kSegment + j, k % 2 != 0);
    }
    template <class S>
    static typename S::F value(const std::byte* row, const float* scales, size_t d) {
        return S::mul(S::loadNibbles(reinterpret_cast<const uint8_t*>(row) + d / 32 * 16, d % 32 != 0),
                      S::set(scales[d / 32]));
    }
};

/// What the queries of a block see of a segment: positions from … to − 1 of its 64; none where from >= to.
struct Sight {
    size_t from, to;
};

/// R queries times 16·N keys of a segment from key j on, the values k … end − 1: added to acc.
template <class S, class Cache, int R, int N>
inline void addKeys(const float* const* queries, const std::byte* keys, size_t j, size_t k, size_t end,
                    typename S::F (&acc)[R][N]) {
    for (; k < end; k++) {
        typename S::F key[N];
        for (int n = 0; n < N; n++) key[n] = Cache::template key<S>(keys, k, j + 16 * static_cast<size_t>(n));
        for (int r = 0; r < R; r++) {
            const typename S::F query = S::set(queries[r][k]);
            for (int n = 0; n < N; n++) acc[r][n] = S::fma(query, key[n], acc[r][n]);
        }
    }
}

template <class S, int R, int N>
inline void clear(typename S::F (&acc)[R][N]) {
    for (auto& row : acc)
        for (auto& lane : row) lane = S::set(0.0f);
}

/// Vectors of sixteen that R queries take together: as many as registers hold.
template <class S, int R>
constexpr int kVectorsFor = R <= S::kQueries ? S::kVectors : S::kVectors / 2;

/// R queries times the 64 keys of the segment that begins at the position `first`, scaled and capped.
template <class S, class Cache, int R>
void segmentScores(const AttentionTask& t, const float* const* queries, size_t first, float (*scores)[kSegment]) {
    constexpr int N = kVectorsFor<S, R>;
    const std::byte* keys = static_cast<const std::byte*>(t.keys) + first * t.keyLength * Cache::kBits / 8;
    for (size_t j = 0; j < kSegment; j += size_t{16} * N) {
        typename S::F acc[R][N];
        clear<S>(acc);
        if constexpr (!Cache::kScaled) addKeys<S, Cache>(queries, keys, j, 0, t.keyLength, acc);
        for (size_t k = 0; Cache::kScaled && k < t.keyLength; k += 32) {
            typename S::F sum[R][N];
            clear<S>(sum);
            addKeys<S, Cache>(queries, keys, j, k, k + 32, sum);
            const uint16_t* scales = t.keyScales + first * (t.keyLength / 32) + k / 32 * kSegment + j;
            for (int n = 0; n < N; n++) {
                const typename S::F scale = S::loadHalf(scales + 16 * n);
                for (int r = 0; r < R; r++) acc[r][n] = S::fma(sum[r][n], scale, acc[r][n]);
            }
        }
        for (int r = 0; r < R; r++)
            for (int n = 0; n < N; n++)
                S::store(scores[r] + j + 16 * static_cast<size_t>(n), S::mul(acc[r][n], S::set(t.scale)));
    }
    for (int r = 0; t.softCap != 0 && r < R; r++) softCap<S>(scores[r], t.softCap, kSegment);
}

/// The scores of a segment become weights, zero where the query does not see.
template <class S>
inline Attended segmentWeights(Sight sight, float* weights) {
    const auto hide = [&](float value) {
        for (size_t j = 0; j < sight.from; j++) weights[j] = value;
        for (size_t j = sight.to; j < kSegment; j++) weights[j] = value;
    };
    hide(-__builtin_inff());
    typename S::F largest = S::load(weights);
    for (size_t j = 16; j < kSegment; j += 16) largest = S::greatest(largest, S::load(weights + j));
    Attended seen{S::largest(largest), 0};
    for (size_t j = 0; j < kSegment; j += 16)
        S::store(weights + j, exponential<S>(S::sub(S::load(weights + j), S::set(seen.largest))));
    hide(0);
    typename S::F sum = S::load(weights);
    for (size_t j = 16; j < kSegment; j += 16) sum = S::add(sum, S::load(weights + j));
    seen.sum = S::tree(sum);
    return seen;
}

/// How what a segment gives is added: values = values · before + new · after, or new alone where nothing was before.
struct Merging {
    float before, after;
    bool first;
};

/// The state after the segment, and how to get there: for R ≤ 8 queries, with one exponential function for all.
template <class S, int R>
inline void mergeStates(const Attended* seen, Attended* attended, Merging* merging) {
    alignas(64) float powers[16] = {};
    float largest[R];
    for (int r = 0; r < R; r++) {
        const bool first = attended[r].sum == 0;
        largest[r] = !first && attended[r].largest > seen[r].largest ? attended[r].largest : seen[r].largest;
        powers[2 * r] = first ? 0.0f : attended[r].largest - largest[r];
        powers[2 * r + 1] = seen[r].largest - largest[r];
    }
    S::store(powers, exponential<S>(S::load(powers)));
    for (int r = 0; r < R; r++) {
        if (seen[r].sum == 0) continue;
        const bool first = attended[r].sum == 0;
        merging[r] = {powers[2 * r], powers[2 * r + 1], first};
        attended[r] = first ? seen[r]
                            : Attended{largest[r], __builtin_fmaf(seen[r].sum, merging[r].after,
                                                                  attended[r].sum * merging[r].before)};
    }
}

/// 16·N values of R queries from d on, with the scales of the segment's values: the sum over the positions that each sees, ascending, of weight · value, merged.
template <class S, class Cache, int R, int N>
inline void addValues(const AttentionTask& t, const Sight* sights, const float (*weights)[kSegment], size_t first,
                      const float* scales, size_t d, const Merging* merging, float* values) {
    typename S::F acc[R][N];
    clear<S>(acc);
    Sight all = sights[0], any = sights[0];
    for (int r = 1; r < R; r++) {
        all = {all.from > sights[r].from ? all.from : sights[r].from, all.to < sights[r].to ? all.to : sights[r].to};
        any = {any.from < sights[r].from ? any.from : sights[r].from, any.to > sights[r].to ? any.to : sights[r].to};
    }
    const auto add = [&](size_t j, auto seen) {
        const std::byte* row = static_cast<const std::byte*>(t.values) + (first + j) * t.valueStride * Cache::kBits / 8;
        typename S::F value[N];
        for (int n = 0; n < N; n++)
            value[n] = Cache::template value<S>(row, scales + j * (t.valueStride / 32), d + 16 * static_cast<size_t>(n));
        for (int r = 0; r < R; r++) {
            if (!seen(r)) continue;
            const typename S::F weight = S::set(weights[r][j]);
            for (int n = 0; n < N; n++) acc[r][n] = S::fma(weight, value[n], acc[r][n]);
        }
    };
    for (size_t j = any.from; j < any.to; j++) {
        if (j == all.from)
            for (; j < all.to; j++) add(j, [](int) { return true; });
        if (j < any.to) add(j, [&](int r) { return j >= sights[r].from && j < sights[r].to; });
    }
    for (int r = 0; r < R; r++) {
        if (sights[r].from >= sights[r].to) continue;
        float* out = values + static_cast<size_t>(r) * t.valueStride + d;
        for (int n = 0; n < N; n++, out += 16)
            S::store(out, merging[r].first ? acc[r][n]
                                           : S::fma(acc[r][n], S::set(merging[r].after),
                                                    S::mul(S::load(out), S::set(merging[r].before))));
    }
}

template <class S>
inline void widenScales(const uint16_t* halves, size_t count, float* scales) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) S::store(scales + i, S::loadHalf(halves + i));
    if (i < count) S::store(scales + i, S::loadHalfPartial(halves + i, count - i));
}

template <class S, class Cache, int R>
void segmentValues(const AttentionTask& t, const Sight* sights, const float (*weights)[kSegment], size_t first,
                   const Merging* merging, float* values) {
    constexpr int N = kVectorsFor<S, R>;
    constexpr size_t kTogether = size_t{16} * N;
    // Widened together: one at a time they would cost as much as the values.
    alignas(64) float scales[Cache::kScaled ? kSegment * kLargestHead / 32 : 1];
    if constexpr (Cache::kScaled) {
        size_t seen = 0;
        for (int r = 0; r < R; r++) seen = sights[r].to > seen ? sights[r].to : seen;
        widenScales<S>(t.valueScales + first * (t.valueStride / 32), seen * (t.valueStride / 32), scales);
    }
    size_t d = 0;
    for (; d + kTogether <= t.valueStride; d += kTogether)
        addValues<S, Cache, R, N>(t, sights, weights, first, scales, d, merging, values);
    for (; d < t.valueStride; d += 16) addValues<S, Cache, R, 1>(t, sights, weights, first, scales, d, merging, values);
}

/// Queries row … row + R − 1 and the segment that begins at the position `first`.
template <class S, int R>
inline void attendSegment(const AttentionTask& t, size_t first, size_t row, Attended* attended, float* values) {
    // By the types of keys and values, which differ independently.
    constexpr decltype(&segmentScores<S, CacheF32, R>) kScores[kCacheTypes] = {
        segmentScores<S, CacheF32, R>, segmentScores<S, CacheF16, R>, segmentScores<S, CacheQ8_0, R>,
        segmentScores<S, CacheQ4_0, R>};
    constexpr decltype(&segmentValues<S, CacheF32, R>) kValues[kCacheTypes] = {
        segmentValues<S, CacheF32, R>, segmentValues<S, CacheF16, R>, segmentValues<S, CacheQ8_0, R>,
        segmentValues<S, CacheQ4_0, R>};
    const float* queries[R];
    Sight sights[R];
    bool any = false;
    for (int r = 0; r < R; r++) {
        const size_t i = row + static_cast<size_t>(r), end = t.position + i / t.heads + 1,
                     begin = t.firstSeen(i / t.heads);
        queries[r] = t.queries + i / t.heads * t.queryStride + i % t.heads * t.keyLength;
        sights[r] = {begin > first ? begin - first : 0,
                     end < first ? 0 : (end - first < kSegment ? end - first : kSegment)};
        any = any || sights[r].from < sights[r].to;
    }
    if (!any) return;
    alignas(64) float weights[R][kSegment];
    kScores[static_cast<size_t>(t.keyType)](t, queries, first, weights);
    Attended seen[R] = {};
    for (int r = 0; r < R; r++)
        if (sights[r].from < sights[r].to) seen[r] = segmentWeights<S>(sights[r], weights[r]);
    Merging merging[R];
    mergeStates<S, R>(seen, attended + row, merging);
    kValues[static_cast<size_t>(t.valueType)](t, sights, weights, first, merging, values + row * t.valueStride);
}

/// The last `rows` queries, from `row` on, which are at most R.
template <class S, int R>
inline void attendRest(const AttentionTask& t, size_t first, size_t row, size_t rows, Attended* attended,
                       float* values) {
    if constexpr (R > 0) {
        if (rows == R)
            attendSegment<S, R>(t, first, row, attended, values);
        else
            attendRest<S, R - 1>(t, first, row, rows, attended, values);
    }
}

template <class S>
void attend(const AttentionTask& t, size_t span, Attended* attended, float* values) {
    constexpr size_t kRows = S::kQueries;
    const size_t queries = t.tokens * t.heads, end = t.position + t.tokens, begin = t.firstSeen(0);
    for (size_t i = 0; i < queries; i++) attended[i] = {};
    const size_t low = begin / kSegment * kSegment, from = span * kSpan > low ? span * kSpan : low,
                 to = (span + 1) * kSpan < end ? (span + 1) * kSpan : end;
    for (size_t first = from; first < to; first += kSegment) {
        size_t row = 0;
        for (; row + S::kMostRest < queries; row += kRows)
            attendSegment<S, S::kQueries>(t, first, row, attended, values);
        attendRest<S, S::kMostRest>(t, first, row, queries - row, attended, values);
    }
}

template <class S>
void merge(const Attended* later, const float* laterValues, size_t queries, size_t valueStride, Attended* attended,
           float* values) {
    for (size_t i = 0; i < queries; i++, laterValues += valueStride, values += valueStride) {
        if (later[i].sum == 0) continue;
        Merging merging;
        mergeStates<S, 1>(later + i, attended + i, &merging);
        for (size_t d = 0; d < valueStride; d += 16) {
            const typename S::F next = S::load(laterValues + d);
            S::store(values + d, merging.first ? next
                                               : S::fma(next, S::set(merging.after),
                                                        S::mul(S::load(values + d), S::set(merging.before))));
        }
    }
}
