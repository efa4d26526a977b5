#include "options.h"

#include <ctime>
#include <map>
#include <random>

namespace monochord::cli {

void addComputeFlags(CLI::App& command, ComputeFlags& flags) {
    command.add_option("model", flags.model, "GGUF file")->required();
    ComputeOptions& c = flags.compute;
    command.add_option("-t,--threads", c.threads, "threads; 0: as many as there are")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    command.add_option("-b,--batch", c.batch, "prompt tokens that are computed together")->capture_default_str();
    command
        .add_option("-c,--context", c.context,
                    "tokens that the context holds; 0: what the model was trained for, at most 8192")
        ->capture_default_str();
    command.add_option("--isa", c.isa,
                       "instruction set: scalar, avx2, avx512; default: the best that this processor has");
    const std::map<std::string, KvType> types = {{"f32", KvType::F32}, {"f16", KvType::F16}};
    command.add_option("--kv", c.kv, "what the KV cache stores: f32 or f16")
        ->transform(CLI::CheckedTransformer(types, CLI::ignore_case))
        ->default_str("f16");
}

void addReplyFlags(CLI::App& command, ReplyFlags& flags) {
    GenerationOptions& g = flags.generation;
    SamplingSettings& s = g.sampling;
    command
        .add_option("-n,--longest-reply", g.longestReply, "tokens of the reply at most; 0: until the context is full")
        ->capture_default_str();
    command.add_option("--temp", s.temperature, "temperature; 0: always the likeliest token")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    command.add_option("--top-k", s.topK, "only the k likeliest; 0: off")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_option("--top-p", s.topP, "only the likeliest that make up this share; 1: off")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_option("--min-p", s.minP, "only those with this share of the likeliest one's chance; 0: off")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_option("--repeat-penalty", s.repeatPenalty, "divides the logits of recent tokens; 1: off")
        ->check(CLI::Range(0.01, 100.0))
        ->capture_default_str();
    command.add_option("--repeat-window", s.repeatWindow, "tokens that the penalties look back; -1: all")
        ->check(CLI::Range(-1, 1 << 24))
        ->capture_default_str();
    command.add_option("--frequency-penalty", s.frequencyPenalty, "taken off the logit for each recent use")
        ->check(CLI::Range(-100.0, 100.0))
        ->capture_default_str();
    command
        .add_option("--presence-penalty", s.presencePenalty, "taken off the logit of a token that was used recently")
        ->check(CLI::Range(-100.0, 100.0))
        ->capture_default_str();
    command.add_option("--seed", flags.seed, "the same seed gives the same reply; default: a random one");
    command.add_option("--stop", g.stopStrings, "a text that ends the reply; may be given several times")->take_all();
    command.add_option("--system", flags.system, "system prompt");
    command.add_flag("--ignore-eos", g.ignoreEndTokens, "end tokens do not end the reply");
}

GenerationOptions generationOptions(const ReplyFlags& flags) {
    GenerationOptions options = flags.generation;
    std::random_device random;
    options.sampling.seed = flags.seed ? *flags.seed : static_cast<uint64_t>(random()) << 32 | random();
    return options;
}

Result<std::shared_ptr<const Model>> openModel(const std::string& path) {
    auto model = Model::open(path);
    if (!model) return fail(model.error().code, path + ": " + model.error().message);
    return model;
}

Result<std::unique_ptr<Evaluator>> openEvaluator(const ComputeFlags& flags) {
    return openModel(flags.model).and_then([&](std::shared_ptr<const Model> model) {
        return Evaluator::create(std::move(model), flags.compute);
    });
}

std::string localTime() {
    const std::time_t now = std::time(nullptr);
    char text[32] = "";
    if (const std::tm* local = std::localtime(&now)) std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", local);
    return text;
}

}  // namespace monochord::cli
