#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/problems.h"
#include "model/parts.h"

namespace monochord {

/// Reads the parts of a Model out of its file, each with its checks, and for as long as `problems` has room: opening a
/// model stops at the first problem, validating a file goes on with every part that does not need the broken one.
class ModelReader {
public:
    explicit ModelReader(Problems& problems) : m_problems(problems), m_parts(std::make_unique<Model::Parts>()) {}

    /// Everything but the weights' own bytes. Problems: those that Model::open names.
    void read(const std::filesystem::path& path, const LoadOptions& options);
    /// Likewise of a file that is open, or could not be opened. name: of a model that has none of its own.
    void read(Result<std::unique_ptr<GgufFile>> file, std::string_view name, const LoadOptions& options);
    /// The error of the chat template, which keeps no model from opening.
    std::optional<Error> templateError() const;
    /// Null where the header could not be read.
    const GgufFile* file() const { return m_parts->file.get(); }
    /// Null where it could not be read.
    const Tokenizer* tokenizer() const { return m_parts->tokenizer.get(); }
    /// Precondition: there were no problems.
    std::unique_ptr<Model::Parts> takeParts() { return std::move(m_parts); }

private:
    void takeFile(Result<std::unique_ptr<GgufFile>> file);
    void readParameters();
    void readVocabulary();
    void findWeights();
    void prepareRopes();
    void readTemplate(const std::optional<std::string>& instead);
    void describe(std::string_view name);

    Problems& m_problems;
    std::unique_ptr<Model::Parts> m_parts;
    bool m_hasParameters = false;
};

}  // namespace monochord
