#include "monochord/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "command.h"
#include "monochord/inspect.h"
#include "options.h"
#include "terminal.h"

namespace monochord::cli {

namespace {

constexpr size_t kLongestName = 60;  // bytes

struct Flags {
    std::string from, to, type;
    int threads = 0;
    uint64_t splitSize = 0;
};

/// One line on standard error that is written again and again, where somebody sees it.
class Progress {
public:
    void operator()(uint64_t done, uint64_t total, std::string_view tensor) {
        if (!errorsGoToTerminal()) return;
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
        const double rate = static_cast<double>(done) / std::max(seconds, 1e-3);
        fmt::print(stderr, "\r\033[K{:3} %  {:.0f} million weights/s  {:.0f} s left  {}",
                   done * 100 / std::max<uint64_t>(total, 1), rate / 1e6, static_cast<double>(total - done) / rate,
                   displayText(tensor, kLongestName));
        if (done == total) fmt::print(stderr, "\r\033[K");
        std::fflush(stderr);
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

std::string listed(const std::vector<QuantizeReport::Type>& types) {
    std::string text;
    for (const auto& [name, tensors] : types) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", tensors, name);
    return text;
}

void print(const QuantizeReport& report) {
    constexpr double kMiB = 1 << 20;
    const auto bits = [&](uint64_t bytes) {
        return 8 * static_cast<double>(bytes) / static_cast<double>(std::max<uint64_t>(report.weights, 1));
    };
    fmt::print("{:.1f} MiB became {:.1f} MiB: {:.2f} bits a weight instead of {:.2f}\n",
               static_cast<double>(report.bytesBefore) / kMiB, static_cast<double>(report.bytesAfter) / kMiB,
               bits(report.bytesAfter), bits(report.bytesBefore));
    fmt::print("tensors: {}\n", listed(report.types));
    if (report.files.size() > 1)
        fmt::print("{} files: {} …\n", report.files.size(), displayText(report.files.front().string(), kLongestName));
    if (report.otherTypes > 0)
        fmt::print("{} of them have another type than was meant for them: their rows do not divide into its blocks\n",
                   report.otherTypes);
    if (!report.quantizedBefore.empty())
        fmt::print(
            stderr,
            "warning: these weights were quantized already ({} tensors); made from the original, the model would "
            "be better\n",
            listed(report.quantizedBefore));
}

Result<void> quantize(const Flags& flags) {
    const InterruptStop interrupt;
    const auto report = quantizeModel(
        flags.from, flags.to, flags.type,
        {.threads = flags.threads, .splitSize = flags.splitSize, .progress = Progress(), .stop = interrupt.token()});
    if (!report) return fail(report.error().code, flags.from + ": " + report.error().message);
    print(*report);
    return {};
}

}  // namespace

void addQuantize(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("quantize", "a copy of a model with fewer bits a weight");
    const auto flags = std::make_shared<Flags>();
    command->add_option("IN", flags->from, "model file (GGUF), best in F32, F16 or BF16")->required();
    command->add_option("OUT", flags->to, "the file to write")->required();
    command->add_option("TYPE", flags->type, fmt::format("one of {}", fmt::join(quantizations(), ", ")))->required();
    command->add_option("-t,--threads", flags->threads, "threads; 0: as many as there are")
        ->check(within(0, 1024))
        ->capture_default_str();
    addSplitFlag(*command, flags->splitSize);
    command->callback([flags, &run] { run = [flags] { return quantize(*flags); }; });
}

}  // namespace monochord::cli
