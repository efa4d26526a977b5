#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gguf/gguf_file.h"
#include "monochord/error.h"

namespace monochord {

/// Reads `<architecture>.<key>` values one after the other; the first error stays and the rest is skipped.
class ParameterReader {
public:
    ParameterReader(const GgufFile& file, std::string_view architecture) : m_file(file), m_prefix(architecture) {}

    /// A whole number in lowest … highest. `otherwise` is for a missing key; nothing: it must be there.
    void number(const char* key, uint32_t& out, uint64_t lowest, uint64_t highest,
                std::optional<uint64_t> otherwise = {});
    /// A number in lowest … highest; where the key is missing, `out` stays as it is, within the range or not.
    void real(const char* key, float& out, float lowest, float highest);
    void requiredReal(const char* key, float& out, float lowest, float highest);
    void flag(const char* key, bool& out);  ///< a missing key leaves `out` as it is
    std::string_view text(const char* key);

    void keep(Error error) {
        if (!m_error) m_error = std::move(error);
    }
    const std::optional<Error>& error() const { return m_error; }

private:
    template <class T>
    std::optional<T> value(const std::string& name);
    void readReal(const char* key, float& out, float lowest, float highest, bool required);

    const GgufFile& m_file;
    std::string m_prefix;
    std::optional<Error> m_error;
};

}  // namespace monochord
