// A reply, printed while it is drawn. usage: stream_reply MODEL TEXT
#include <iostream>

#include "monochord/prompt.h"
#include "monochord/session.h"

using namespace monochord;

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: stream_reply MODEL TEXT\n", 2;

    const auto model = Model::open(argv[1]);
    if (!model) return std::cerr << model.error().message << '\n', 1;
    const auto session = InferenceSession::create(*model, ComputeOptions{});
    if (!session) return std::cerr << session.error().message << '\n', 1;

    // The model's chat template around what the user said; the date is for templates that name it.
    const Message message{"user", argv[2]};
    const auto prompt = chatPrompt(**model, {&message, 1}, "2025-07-26");
    if (!prompt) return std::cerr << prompt.error().message << '\n', 1;

    GenerationOptions options;
    options.longestReply = 16;
    options.sampling.seed = 7;
    const std::stop_source stop;  // stop.request_stop() from another thread ends the reply with what is there
    const auto print = [](TokenId, std::string_view text) { std::cout << text << std::flush; };
    const auto reply = (*session)->generate(*prompt, options, stop.get_token(), print);
    if (!reply) return std::cerr << reply.error().message << '\n', 1;
    std::cout << "\n[" << reply->tokens.size() << " tokens, " << stopReasonName(reply->reason) << "]\n";
}
