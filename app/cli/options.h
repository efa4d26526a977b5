#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monochord/error.h"
#include "monochord/evaluator.h"
#include "monochord/session.h"

namespace monochord::cli {

/// What every command that computes takes: the model file and -t, --kv, --isa, -b, -c.
struct ComputeFlags {
    std::string model;
    ComputeOptions compute;
};
/// --chat-template, for the commands that render one.
void addTemplateFlag(CLI::App& command, std::string& path);
/// The file that --chat-template names; nothing where `path` is empty. Errors with the path in front.
Result<std::optional<std::string>> readTemplate(const std::string& path);
void addComputeFlags(CLI::App& command, ComputeFlags& flags);
/// For an option that names a type of the KV cache.
CLI::Validator kvTypes();
/// Says on standard error where the KV cache stores something in another type than was asked for.
void tellKvTypes(const Evaluator& evaluator, const ComputeOptions& asked);

/// The sliders and limits of a reply.
struct ReplyFlags {
    GenerationOptions generation;
    std::optional<uint64_t> seed;
    std::string system;
    std::string chatTemplate;  // a file; empty: the model's own
    std::string state;         // a file; empty: none
    std::string draft;         // a model's file; empty: none
};
void addReplyFlags(CLI::App& command, ReplyFlags& flags);
/// The part of these that steers the draw.
void addSamplingFlags(CLI::App& command, GenerationOptions& generation);
/// The options with a seed: the given one, or a random one.
GenerationOptions generationOptions(const ReplyFlags& flags);

/// Takes up the state that --state names, where there is one. One that does not fit is told of on standard error, and
/// everything is computed. Errors with the path in front, where saving would replace something else than a state.
Result<void> restoreState(const ReplyFlags& flags, InferenceSession& session);
/// Saves it, if something was computed. Errors with the path in front.
Result<void> saveState(const ReplyFlags& flags, const InferenceSession& session);

/// Opens the model that --draft names, where there is one. Errors with its path in front.
Result<void> addDraft(const ReplyFlags& flags, const ComputeOptions& compute, InferenceSession& session);

/// --split-size, for the commands that write a model.
void addSplitFlag(CLI::App& command, uint64_t& bytes);

/// A number in a range. CLI::Range lets NaN pass and prints its borders with all their digits.
CLI::Validator within(double lowest, double highest);

/// Errors with the file's path in front.
Result<std::shared_ptr<const Model>> openModel(const std::string& path, const std::string& chatTemplate = {});
/// For the commands that chat: whether the model's template, or the one of flags.chatTemplate, has an error.
Result<void> checkTemplate(const Model& model, const std::string& path, const std::string& chatTemplate);
Result<std::unique_ptr<Evaluator>> openEvaluator(const ComputeFlags& flags);

/// The machine's local time, "2025-07-26T12:34:56".
std::string localTime();

}  // namespace monochord::cli
