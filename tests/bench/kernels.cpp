// How near the products of weights and activations come to what the processor can do: of each table and tensor type,
// with 1, 2, 4, 8 and 512 rows of activations. A product with few rows is judged by the bytes of weights that it reads
// a second, beside plain reading of as many bytes; one with 512 rows by its multiplications and additions, beside a
// loop of nothing but those in registers. Both peaks are measured right before each product, with as many threads.
// usage: bench_kernels [--benchmark_filter=avx512/Q4_0 …]      names: table/type/rows x length/tokens/threads
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <memory>
#include <random>

#include "base/thread_team.h"
#include "kernels/activation_buffer.h"
#include "kernels/kernels.h"
#include "support/random_tensor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace monochord;

namespace {

struct Case {
    const Kernels* kernels;
    TensorType type;
    size_t rows, length, tokens;
    int threads;
};

constexpr size_t kManyTokens = 16;  // from here on a product is judged by its operations

/// Of this thread where there is no other, so that what else the machine does matters less.
double seconds(int threads) {
    if (threads > 1) {
        using namespace std::chrono;
        return duration<double>(steady_clock::now().time_since_epoch()).count();
    }
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// The best rate of a few tries on all threads of a team; `work` is what one call of `body` on one thread does.
template <class Body>
double peakRate(ThreadTeam& team, double work, Body&& body) {
    const auto threads = static_cast<size_t>(team.size());
    double best = 0;
    for (int attempt = 0; attempt < 8; attempt++) {
        const double start = seconds(team.size());
        team.run(threads, {}, body);
        best = std::max(best, work * static_cast<double>(threads) / (seconds(team.size()) - start));
    }
    return best;
}

#if defined(__x86_64__)
constexpr size_t kRounds = 200000;

// Twelve chains of one instruction hide its latency; the assembler keeps the compiler from folding them.
#define TWELVE(instruction)                                                                                         \
    for (size_t i = 0; i < kRounds; i++)                                                                            \
    asm volatile(instruction(0) instruction(1) instruction(2) instruction(3) instruction(4) instruction(5)          \
                     instruction(6) instruction(7) instruction(8) instruction(9) instruction(10) instruction(11)::  \
                         : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
                           "xmm11", "xmm15")
#define INT8_AVX512(n) "vpdpbusd %%zmm15, %%zmm15, %%zmm" #n "\n"
#define F32_AVX512(n) "vfmadd231ps %%zmm15, %%zmm15, %%zmm" #n "\n"
#define INT8_AVX2(n) "vpmaddubsw %%ymm15, %%ymm15, %%ymm" #n "\n"
#define F32_AVX2(n) "vfmadd231ps %%ymm15, %%ymm15, %%ymm" #n "\n"

/// Multiplications and additions a second, in integers of eight bits or in f32.
double operationPeak(const Kernels& kernels, bool integers, ThreadTeam& team) {
    const bool wide = &kernels == &kAvx512Kernels;
    const double work = 12.0 * kRounds * 2 * (wide ? 16 : 8) * (integers ? 4 : 1);
    return peakRate(team, work, [&](size_t) {
        asm volatile("vzeroall" ::
                         : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                           "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
        if (wide && integers) {
            TWELVE(INT8_AVX512);
        } else if (wide) {
            TWELVE(F32_AVX512);
        } else if (integers) {
            TWELVE(INT8_AVX2);
        } else {
            TWELVE(F32_AVX2);
        }
    });
}

/// Adds up all lines of a buffer; four streams of whole vectors, in order.
__attribute__((target("avx2"))) void readAll(const std::byte* p, size_t bytes) {
    __m256i sum = _mm256_setzero_si256();
    for (size_t i = 0; i + 256 <= bytes; i += 256)
        for (size_t at = i; at < i + 256; at += 32)
            sum = _mm256_xor_si256(sum, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + at)));
    benchmark::DoNotOptimize(sum);
}
#else
double operationPeak(const Kernels&, bool, ThreadTeam&) {
    return 0;
}
void readAll(const std::byte* p, size_t bytes) {
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes; i++) sum += std::to_integer<uint64_t>(p[i]);
    benchmark::DoNotOptimize(sum);
}
#endif

/// Bytes a second, of plain reading. A small buffer is read often enough for the clock.
double readPeak(const AlignedBuffer<char>& weights, ThreadTeam& team) {
    const size_t share = weights.size() / static_cast<size_t>(team.size()),
                 times = std::max<size_t>((size_t{16} << 20) / weights.size(), 1);
    return peakRate(team, static_cast<double>(share * times), [&](size_t thread) {
        for (size_t i = 0; i < times; i++)
            readAll(reinterpret_cast<const std::byte*>(weights.data()) + thread * share, share);
    });
}

void product(benchmark::State& state, const Case& c) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    const size_t rowBytes = c.length / tensorTypeInfo(c.type).blockSize * tensorTypeInfo(c.type).bytesPerBlock;
    const auto weights = *AlignedBuffer<char>::create(Checked(c.rows * rowBytes));  // as aligned as they are in a file
    const std::string some = test::randomTensor(c.type, 64, c.length, 0.1f, random);
    for (size_t at = 0; at < weights.size(); at += some.size())
        std::memcpy(weights.data() + at, some.data(), std::min(some.size(), weights.size() - at));
    const auto x = *AlignedBuffer<float>::create(Checked(c.tokens * c.length)),
               out = *AlignedBuffer<float>::create(Checked(c.tokens * c.rows));
    for (float& value : x.span()) value = normal(random);
    const auto buffer = *ActivationBuffer::create(Checked(x.size()), Checked(c.tokens), Checked(c.length));
    for (size_t t = 0; t < c.tokens; t++)
        c.kernels->quantize(&x[t * c.length], c.length / 32 * 32, buffer.row(t, c.length));
    for (size_t g = 0; g < ActivationBuffer::groups(c.tokens); g++) buffer.pack(g, c.tokens, c.length);
    const PackedRows packed = buffer.packed(c.tokens);
    const Activations input =
        buffer.view(x.data(), c.tokens, c.length, c.kernels->readsPacked && c.tokens > 1 ? &packed : nullptr);

    ThreadTeam team(c.threads);
    const bool many = c.tokens >= kManyTokens;
    const double peak =
        many ? operationPeak(*c.kernels, usesQuantizedActivations(c.type), team) : readPeak(weights, team);
    const size_t groups = c.rows / 16, chunks = c.threads == 1 ? 1 : static_cast<size_t>(c.threads) * 4;
    for (auto _ : state) {
        const double start = seconds(c.threads);
        team.run(chunks, {}, [&](size_t chunk) {
            const size_t begin = groups * chunk / chunks * 16, end = groups * (chunk + 1) / chunks * 16;
            const auto* data = reinterpret_cast<const std::byte*>(weights.data()) + begin * rowBytes;
            c.kernels->multiply(c.type)({data, rowBytes, end - begin, c.length}, input, out.data() + begin, c.rows);
        });
        state.SetIterationTime(seconds(c.threads) - start);
    }
    const double work =
        many ? 2.0 * static_cast<double>(c.rows * c.length * c.tokens) : static_cast<double>(weights.size());
    state.counters[many ? "op/s" : "B/s"] = benchmark::Counter(work, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["ofPeak"] = benchmark::Counter(work / peak, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["peak"] = peak;
}

void addCase(const Case& c) {
    const std::string name = fmt::format("{}/{}/{}x{}/tokens:{}/threads:{}", c.kernels->name,
                                         tensorTypeInfo(c.type).name, c.rows, c.length, c.tokens, c.threads);
    benchmark::RegisterBenchmark(name.c_str(), [c](benchmark::State& state) { product(state, c); })
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
    for (const Kernels* kernels : availableKernels()) {
        if (kernels == &kScalarKernels) continue;
        for (const TensorTypeInfo& info : tensorTypes()) {
            if (!kernels->multiply(info.type)) continue;
            addCase({kernels, info.type, 2048, 2048, 512, 1});
            for (const size_t tokens : {1u, 2u, 4u, 8u}) addCase({kernels, info.type, 65536, 2048, tokens, 1});
            addCase({kernels, info.type, 65536, 2048, 1, 2});
            addCase({kernels, info.type, 256, 2048, 1, 1});  // stays in the cache: without the memory's share
            if (info.type != TensorType::Q4_0 && info.type != TensorType::Q4_1 && info.type != TensorType::F16)
                continue;
            for (const size_t tokens : {1u, 512u}) {
                addCase({kernels, info.type, 5632, 2048, tokens, 1});
                addCase({kernels, info.type, 2048, 5632, tokens, 1});
                addCase({kernels, info.type, 576, 576, tokens, 1});
                addCase({kernels, info.type, 1536, 576, tokens, 1});
                addCase({kernels, info.type, 576, 1536, tokens, 1});
            }
        }
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
}
