#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "monochord/error.h"

namespace monochord::cli {

/// What the command line asks for, set by the callback of the chosen subcommand and run by main once everything is
/// parsed. An error becomes one line on standard error and exit status 1.
using Run = std::function<Result<void>()>;

// One function a command, each in its own file: adds the subcommand with its options to `app` and, when chosen, sets
// `run`. main.cpp lists them.
void addChat(CLI::App& app, Run& run);
void addGenerate(CLI::App& app, Run& run);
void addInspect(CLI::App& app, Run& run);
void addValidate(CLI::App& app, Run& run);
void addTokenize(CLI::App& app, Run& run);
void addDetokenize(CLI::App& app, Run& run);
void addTemplate(CLI::App& app, Run& run);
void addLogits(CLI::App& app, Run& run);
void addScore(CLI::App& app, Run& run);
void addDequantize(CLI::App& app, Run& run);
void addSample(CLI::App& app, Run& run);
void addPerplexity(CLI::App& app, Run& run);
void addQuantize(CLI::App& app, Run& run);
void addBench(CLI::App& app, Run& run);
void addConvert(CLI::App& app, Run& run);

}  // namespace monochord::cli
