#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"

namespace monochord::jinja {

enum class TokenType : uint8_t {
    Data,           ///< text between the tags, whitespace control already applied
    VariableBegin,  ///< {{
    VariableEnd,
    BlockBegin,  ///< {%
    BlockEnd,
    Name,
    String,  ///< `text` is what it stands for
    Integer,
    Float,
    Operator,
    End,
};

struct Token {
    TokenType type = TokenType::End;
    uint32_t line = 1;
    std::string text;

    bool isOperator(std::string_view symbol) const { return type == TokenType::Operator && text == symbol; }
    bool isName(std::string_view name) const { return type == TokenType::Name && text == name; }
};

/// Splits a template as Jinja 3.1 does with trim_blocks and lstrip_blocks: comments are gone, raw blocks are data, the
/// line break after a block tag and the blanks before one are removed. Linear. The last token is End.
/// Errors: Template, "line N: reason".
Result<std::vector<Token>> tokenize(std::string_view source);

}  // namespace monochord::jinja
