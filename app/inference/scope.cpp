#include "inference/scope.h"

#include <QCoreApplication>
#include <algorithm>

#include "monochord/inspect.h"

namespace monochord::app {

namespace {

struct CutName {
    Q_DECLARE_TR_FUNCTIONS(CutName)
};

}  // namespace

QString visibleWord(std::string_view piece) {
    constexpr size_t kLongestWord = 64;  // bytes
    QString word;
    std::string_view rest = piece;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size());
        word += QString::fromStdString(displayText(line, kLongestWord)).replace(u' ', u'·');
        if (rest.empty()) break;
        word += u'↵';
        rest.remove_prefix(1);
    }
    return word;
}

QString nameOf(CutBy step) {
    switch (step) {
        case CutBy::Nothing:
            break;
        case CutBy::LogitBias:
            return CutName::tr("logit bias", "a sampler");
        case CutBy::TopNSigma:
            return CutName::tr("top-nσ", "a sampler");
        case CutBy::TopK:
            return CutName::tr("top-k", "a sampler");
        case CutBy::Typical:
            return CutName::tr("typical", "a sampler");
        case CutBy::TopP:
            return CutName::tr("top-p", "a sampler");
        case CutBy::MinP:
            return CutName::tr("min-p", "a sampler");
        case CutBy::Xtc:
            return CutName::tr("XTC", "a sampler");
        case CutBy::Temperature:
            return CutName::tr("temperature", "a sampler");
        case CutBy::Mirostat:
            return CutName::tr("mirostat", "a sampler");
    }
    return {};
}

QList<ScopeRow> scopeRows(const Distribution& distribution, const SamplingSettings& settings, int count) {
    const auto explained =
        explainSampling(distribution.logits, distribution.history, settings, static_cast<size_t>(std::max(0, count)));
    if (!explained) return {};
    const Tokenizer& tokenizer = distribution.model->tokenizer();
    QList<ScopeRow> rows;
    rows.reserve(static_cast<qsizetype>(explained->size()));
    for (const ExplainedCandidate& candidate : *explained)
        rows.append({visibleWord(tokenizer.piece(candidate.id)), candidate.p, candidate.before, nameOf(candidate.cutBy),
                     candidate.id == distribution.drawn});
    return rows;
}

}  // namespace monochord::app
