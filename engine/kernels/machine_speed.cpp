#include "monochord/machine_speed.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/aligned_buffer.h"
#include "base/cpu_features.h"
#include "base/thread_team.h"
#include "kernels/int8_peak.h"

namespace monochord {

namespace {

constexpr size_t kTries = 5, kChunks = 8;        // chunks a thread: one that comes late holds nobody up for long
constexpr size_t kSmallest = size_t{256} << 20;  // bytes to read; several times the caches of a usual machine
constexpr size_t kRounds = 200000;               // a chunk of dot products: less than a millisecond

/// The shortest time of some tries, in seconds.
template <class Work>
double shortest(Work&& work) {
    double best = 0;
    for (size_t i = 0; i < kTries; i++) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        best = i == 0 ? seconds : std::min(best, seconds);
    }
    return best;
}

/// Reads whole cache lines, several at once.
void read(const std::byte* data, size_t size) {
    using Line = uint64_t __attribute__((vector_size(64)));
    Line sums[4] = {};
    for (size_t at = 0; at < size; at += sizeof sums)
        for (size_t i = 0; i < 4; i++) sums[i] += reinterpret_cast<const Line*>(data + at)[i];
    for (const Line& sum : sums) asm volatile("" ::"m"(sum));
}

}  // namespace

Result<MachineSpeed> measureMachineSpeed(int threads) {
    ThreadTeam team(threads);
    const size_t chunks = static_cast<size_t>(team.size()) * kChunks;
    const size_t chunkBytes = std::max(kSmallest, 4 * lastCacheBytes()) / chunks / 256 * 256;
    const auto memory = AlignedBuffer<std::byte>::create(Checked(chunks) * Checked(chunkBytes));
    if (!memory) return tl::unexpected(memory.error());
    const auto each = [&](auto&& work) { team.run(chunks, {}, work); };
    const auto chunk = [&](size_t i) { return memory->data() + i * chunkBytes; };
    each([&](size_t i) { std::memset(chunk(i), 1, chunkBytes); });  // untouched pages would all be one page of zeros
    MachineSpeed speed;
    speed.readBytesPerSecond =
        static_cast<double>(memory->size()) / shortest([&] { each([&](size_t i) { read(chunk(i), chunkBytes); }); });
    if (const Int8Peak peak = int8Peak(); peak.run)
        speed.int8OperationsPerSecond = static_cast<double>(chunks * kRounds) * peak.operations /
                                        shortest([&] { each([&](size_t) { peak.run(kRounds); }); });
    return speed;
}

}  // namespace monochord
