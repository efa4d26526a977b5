#pragma once

#include <functional>
#include <string>

#include "command.h"
#include "json_lines.h"
#include "monochord/evaluator.h"
#include "monochord/tokenizer.h"

namespace monochord::cli {

// Subcommands that answer one JSON object a line (--jsonl) about a model file. `answer` is as in answerLines().

/// Reads the file's vocabulary only.
void addTokenizerCommand(CLI::App& app, Run& run, const std::string& name, const std::string& description,
                         const std::string& request,
                         std::function<Result<std::string>(const Tokenizer&, const Json&)> answer);

/// Computes; takes the flags of addComputeFlags() and --reuse, without which every request starts anew.
void addEvaluatorCommand(CLI::App& app, Run& run, const std::string& name, const std::string& description,
                         const std::string& request,
                         std::function<Result<std::string>(Evaluator&, const Json&)> answer);

}  // namespace monochord::cli
