#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <optional>

#include "command.h"
#include "json_lines.h"
#include "monochord/machine_speed.h"
#include "monochord/system.h"
#include "options.h"

namespace monochord::cli {

namespace {

struct Flags : ComputeFlags {
    size_t prompt = 512, reply = 128, depth = 0, repetitions = 3;
    bool json = false;
};

struct Round {
    double promptPerSecond = 0, tokensPerSecond = 0;
    uint64_t hash = 0;
};

/// The same pseudo-random ids on every machine (Knuth's multiplicative hash of the position).
std::vector<TokenId> someTokens(size_t count, uint32_t vocabulary) {
    std::vector<TokenId> tokens(count);
    for (size_t i = 0; i < count; i++)
        tokens[i] = static_cast<TokenId>((static_cast<uint32_t>(i) * 2654435761u >> 8) % vocabulary);
    return tokens;
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Makes the context the first `length` tokens. What it holds of them already is not computed again.
Result<void> goTo(Evaluator& evaluator, std::span<const TokenId> tokens, size_t length) {
    if (length == 0) {
        evaluator.clear();
        return {};
    }
    return evaluator.evaluate(tokens.first(length), {}, [](size_t, std::span<const float>) {}).map([](auto) {});
}

/// Behind `depth` tokens that are not timed: the prompt at once, then, behind these tokens again, the reply token by
/// token. The hash (FNV-1a) is of the logits behind the prompt and behind the reply: a faster wrong answer shows.
Result<Round> measure(Evaluator& evaluator, const Flags& flags, std::span<const TokenId> tokens) {
    Round round{0, 0, 14695981039346656037u};
    const auto hash = [&](size_t, std::span<const float> logits) {
        for (const float x : logits) round.hash = (round.hash ^ std::bit_cast<uint32_t>(x)) * 1099511628211u;
    };
    const auto ignore = [](size_t, std::span<const float>) {};
    if (auto there = goTo(evaluator, tokens, flags.depth); !there) return tl::unexpected(there.error());
    auto start = std::chrono::steady_clock::now();
    if (flags.prompt > 0) {
        const size_t length = flags.depth + flags.prompt, last = length - 1;
        if (auto done = evaluator.evaluate(tokens.first(length), {&last, 1}, hash); !done)
            return tl::unexpected(done.error());
        round.promptPerSecond = static_cast<double>(flags.prompt) / secondsSince(start);
    }
    if (auto there = goTo(evaluator, tokens, flags.depth); !there) return tl::unexpected(there.error());
    start = std::chrono::steady_clock::now();
    for (size_t last = flags.depth; last < flags.depth + flags.reply; last++) {
        const bool over = last + 1 == flags.depth + flags.reply;
        if (auto done =
                evaluator.evaluate(tokens.first(last + 1), {&last, 1}, over ? Evaluator::LogitsSink(hash) : ignore);
            !done)
            return tl::unexpected(done.error());
    }
    if (flags.reply > 0) round.tokensPerSecond = static_cast<double>(flags.reply) / secondsSince(start);
    return round;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

/// Medians of the repetitions, and what they are compared with.
struct Figures {
    double promptPerSecond = 0, tokensPerSecond = 0;
    MachineSpeed machine;
    double openSeconds = 0;  // until the model could compute
    uint64_t memory = 0;     // bytes, the most so far, without what measuring the machine takes
    uint64_t hash = 0;

    double bandwidthFraction(const ModelInfo& info) const {
        return tokensPerSecond * static_cast<double>(info.bytesPerToken) / machine.readBytesPerSecond;
    }
    /// Of the int8 peak, that products of the layers take; nothing where there is no peak.
    std::optional<double> peakFraction(const ModelInfo& info) const {
        if (machine.int8OperationsPerSecond == 0) return std::nullopt;
        return promptPerSecond * 2 * static_cast<double>(info.layerWeights) / machine.int8OperationsPerSecond;
    }
};

/// The first round warms up and does not count. The machine is measured between the others, since its speed drifts.
Result<Figures> measureAll(Evaluator& evaluator, const Flags& flags) {
    const auto tokens =
        someTokens(flags.depth + std::max(flags.prompt, flags.reply), evaluator.model().info().vocabularySize);
    Figures figures;
    std::vector<double> prompts, replies, bandwidths, peaks;
    for (size_t r = 0; r < flags.repetitions + 1; r++) {
        const auto round = measure(evaluator, flags, tokens);
        if (!round) return tl::unexpected(round.error());
        figures.hash = round->hash;
        if (r == 0) {
            figures.memory = peakResidentMemory();
            continue;
        }
        prompts.push_back(round->promptPerSecond);
        replies.push_back(round->tokensPerSecond);
        const auto machine = measureMachineSpeed(evaluator.threads());
        if (!machine) return tl::unexpected(machine.error());
        bandwidths.push_back(machine->readBytesPerSecond);
        peaks.push_back(machine->int8OperationsPerSecond);
    }
    figures.promptPerSecond = median(prompts);
    figures.tokensPerSecond = median(replies);
    figures.machine = {median(bandwidths), median(peaks)};
    return figures;
}

void printJson(const Figures& f, const Evaluator& evaluator) {
    const ModelInfo& info = evaluator.model().info();
    const auto peakFraction = f.peakFraction(info);
    const Json json = {{"prompt_per_second", f.promptPerSecond},
                       {"tokens_per_second", f.tokensPerSecond},
                       {"bandwidth_fraction", f.bandwidthFraction(info)},
                       {"peak_fraction", peakFraction ? Json(*peakFraction) : Json()},
                       {"read_bytes_per_second", f.machine.readBytesPerSecond},
                       {"int8_per_second", f.machine.int8OperationsPerSecond},
                       {"open_seconds", f.openSeconds},
                       {"memory", f.memory},
                       {"file_bytes", info.fileBytes},
                       {"kv_bytes", evaluator.memoryUsed()},
                       {"logits_hash", fmt::format("{:016x}", f.hash)},
                       {"isa", std::string(evaluator.isa())},
                       {"threads", evaluator.threads()}};
    fmt::print("{}\n", toText(json));
}

void printPage(const Figures& f, const Evaluator& evaluator, const Flags& flags) {
    const ModelInfo& info = evaluator.model().info();
    const auto mega = [](auto bytes) { return static_cast<double>(bytes) / 1e6; };
    fmt::print("{} with {} threads, {}, behind {} tokens\n", info.name, evaluator.threads(), evaluator.isa(),
               flags.depth);
    fmt::print("prompt of {}: {:.1f} tokens/s", flags.prompt, f.promptPerSecond);
    if (const auto fraction = f.peakFraction(info))
        fmt::print(", {:.0f}% of {:.2f} TOPS (int8)", *fraction * 100, f.machine.int8OperationsPerSecond / 1e12);
    fmt::print("\nreply of {}: {:.1f} tokens/s, {:.0f}% of {:.1f} GB/s\n", flags.reply, f.tokensPerSecond,
               f.bandwidthFraction(info) * 100, f.machine.readBytesPerSecond / 1e9);
    fmt::print("opened in {:.1f} ms\n", f.openSeconds * 1000);
    fmt::print("memory: {:.1f} MB (file {:.1f}, KV cache {:.1f})\nlogits hash: {:016x}\n", mega(f.memory),
               mega(info.fileBytes), mega(evaluator.memoryUsed()), f.hash);
}

Result<void> bench(const Flags& flags) {
    ComputeFlags compute = flags;
    const size_t needed = flags.depth + std::max(flags.prompt, flags.reply);
    if (needed == 0 || needed > 1u << 24)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("-d, -p and -n need {} tokens, expected 1 to {}", needed, 1u << 24));
    if (compute.compute.context == 0) compute.compute.context = static_cast<uint32_t>(needed);
    const auto start = std::chrono::steady_clock::now();
    const auto evaluator = openEvaluator(compute);
    if (!evaluator) return tl::unexpected(evaluator.error());
    const double openSeconds = secondsSince(start);
    auto figures = measureAll(**evaluator, flags);
    if (!figures) return tl::unexpected(figures.error());
    figures->openSeconds = openSeconds;
    if (flags.json)
        printJson(*figures, **evaluator);
    else
        printPage(*figures, **evaluator, flags);
    return {};
}

}  // namespace

void addBench(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("bench", "speed of prompt and reply, median of the repetitions");
    const auto flags = std::make_shared<Flags>();
    addComputeFlags(*command, *flags);
    command->add_option("-p", flags->prompt, "tokens of the prompt")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    command->add_option("-n", flags->reply, "tokens of the reply")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    command->add_option("-d", flags->depth, "tokens in the context before each of them")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    command->add_option("-r", flags->repetitions, "repetitions")->check(CLI::Range(1, 1000))->capture_default_str();
    command->add_flag("--json", flags->json, "print one JSON object");
    command->callback([flags, &run] { run = [flags] { return bench(*flags); }; });
}

}  // namespace monochord::cli
