#include <QString>

#include "ui/panels/sampling_dock.h"

namespace monochord::app {

/// The chain cuts first and applies the temperature last, so the cuts judge the model's own distribution and the
/// temperature only divides the chances among the words that are left.
///
/// Precise: for facts, code and extraction. A low temperature nearly always takes the likeliest word; min-p 0.1 and
/// top-p 0.9 leave a choice only where the model itself hesitates. Not greedy, which makes small models repeat.
/// Balanced: the defaults.
/// Creative: flatter than the model's own chances. Top-k and top-p would cut a fixed share, also where many words are
/// equally good; min-p follows the model's certainty and is what keeps a high temperature in bounds (Nguyen et al.,
/// "Turning up the heat: min-p sampling", 2024). A slight penalty keeps it from its favourite words.
/// Neutral: the model as it is.
GenerationSettings preset(const QString& name, const GenerationSettings& current) {
    SamplingSettings sampling;
    if (name == QLatin1StringView("precise"))
        sampling = {.temperature = 0.3F, .topK = 20, .topP = 0.9F, .minP = 0.1F, .repeatPenalty = 1.0F};
    else if (name == QLatin1StringView("creative"))
        sampling = {.temperature = 1.25F, .topK = 0, .topP = 1.0F, .minP = 0.04F, .repeatPenalty = 1.03F};
    else if (name == QLatin1StringView("neutral"))
        sampling = {.temperature = 1.0F, .topK = 0, .topP = 1.0F, .minP = 0.0F, .repeatPenalty = 1.0F};
    sampling.seed = current.sampling.seed;
    GenerationSettings result = current;
    result.sampling = sampling;
    return result;
}

}  // namespace monochord::app
