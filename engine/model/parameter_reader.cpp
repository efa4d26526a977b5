#include "model/parameter_reader.h"

#include <fmt/format.h>

namespace monochord {

template <class T>
bool ParameterReader::value(const std::string& name, std::optional<T>& out) {
    return !m_problems.full() && m_problems.take(m_file.get<T>(name), out);
}

void ParameterReader::number(const char* key, uint32_t& out, uint64_t lowest, uint64_t highest,
                             std::optional<uint64_t> otherwise) {
    const std::string name = m_prefix + "." + key;
    std::optional<uint64_t> found;
    if (!value(name, found)) return;
    if (!found && !otherwise) return keep({ErrorCode::Corrupt, fmt::format("the key {} is missing", name)});
    const uint64_t n = found ? *found : *otherwise;
    if (n < lowest || n > highest)
        return keep({ErrorCode::Corrupt, fmt::format("{} is {}, expected {} to {}", name, n, lowest, highest)});
    out = static_cast<uint32_t>(n);
}

void ParameterReader::readReal(const char* key, float& out, float lowest, float highest, bool required) {
    const std::string name = m_prefix + "." + key;
    std::optional<float> found;
    if (!value(name, found) || (!found && !required)) return;
    if (!found) return keep({ErrorCode::Corrupt, fmt::format("the key {} is missing", name)});
    if (!(*found >= lowest && *found <= highest))
        return keep({ErrorCode::Corrupt, fmt::format("{} is {}, expected {} to {}", name, *found, lowest, highest)});
    out = *found;
}

void ParameterReader::real(const char* key, float& out, float lowest, float highest) {
    readReal(key, out, lowest, highest, false);
}

void ParameterReader::requiredReal(const char* key, float& out, float lowest, float highest) {
    readReal(key, out, lowest, highest, true);
}

void ParameterReader::flag(const char* key, bool& out) {
    std::optional<bool> found;
    if (value(m_prefix + "." + key, found)) out = found.value_or(out);
}

std::string_view ParameterReader::text(const char* key) {
    std::optional<std::string_view> found;
    value(m_prefix + "." + key, found);
    return found.value_or(std::string_view());
}

}  // namespace monochord
