#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/problems.h"
#include "gguf/gguf_file.h"
#include "monochord/error.h"

namespace monochord {

/// Reads `<architecture>.<key>` values one after the other. What is wrong becomes a problem and leaves `out` as it is;
/// where there is no room for another problem, nothing more is read.
class ParameterReader {
public:
    ParameterReader(const GgufFile& file, std::string_view architecture, Problems& problems)
        : m_file(file), m_prefix(architecture), m_problems(problems), m_before(problems.count()) {}

    /// A whole number in lowest … highest. `otherwise` is for a missing key; nothing: it must be there.
    void number(const char* key, uint32_t& out, uint64_t lowest, uint64_t highest,
                std::optional<uint64_t> otherwise = {});
    /// A number in lowest … highest; where the key is missing, `out` stays as it is, within the range or not.
    void real(const char* key, float& out, float lowest, float highest);
    void requiredReal(const char* key, float& out, float lowest, float highest);
    void flag(const char* key, bool& out);  ///< a missing key leaves `out` as it is
    std::string_view text(const char* key);

    void keep(Error error) { m_problems.add(std::move(error)); }
    /// True after an error: what was read may be zero.
    bool failed() const { return m_problems.count() > m_before; }

private:
    /// False after an error. A key that is missing is none.
    template <class T>
    bool value(const std::string& name, std::optional<T>& out);
    void readReal(const char* key, float& out, float lowest, float highest, bool required);

    const GgufFile& m_file;
    std::string m_prefix;
    Problems& m_problems;
    size_t m_before;  // problems
};

}  // namespace monochord
