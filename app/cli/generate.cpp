#include <fmt/format.h>

#include <cstdio>

#include "command.h"
#include "json_lines.h"
#include "monochord/prompt.h"
#include "options.h"
#include "terminal.h"

namespace monochord::cli {

namespace {

struct Flags : ComputeFlags, ReplyFlags {
    std::optional<std::string> prompt;
    std::vector<int32_t> tokens;
    bool raw = false;
    bool json = false;
};

Result<std::vector<TokenId>> promptOf(const Flags& flags, const Model& model) {
    if (!flags.tokens.empty()) return flags.tokens;
    if (!flags.prompt) return fail(ErrorCode::InvalidArgument, "--prompt or --tokens is needed");
    if (flags.raw) return rawPrompt(model, *flags.prompt);
    if (auto checked = checkTemplate(model, flags.model, flags.chatTemplate); !checked)
        return tl::unexpected(checked.error());
    if (!model.info().hasChatTemplate)
        fmt::print(stderr, "note: this model names no chat template; ChatML is used (--raw: none)\n");
    std::vector<Message> messages;
    if (!flags.system.empty()) messages.push_back({"system", flags.system});
    messages.push_back({"user", *flags.prompt});
    return chatPrompt(model, messages, localTime());
}

double perSecond(size_t count, double seconds) {
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

/// More than 1 where lookup guessed right. The token that ends the reply is drawn like others.
double tokensPerPass(const Reply& reply) {
    const size_t drawn = reply.tokens.size() + (reply.reason == StopReason::EndToken ? 1 : 0);
    return reply.passes > 0 ? static_cast<double>(drawn) / static_cast<double>(reply.passes) : 0;
}

void printJson(const Reply& reply) {
    const size_t later =
        reply.tokens.empty() ? 0 : reply.tokens.size() - 1;  // the first token belongs to the prompt's time
    const Json json = {{"tokens", reply.tokens},
                       {"text", reply.text},
                       {"stop_reason", std::string(stopReasonName(reply.reason))},
                       {"prompt_tokens", reply.promptTokens},
                       {"prompt_per_second", perSecond(reply.promptTokens - reply.reusedTokens, reply.promptSeconds)},
                       {"tokens_per_second", perSecond(later, reply.generationSeconds)},
                       {"tokens_per_pass", tokensPerPass(reply)}};
    fmt::print("{}\n", toText(json));
}

Result<void> generate(const Flags& flags) {
    const auto model = openModel(flags.model, flags.chatTemplate);
    if (!model) return tl::unexpected(model.error());
    const auto prompt = promptOf(flags, **model);
    if (!prompt) return tl::unexpected(prompt.error());
    const auto session = InferenceSession::create(*model, flags.compute);
    if (!session) return tl::unexpected(session.error());
    tellKvTypes((*session)->evaluator(), flags.compute);
    if (auto restored = restoreState(flags, **session); !restored) return restored;
    const InterruptStop interrupt;
    bool begun = false;
    const auto print = [&](TokenId, std::string_view text) {
        if (flags.json) return;
        printNow(text);
        begun = true;
    };
    const auto reply = (*session)->generate(*prompt, generationOptions(flags), interrupt.token(), print);
    if (begun || (reply && !flags.json)) fmt::print("\n");
    if (!reply) return tl::unexpected(reply.error());
    if (flags.json) printJson(*reply);
    return saveState(flags, **session);
}

}  // namespace

void addGenerate(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("generate", "one reply to a prompt, streamed");
    const auto flags = std::make_shared<Flags>();
    addComputeFlags(*command, *flags);
    addReplyFlags(*command, *flags);
    auto* prompt = command->add_option("-p,--prompt", flags->prompt, "what the user says");
    command->add_option("--tokens", flags->tokens, "token ids instead of a text, taken as they are: 1,2,3")
        ->delimiter(',')
        ->excludes(prompt);
    command->add_flag("--raw", flags->raw, "no chat template: the model goes on with the text");
    command->add_flag("--json", flags->json, "print one JSON object at the end");
    command->callback([flags, &run] { run = [flags] { return generate(*flags); }; });
}

}  // namespace monochord::cli
