#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"
#include "monochord/tokenizer.h"

namespace monochord {

/// A model's chat template: Jinja as Hugging Face's transformers runs it (trim_blocks, lstrip_blocks, loop controls,
/// `tojson`, `raise_exception`, `strftime_now`), interpreted by our own lexer, parser and evaluator.
///
/// Limits, so that a hostile file harms nobody: nesting 100, 5 million steps, 16 MB of output, 2 s, no input or output,
/// no attribute of anything but what the template was given. Immutable and thread-safe.
class ChatTemplate {
public:
    /// Errors: Template, with line and reason.
    static Result<std::unique_ptr<ChatTemplate>> compile(std::string_view source);
    /// The same, but a source with an error makes a template too: one whose render() gives that error, as error() does.
    static std::unique_ptr<ChatTemplate> compileAnyway(std::string_view source);
    /// The template of a model file, of which only the header is read; ChatML where it names none.
    /// Errors: those of reading the file, and Template.
    static Result<std::unique_ptr<ChatTemplate>> open(const std::filesystem::path& model);
    ~ChatTemplate();

    std::string_view source() const;            ///< what it was compiled from
    const std::optional<Error>& error() const;  ///< nothing, or why it can't be rendered, with the line

    /// Renders with the members of `variables` as the template's variables, in the order given. `now` ("2025-07-26" or
    /// "2025-07-26T12:34:56") is the local time behind strftime_now.
    ///
    /// Spans of the result that come from the template itself or from a variable named *_token are trusted; every byte
    /// that comes from another variable (messages, tools, documents …) is not, through concatenation, slices, filters
    /// and tojson alike.
    /// Errors: Template (with line and reason; the template's own words after raise_exception).
    Result<std::vector<TextSpan>> render(const nlohmann::ordered_json& variables, std::string_view now) const;

private:
    struct Data;
    explicit ChatTemplate(std::unique_ptr<const Data> data);
    std::unique_ptr<const Data> m_data;
};

/// The template for a model that has none: ChatML (`<|im_start|>role\n…<|im_end|>\n`).
std::string_view chatMlTemplate();

/// The spans as one text.
std::string joinSpans(const std::vector<TextSpan>& spans);

}  // namespace monochord
