#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "monochord/chat_template.h"
#include "monochord/error.h"
#include "monochord/tokenizer.h"

namespace monochord {

/// What a loaded model is.
struct ModelInfo {
    std::string architecture;      ///< "llama"
    std::string name;              ///< `general.name`, or the file's name
    uint32_t contextLength = 0;    ///< positions that the model was trained for
    uint32_t vocabularySize = 0;   ///< logits a position
    uint32_t blockCount = 0;       ///< layers
    uint64_t fileBytes = 0;        ///< length of the file
    bool hasChatTemplate = false;  ///< false: chatTemplate() is ChatML
    uint64_t bytesPerToken = 0;    ///< weights that a token of a reply reads: layers (chosen experts only) and head
    uint64_t layerWeights = 0;     ///< numbers that a token of a prompt is multiplied with: without embedding and head
};

/// What opening tells while it lasts, and what ends it early.
struct LoadOptions {
    std::optional<std::string> chatTemplate = {};  ///< Jinja, in place of what the file has
    /// Bytes of the file that are in memory, of all its bytes: first 0, then whenever there are more, on the thread
    /// that opens. Where it is set, opening waits until the weights are read; where it is not, it does not. They are
    /// read from end to end in the background in either case, unless memory does not hold the file, so that the first
    /// reply does not wait for the disk.
    std::function<void(uint64_t doneBytes, uint64_t totalBytes)> progress = {};
    std::stop_token stop = {};    ///< ends the opening; seen between the steps and every hundredth of a second
    std::stop_token enough = {};  ///< ends the waiting alone: somebody wants to use the model with what is there
};

/// A model file, open and checked: vocabulary, chat template, and weights that stay in the mapped file. Immutable, and
/// shared by any number of sessions on any threads.
class Model {
public:
    /// Errors: those of reading the file and its vocabulary; Unsupported (architecture, tensor type, rotary scaling,
    /// named), Corrupt (hyper-parameters or shapes that do not fit each other), NotFound (a tensor), Cancelled. A chat
    /// template with an error is none: it comes when a chat is rendered, and another template can be given.
    static Result<std::shared_ptr<const Model>> open(const std::filesystem::path& path,
                                                     const LoadOptions& options = {});
    ~Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    const ModelInfo& info() const;             ///< what the file says about itself
    const Tokenizer& tokenizer() const;        ///< its vocabulary
    const ChatTemplate& chatTemplate() const;  ///< its template, or ChatML; one with an error says so

    /// A number that stands for all bytes of the file: other bytes, another number, but once in 2^64 or where somebody
    /// looks for them. Reads the whole file at the speed of memory, if it is there. Errors: FileChanged, Cancelled.
    Result<uint64_t> digest(const std::stop_token& stop = {}) const;

    struct Parts;                                    ///< for the engine: defined inside it
    const Parts& parts() const { return *m_parts; }  ///< for the engine

private:
    explicit Model(std::unique_ptr<const Parts> parts);
    std::unique_ptr<const Parts> m_parts;
};

}  // namespace monochord
