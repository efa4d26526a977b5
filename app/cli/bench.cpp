#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>

#include "command.h"
#include "json_lines.h"
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

/// depth tokens untimed, then the prompt at once, then the reply token by token. The hash (FNV-1a) is of the logits
/// behind the prompt and behind the reply: a faster wrong answer shows.
Result<Round> measure(Evaluator& evaluator, const Flags& flags, std::span<const TokenId> tokens) {
    Round round{0, 0, 14695981039346656037u};
    const auto hash = [&](size_t, std::span<const float> logits) {
        for (const float x : logits) round.hash = (round.hash ^ std::bit_cast<uint32_t>(x)) * 1099511628211u;
    };
    const auto ignore = [](size_t, std::span<const float>) {};
    evaluator.clear();
    if (flags.depth > 0)
        if (auto done = evaluator.evaluate(tokens.first(flags.depth), {}, ignore); !done)
            return tl::unexpected(done.error());
    auto start = std::chrono::steady_clock::now();
    size_t length = flags.depth + flags.prompt;
    if (flags.prompt > 0) {
        const size_t last = length - 1;
        if (auto done = evaluator.evaluate(tokens.first(length), {&last, 1}, hash); !done)
            return tl::unexpected(done.error());
        round.promptPerSecond = static_cast<double>(flags.prompt) / secondsSince(start);
    }
    start = std::chrono::steady_clock::now();
    for (size_t i = 0; i < flags.reply; i++) {
        const size_t last = length++;
        const bool over = i + 1 == flags.reply;
        if (auto done =
                evaluator.evaluate(tokens.first(length), {&last, 1}, over ? Evaluator::LogitsSink(hash) : ignore);
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

Result<void> bench(const Flags& flags) {
    ComputeFlags compute = flags;
    const size_t needed = flags.depth + flags.prompt + flags.reply;
    if (needed == 0 || needed > 1u << 24)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("-d, -p and -n make {} tokens, expected 1 to {}", needed, 1u << 24));
    if (compute.compute.context == 0) compute.compute.context = static_cast<uint32_t>(needed);
    const auto evaluator = openEvaluator(compute);
    if (!evaluator) return tl::unexpected(evaluator.error());
    const ModelInfo& info = (*evaluator)->model().info();
    const auto tokens = someTokens(needed, info.vocabularySize);
    std::vector<double> prompts, replies;
    Round round;
    for (size_t r = 0; r < flags.repetitions + 1; r++) {  // the first warms up and does not count
        const auto measured = measure(**evaluator, flags, tokens);
        if (!measured) return tl::unexpected(measured.error());
        round = *measured;
        if (r == 0) continue;
        prompts.push_back(round.promptPerSecond);
        replies.push_back(round.tokensPerSecond);
    }
    const uint64_t memory = peakResidentMemory(), cache = (*evaluator)->memoryUsed();
    const std::string hash = fmt::format("{:016x}", round.hash);
    if (flags.json) {
        const Json json = {{"prompt_per_second", median(prompts)},
                           {"tokens_per_second", median(replies)},
                           {"memory", memory},
                           {"file_bytes", info.fileBytes},
                           {"kv_bytes", cache},
                           {"logits_hash", hash},
                           {"isa", std::string((*evaluator)->isa())},
                           {"threads", (*evaluator)->threads()}};
        fmt::print("{}\n", toText(json));
        return {};
    }
    fmt::print("{} with {} threads, {}\n", info.name, (*evaluator)->threads(), (*evaluator)->isa());
    fmt::print("prompt of {}: {:.1f} tokens/s\nreply of {}: {:.1f} tokens/s\n", flags.prompt, median(prompts),
               flags.reply, median(replies));
    fmt::print("memory: {:.1f} MB (file {:.1f}, KV cache {:.1f})\nlogits hash: {}\n", static_cast<double>(memory) / 1e6,
               static_cast<double>(info.fileBytes) / 1e6, static_cast<double>(cache) / 1e6, hash);
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
    command->add_option("-d", flags->depth, "tokens in the context before them")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    command->add_option("-r", flags->repetitions, "repetitions")->check(CLI::Range(1, 1000))->capture_default_str();
    command->add_flag("--json", flags->json, "print one JSON object");
    command->callback([flags, &run] { run = [flags] { return bench(*flags); }; });
}

}  // namespace monochord::cli
