#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "convert/json_file.h"
#include "monochord/error.h"

namespace monochord {

/// `config.json` of a checkpoint: of a model that also sees, the part about text. Reads one value after the other and
/// keeps the first problem, so that a caller may ask once in the end. Keys are given with the older names they go by.
class HfConfig {
public:
    using Keys = std::initializer_list<std::string_view>;
    /// Errors: NotFound (no config.json); those of readJsonObject; Unsupported (weights that are quantized already).
    static Result<HfConfig> open(const std::filesystem::path& folder);

    std::string className() const;  ///< the first of `architectures`: "LlamaForCausalLM"
    bool has(std::string_view key) const { return find({key}) != nullptr; }
    const Json* find(Keys keys) const;  ///< null is nothing
    /// A whole number from 0 to 2^32 - 1; without it the fallback, and without that a problem.
    uint32_t whole(Keys keys, std::optional<uint32_t> fallback = {});
    float real(Keys keys, std::optional<float> fallback = {});
    bool flag(std::string_view key, bool fallback);
    std::string text(Keys keys, std::string_view fallback) const;

    /// The parameters of the rotary embedding, old and new way of writing; an empty object where there are none.
    /// `layers`: of those for "full_attention" or "sliding_attention" where the file tells them apart.
    Json rope(std::string_view layers = "full_attention") const;

    /// Keeps a problem that the values add up to.
    void refuse(std::string message);
    Result<void> result() const;
    const Json& all() const { return m_all; }  ///< with what is not about text

private:
    void keep(ErrorCode code, std::string message);
    Json m_all, m_text;
    std::optional<Error> m_problem;
};

}  // namespace monochord
