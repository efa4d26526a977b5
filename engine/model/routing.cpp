#include "model/routing.h"

#include <algorithm>
#include <cmath>

#include "base/exact_math.h"

namespace monochord {

void chooseExperts(const float* logits, size_t count, size_t used, bool normalized, ChosenExpert* out) {
    const bool finite = std::all_of(logits, logits + count, [](float x) { return std::isfinite(x); });
    const auto better = [&](size_t a, size_t b) { return logits[a] > logits[b] || (logits[a] == logits[b] && a < b); };
    for (size_t i = 0; i < used; i++) {  // the best of those behind the last one
        size_t best = count;
        for (size_t e = 0; finite && e < count; e++)
            if ((i == 0 || better(out[i - 1].expert, e)) && (best == count || better(e, best))) best = e;
        out[i] = {static_cast<uint32_t>(finite ? best : i), 0};
    }
    if (!finite) return;
    const double largest = logits[out[0].expert];
    const auto power = [&](size_t e) { return exactExp(static_cast<double>(logits[e]) - largest); };
    std::sort(out, out + used, [](const auto& a, const auto& b) { return a.expert < b.expert; });
    double sum = 0;
    if (normalized)
        for (size_t i = 0; i < used; i++) sum += power(out[i].expert);
    else
        for (size_t e = 0; e < count; e++) sum += power(e);
    for (size_t i = 0; i < used; i++) out[i].weight = static_cast<float>(power(out[i].expert) / sum);
}

float logistic(float x) {
    return static_cast<float>(1 / (1 + exactExp(-static_cast<double>(x))));
}

}  // namespace monochord
