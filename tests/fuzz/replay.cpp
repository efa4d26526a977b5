// Runs inputs through a fuzz program without libFuzzer: files, and all files of folders. Says which one it was at when
// it crashed, and fails on one that takes longer than a second.
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "fuzz/fuzz_target.h"

namespace {

/// False where the input took too long.
bool replay(const std::filesystem::path& path) {
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto start = std::chrono::steady_clock::now();
    // A copy of exactly its size: the sanitizers then see a read behind its end.
    const auto copy = std::make_unique<uint8_t[]>(bytes.size());
    if (!bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
    LLVMFuzzerTestOneInput(copy.get(), bytes.size());
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (taken.count() > 1) std::printf("took %.1f seconds\n", taken.count());
    return taken.count() <= 1;
}

}  // namespace

int main(int argc, char** argv) {
    size_t inputs = 0, slow = 0;
    for (int i = 1; i < argc; i++) {
        std::vector<std::filesystem::path> paths = {argv[i]};
        if (std::filesystem::is_directory(argv[i]))
            paths.assign(std::filesystem::directory_iterator(argv[i]), std::filesystem::directory_iterator());
        for (const auto& path : paths) slow += replay(path) ? 0 : 1;
        inputs += paths.size();
    }
    std::printf("%zu inputs, %zu of them slow\n", inputs, slow);
    return inputs > 0 && slow == 0 ? 0 : 1;
}
