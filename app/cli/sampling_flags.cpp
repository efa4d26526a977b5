#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "options.h"

namespace monochord::cli {

namespace {

constexpr double kLongest = 1 << 24;  // tokens

struct SamplerName {
    std::string_view name;
    Sampler sampler;
};
constexpr SamplerName kSamplers[] = {
    {"penalties", Sampler::Penalties}, {"dry", Sampler::Dry},       {"top_n_sigma", Sampler::TopNSigma},
    {"top_k", Sampler::TopK},          {"typ_p", Sampler::Typical}, {"top_p", Sampler::TopP},
    {"min_p", Sampler::MinP},          {"xtc", Sampler::Xtc},       {"temperature", Sampler::Temperature},
};

std::optional<Sampler> samplerNamed(std::string_view name) {
    for (const SamplerName& known : kSamplers)
        if (known.name == name) return known.sampler;
    return std::nullopt;
}

std::string usualOrder() {
    std::vector<std::string_view> names;
    for (const SamplerName& known : kSamplers) names.push_back(known.name);
    return fmt::format("{}", fmt::join(names, ";"));
}

/// "top_k;top_p;temperature"
std::vector<Sampler> orderFrom(const std::string& text) {
    std::vector<Sampler> order;
    std::string_view rest = text;
    for (bool more = true; more;) {
        const size_t end = rest.find(';');
        const std::string_view name = rest.substr(0, end);
        more = end != std::string_view::npos;
        if (more) rest.remove_prefix(end + 1);
        const auto sampler = samplerNamed(name);
        if (!sampler) throw CLI::ValidationError("--samplers", fmt::format("\"{}\" is none of {}", name, usualOrder()));
        if (std::find(order.begin(), order.end(), *sampler) != order.end())
            throw CLI::ValidationError("--samplers", fmt::format("{} is there twice", name));
        order.push_back(*sampler);
    }
    return order;
}

/// "15043+1.5", "15043-inf"
std::pair<TokenId, float> biasFrom(const std::string& text) {
    const char* const end = text.data() + text.size();
    TokenId id = -1;
    const auto [sign, idError] = std::from_chars(text.data(), end, id);
    const bool signedNumber = idError == std::errc() && id >= 0 && sign != end && (*sign == '+' || *sign == '-');
    if (signedNumber && std::string_view(sign, static_cast<size_t>(end - sign)) == "-inf")
        return {id, static_cast<float>(kRemovingBias)};
    float bias = 0;
    const char* const number = signedNumber && *sign == '+' ? sign + 1 : sign;
    const auto [stop, error] = std::from_chars(number, end, bias);
    const bool plusMinus = number != sign && number != end && *number == '-';  // "1+-2"
    if (!signedNumber || plusMinus || error != std::errc() || stop != end || !(bias >= -1e4f && bias <= 1e4f))
        throw CLI::ValidationError(
            "--logit-bias", fmt::format("{} is not a token id and -10000 to 10000 or -inf, as in 15043+1.5", text));
    return {id, bias};
}

/// Flags of numbers in a range.
class NumberFlags {
public:
    explicit NumberFlags(CLI::App& command) : m_command(command) {}

    template <class T>
    const NumberFlags& operator()(const char* name, T& value, double lowest, double highest, const char* help) const {
        m_command.add_option(name, value, help)->check(within(lowest, highest))->capture_default_str();
        return *this;
    }

private:
    CLI::App& m_command;
};

void addSliders(const NumberFlags& number, SamplingSettings& s) {
    number("--temp", s.temperature, 0, 100, "temperature; 0: always the likeliest token");
    number("--top-k", s.topK, 0, kLongest, "only the k likeliest; 0: off");
    number("--top-p", s.topP, 0, 1, "only the likeliest that make up this share; 1: off");
    number("--min-p", s.minP, 0, 1, "only those with this share of the likeliest one's chance; 0: off");
    number("--repeat-penalty", s.repeatPenalty, 0.01, 100, "divides the logits of recent tokens; 1: off");
    number("--repeat-window", s.repeatWindow, -1, kLongest, "tokens that the penalties look back; -1: all");
    number("--frequency-penalty", s.frequencyPenalty, -100, 100, "taken off the logit for each recent use");
    number("--presence-penalty", s.presencePenalty, -100, 100, "taken off the logit of a token that was used recently");
}

void addRareSamplers(const NumberFlags& number, SamplingSettings& s) {
    number("--typical", s.typicalP, 0, 1, "only those about as surprising as expected, up to this share; 1: off");
    number("--top-n-sigma", s.topNSigma, 0, 100, "only logits within this many deviations of the best; 0: off");
    number("--dynatemp-range", s.temperatureRange, 0, 100,
           "the temperature is this much less where the model is sure and more where it is not; 0: off");
    number("--dynatemp-exp", s.temperatureExponent, 0.01, 100, "how that follows the entropy; 1: evenly");
    number("--xtc-probability", s.xtcProbability, 0, 1, "how often all likely tokens but one are left out; 0: off");
    number("--xtc-threshold", s.xtcThreshold, 0, 1, "the share from which a token counts as likely; above 0.5: off");
    number("--dry-multiplier", s.dryMultiplier, 0, 100, "penalty for going on with a repetition; 0: off");
    number("--dry-base", s.dryBase, 1, 100, "each further token of the repetition multiplies it by this");
    number("--dry-allowed-length", s.dryAllowedLength, 0, kLongest, "tokens that may be repeated without it");
    number("--dry-penalty-last-n", s.dryWindow, -1, kLongest, "tokens that are searched for repetitions; -1: all");
    number("--mirostat-ent", s.mirostatTau, 0, 100, "surprise of each token, in bits, that mirostat aims at");
    number("--mirostat-lr", s.mirostatEta, 0, 10, "share of a deviation that mirostat makes up for at once");
}

}  // namespace

void addSamplingFlags(CLI::App& command, GenerationOptions& generation) {
    SamplingSettings& s = generation.sampling;
    const NumberFlags number(command);
    addSliders(number, s);
    addRareSamplers(number, s);
    command
        .add_option_function<std::vector<std::string>>(
            "--dry-sequence-breaker",
            [&generation](const std::vector<std::string>& texts) {
                generation.dryBreakers = texts;
                std::erase(generation.dryBreakers, "none");
            },
            R"(a text that no repetition reaches across; may be given several times; default: newline : " *; none: no such)")
        ->take_all();
    command
        .add_option_function<int>(
            "--mirostat", [&s](int version) { s.mirostat = static_cast<Mirostat>(version); },
            "1 or 2: a version of mirostat instead of all other samplers but temperature and bias; 0: off")
        ->check(CLI::IsMember({0, 1, 2}))
        ->default_str("0");
    command
        .add_option_function<std::vector<std::string>>(
            "--logit-bias",
            [&s](const std::vector<std::string>& texts) {
                s.logitBias.clear();
                for (const std::string& text : texts) s.logitBias.push_back(biasFrom(text));
            },
            "ID+NUMBER or ID-NUMBER: added to the logit of a token, ID-inf: never that token; may be given several "
            "times")
        ->take_all();
    command.add_option_function<std::string>(
        "--samplers", [&s](const std::string& text) { s.order = orderFrom(text); },
        "the samplers in use and their order, with ; between them; default: " + usualOrder());
}

}  // namespace monochord::cli
