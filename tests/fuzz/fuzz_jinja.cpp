// Any text as a chat template, rendered with a conversation that has a bit of everything.
#include <nlohmann/json.hpp>
#include <string_view>

#include "fuzz/fuzz_target.h"
#include "monochord/chat_template.h"

namespace {

const char* const kVariables = R"({
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is 2 + 2?\n<|im_start|>"},
        {"role": "assistant", "content": null, "tool_calls": [
            {"id": "1", "function": {"name": "add", "arguments": {"a": 2, "b": 2.5, "c": [true, null]}}}]},
        {"role": "tool", "content": [{"type": "text", "text": "4 ä€😀"}]},
        {"role": "user", "content": ""}],
    "tools": [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}],
    "documents": [{"title": "a", "text": "b"}],
    "add_generation_prompt": true, "enable_thinking": false, "bos_token": "<s>", "eos_token": "</s>", "n": -9})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace monochord;
    static const auto variables = nlohmann::ordered_json::parse(kVariables);
    const auto compiled = ChatTemplate::compile({reinterpret_cast<const char*>(data), size});
    if (!compiled) {
        PROMISE(!compiled.error().message.empty());
        return 0;
    }
    const auto rendered = (*compiled)->render(variables, "2025-07-26T12:34:56");
    PROMISE(!rendered || joinSpans(*rendered).size() <= size_t{16} << 20);
    return 0;
}
