#include <fmt/format.h>

#include <QTest>
#include <numeric>

#include "monochord/prompt.h"
#include "monochord/session.h"
#include "support/paths.h"
#include "support/temporary_file.h"
#include "support/tiny_architecture.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

std::shared_ptr<const Model> open(const GgufBuilder& builder) {
    const TemporaryFile file(builder.build());
    return *Model::open(file.path());
}

/// Everything that a caller of generate() is told, in order.
struct Told {
    std::vector<std::string> events;
    Reply reply;
};

size_t hashOf(std::span<const float> logits) {
    return std::hash<std::string_view>()({reinterpret_cast<const char*>(logits.data()), logits.size_bytes()});
}

/// `stopAfter`: cancels after so many tokens; 0: never. `changeAfter`: then the draw becomes greedy; 0: never.
struct Ways {
    uint32_t context = 0;
    size_t stopAfter = 0, changeAfter = 0;
};

Told tell(InferenceSession& session, std::span<const TokenId> prompt, const GenerationOptions& options,
          const Ways& ways = {}) {
    Told told;
    std::stop_source stop;
    size_t count = 0;
    const auto note = [&](auto... values) { ((told.events.push_back(fmt::format("{}", values))), ...); };
    GenerationObserver observer;
    observer.promptProgress = [&](size_t done, size_t total) { note("prompt", done, total); };
    observer.drawn = [&](const DrawnToken& d) {
        note("drawn", d.id, hashOf(d.logits), d.history.size(), d.history.back(), d.settings.temperature);
    };
    observer.lastDrawn = [&](const DrawnToken& d) { note("last", d.id, hashOf(d.logits), d.history.size()); };
    const auto sink = [&](TokenId id, std::string_view text) {
        note("text", id, text);
        if (++count == ways.stopAfter) stop.request_stop();
        if (count == ways.changeAfter) session.setSampling({.temperature = 0});
    };
    const auto reply = session.generate(prompt, options, stop.get_token(), sink, observer);
    if (!reply) note("error", reply.error().message);
    told.reply = reply ? *reply : session.unfinished();
    note("end", stopReasonName(told.reply.reason), told.reply.reusedTokens, told.reply.settings.size());
    return told;
}

/// The same conversation of two turns with and without lookup; the reply of the first turn with it.
Reply compare(const std::shared_ptr<const Model>& model, const std::vector<TokenId>& prompt, GenerationOptions options,
              const Ways& ways = {}) {
    const auto plain = *InferenceSession::create(model, {.threads = 2, .context = ways.context});
    const auto looking = *InferenceSession::create(model, {.threads = 2, .context = ways.context});
    options.lookup = false;
    const Told expected = tell(*plain, prompt, options, ways);
    options.lookup = true;
    const Told got = tell(*looking, prompt, options, ways);
    const bool same = got.events == expected.events && got.reply.tokens == expected.reply.tokens &&
                      got.reply.text == expected.reply.text && got.reply.settings == expected.reply.settings;
    if (!same) QTest::qFail("lookup changed the reply", __FILE__, __LINE__);
    std::vector<TokenId> next = prompt;
    next.insert(next.end(), got.reply.tokens.begin(), got.reply.tokens.end());
    next.insert(next.end(), prompt.begin(), prompt.begin() + 4);
    options.longestReply = 3;
    if (tell(*looking, next, options).events != tell(*plain, next, options).events)
        QTest::qFail("lookup left something behind that changed the next reply", __FILE__, __LINE__);
    return got.reply;
}

GenerationOptions greedy(uint32_t longest) {
    GenerationOptions options;
    options.sampling.temperature = 0;
    options.longestReply = longest;
    options.ignoreEndTokens = true;
    return options;
}

/// A prompt that says the same three times, so that there is something to guess from the start.
std::vector<TokenId> repeating() {
    std::vector<TokenId> prompt = {1};
    for (int i = 0; i < 3; i++) prompt.insert(prompt.end(), {100, 101, 102, 103, 104, 105, 106});
    return prompt;
}

}  // namespace

class TestSessionLookup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReplyThatRepeatsItselfTakesFewerPasses() {
        const Reply reply = compare(open(TinyModel{}.build()), repeating(), greedy(120));
        QCOMPARE(reply.tokens.size(), size_t{120});
        QVERIFY2(reply.passes < 60, qPrintable(QString::number(reply.passes)));
        GenerationOptions plain = greedy(120);
        plain.lookup = false;
        const auto session = *InferenceSession::create(open(TinyModel{}.build()), {});
        QCOMPARE(session->generate(repeating(), plain, {}, {})->passes, size_t{120});
    }

    void theReplyIsTheSameWithAnySampling_data() {
        QTest::addColumn<SamplingSettings>("sampling");
        const SamplingSettings warm = {.temperature = 0.2f, .topK = 0, .topP = 1, .minP = 0, .seed = 11};
        const auto add = [](const char* name, SamplingSettings settings, auto change) {
            change(settings);
            QTest::newRow(name) << settings;
        };
        add("greedy", warm, [](auto& s) { s.temperature = 0; });
        add("cold", warm, [](auto&) {});
        add("warm", warm, [](auto& s) { s.temperature = 0.8f; });
        add("hot", warm, [](auto& s) { s.temperature = 3; });
        add("cut", warm, [](auto& s) { s.temperature = 1, s.topK = 5, s.topP = 0.9f, s.minP = 0.1f; });
        add("penalties", warm, [](auto& s) { s.repeatPenalty = 1.3f, s.frequencyPenalty = 0.2f, s.repeatWindow = -1; });
        add("dry", warm, [](auto& s) { s.dryMultiplier = 0.8f; });
        add("xtc", warm, [](auto& s) { s.xtcProbability = 0.5f, s.xtcThreshold = 0.02f; });
        add("mirostat", warm, [](auto& s) { s.mirostat = Mirostat::V2, s.mirostatTau = 1; });
    }
    void theReplyIsTheSameWithAnySampling() {
        QFETCH(SamplingSettings, sampling);
        GenerationOptions options = greedy(60);
        options.sampling = sampling;
        compare(open(TinyModel{}.build()), repeating(), options);
    }

    void theReplyEndsAtTheSamePlace() {
        const auto model = open(TinyModel{}.build());
        for (uint32_t longest = 1; longest < 40; longest++) compare(model, repeating(), greedy(longest));
        for (uint32_t context = 24; context < 60; context++) {
            const Reply reply = compare(model, repeating(), greedy(0), {.context = context});
            QCOMPARE(reply.reason, StopReason::ContextFull);
        }
    }

    void stopStringsAndTokensEndItAtTheSamePlace() {
        const auto model = open(TinyModel{}.build());
        const auto session = *InferenceSession::create(model, {});
        const auto whole = session->generate(repeating(), greedy(40), {}, {});
        for (size_t at = 0; at + 3 < whole->text.size(); at += 5) {
            GenerationOptions options = greedy(40);
            options.stopStrings = {whole->text.substr(at, 3)};
            compare(model, repeating(), options);
        }
        for (size_t at = 0; at < 40; at += 3) {
            GenerationOptions options = greedy(40);
            options.stopTokens = {whole->tokens[at]};
            compare(model, repeating(), options);
        }
    }

    void cancellingAndNewSettingsAreHeardAtEachToken() {
        const auto model = open(TinyModel{}.build());
        GenerationOptions warm = greedy(40);
        warm.sampling = {.temperature = 0.3f, .topK = 0, .topP = 1, .minP = 0, .seed = 2};
        for (size_t after = 1; after < 30; after++) {
            const Reply reply = compare(model, repeating(), greedy(0), {.stopAfter = after});
            QCOMPARE(reply.reason, StopReason::Cancelled);
            QCOMPARE(reply.tokens.size(), after);
            compare(model, repeating(), warm, {.changeAfter = after});
        }
    }

    void everyArchitectureGivesTheSameReply() {
        for (const TinyCase& tiny : tinyCases()) {
            const auto model = open(tiny.model.build());
            const uint32_t context = std::min<uint32_t>(model->info().contextLength, 80);
            const Reply reply = compare(model, repeating(), greedy(0), {.context = context});
            QVERIFY2(reply.tokens.size() > 30, tiny.title.c_str());
        }
    }

    void theStarterModelRepeatsATextInFewPasses() {
        const auto path = starterModel();
        if (!path && !modelsRequired()) QSKIP("no starter model");
        const auto model = *Model::open(*path);
        const std::vector<Message> messages = {
            {"user",
             "Repeat this text exactly: The keeper of the old lighthouse climbs the narrow stairs each evening."}};
        const auto prompt = chatPrompt(*model, messages, "2025-01-01T00:00:00");
        GenerationOptions options = greedy(24);
        const Reply cold = compare(model, *prompt, options, {.context = 256});
        QVERIFY2(cold.passes * 2 < cold.tokens.size(), qPrintable(QString::fromStdString(cold.text)));
        options.sampling = {.temperature = 0.7f, .repeatPenalty = 1.05f, .seed = 5};
        compare(model, *prompt, options, {.context = 256});
    }
};

QTEST_APPLESS_MAIN(TestSessionLookup)
#include "test_session_lookup.moc"
