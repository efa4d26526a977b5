#include <fmt/format.h>

#include <cstdio>
#include <iostream>

#include "command.h"
#include "monochord/inspect.h"
#include "monochord/prompt.h"
#include "options.h"
#include "terminal.h"

namespace monochord::cli {

namespace {

struct Flags : ComputeFlags, ReplyFlags {};

constexpr const char* kHelp =
    "  /new    begin a new conversation\n"
    "  /help   this list\n"
    "  /quit   end (so does Ctrl+D)\n"
    "  Ctrl+C  stops a reply\n";

/// A conversation in the terminal.
class Chat {
public:
    Chat(InferenceSession& session, const Flags& flags) : m_session(session), m_flags(flags) { begin(); }

    void begin() {
        m_messages.clear();
        if (!m_flags.system.empty()) m_messages.push_back({"system", m_flags.system});
        m_session.reset();
    }

    /// One turn. After an error the user's message is taken back, so that the conversation can go on without it.
    Result<void> say(std::string text) {
        m_messages.push_back({"user", std::move(text)});
        const auto reply = answer();
        if (!reply) {
            m_messages.pop_back();
            return tl::unexpected(reply.error());
        }
        m_messages.push_back({"assistant", reply->text});
        fmt::print("\n");
        if (reply->reason != StopReason::EndToken) fmt::print(stderr, "[{}]\n", stopReasonName(reply->reason));
        announce(*reply);
        return {};
    }

private:
    /// For good: were they tried again with the next turn, the context would be computed anew with each.
    void forget(size_t count) {
        const auto first = m_messages.begin() + (m_flags.system.empty() ? 0 : 1);
        m_messages.erase(first, first + static_cast<std::ptrdiff_t>(count));
    }

    /// Before it happens, while the user can still begin a new conversation.
    void announce(const Reply& reply) const {
        const uint32_t context = m_session.evaluator().contextLength();
        if (reply.promptTokens + reply.tokens.size() < fittingPromptTokens(context)) return;
        fmt::print(stderr,
                   "note: the context of {} tokens is nearly full; the oldest messages will be left out when it is "
                   "(/new begins a new conversation)\n",
                   context);
    }

    Result<Reply> answer() {
        const Evaluator& evaluator = m_session.evaluator();
        const size_t most = fittingPromptTokens(evaluator.contextLength());
        const auto prompt = fittingChatPrompt(evaluator.model(), m_messages, localTime(), most);
        if (!prompt) return tl::unexpected(prompt.error());
        if (prompt->leftOut > 0 && prompt->tokens.size() < evaluator.contextLength())
            fmt::print(stderr, "note: the context is full; the {} oldest messages are left out from here on\n",
                       prompt->leftOut);
        const InterruptStop interrupt;
        auto reply = m_session.generate(prompt->tokens, generationOptions(m_flags), interrupt.token(),
                                        [](TokenId, std::string_view text) { printNow(text); });
        if (reply) forget(prompt->leftOut);
        return reply;
    }

    InferenceSession& m_session;
    const Flags& m_flags;
    std::vector<Message> m_messages;
};

Result<void> converse(const Flags& flags) {
    const auto model = openModel(flags.model, flags.chatTemplate);
    if (!model) return tl::unexpected(model.error());
    if (auto checked = checkTemplate(**model, flags.model, flags.chatTemplate); !checked) return checked;
    const auto session = InferenceSession::create(*model, flags.compute);
    if (!session) return tl::unexpected(session.error());
    tellKvTypes((*session)->evaluator(), flags.compute);
    const ModelInfo& info = (*model)->info();
    fmt::print(stderr, "{} ({}, {} MB), {} threads, {}. /help lists the commands.\n", info.name, info.architecture,
               info.fileBytes / 1000000, (*session)->evaluator().threads(), (*session)->evaluator().isa());
    if (!info.hasChatTemplate) fmt::print(stderr, "note: this model names no chat template; ChatML is used\n");
    Chat chat(**session, flags);
    if (auto restored = restoreState(flags, **session); !restored) return restored;
    std::string line;
    while (fmt::print(stderr, "\n> "), std::getline(std::cin, line)) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        if (line == "/quit" || line == "/exit") return saveState(flags, **session);
        if (line == "/help") {
            fmt::print(stderr, "{}", kHelp);
        } else if (line == "/new") {
            chat.begin();
        } else if (const auto said = chat.say(line); !said) {
            fmt::print(stderr, "{}\n", displayText(said.error().message, 1000));
        }
    }
    fmt::print(stderr, "\n");
    return saveState(flags, **session);
}

}  // namespace

void addChat(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("chat", "a conversation in the terminal");
    const auto flags = std::make_shared<Flags>();
    addComputeFlags(*command, *flags);
    addReplyFlags(*command, *flags);
    command->callback([flags, &run] { run = [flags] { return converse(*flags); }; });
}

}  // namespace monochord::cli
