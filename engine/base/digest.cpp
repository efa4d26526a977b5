#include "base/digest.h"

#include <array>
#include <bit>
#include <cstring>

namespace monochord {

namespace {

constexpr size_t kLanes = 8;  // a multiplication takes several cycles and one can begin in each
constexpr uint64_t kOdd = 0x9e3779b97f4a7c15u;

/// For a given x a bijection of h, and for a given h one of x: no change of one word is lost on the way.
uint64_t mixed(uint64_t h, uint64_t x) {
    return std::rotl((h ^ x) * kOdd, 29);
}

}  // namespace

uint64_t digest(std::span<const std::byte> bytes, uint64_t before) {
    std::array<uint64_t, kLanes> lanes{}, words{};
    for (size_t i = 0; i < kLanes; i++) lanes[i] = mixed(before, i);
    const size_t length = bytes.size();
    while (bytes.size() >= sizeof(words)) {
        std::memcpy(words.data(), bytes.data(), sizeof(words));
        for (size_t i = 0; i < kLanes; i++) lanes[i] = mixed(lanes[i], words[i]);
        bytes = bytes.subspan(sizeof(words));
    }
    words.fill(0);
    if (!bytes.empty()) std::memcpy(words.data(), bytes.data(), bytes.size());
    uint64_t h = mixed(before, length);
    for (size_t i = 0; i < kLanes; i++) h = mixed(h, mixed(lanes[i], words[i]));
    return mixed(h ^ h >> 32, length);
}

}  // namespace monochord
