#include "model/parameter_reader.h"

#include <fmt/format.h>

namespace monochord {

template <class T>
std::optional<T> ParameterReader::value(const std::string& name) {
    if (m_error) return std::nullopt;
    const auto found = m_file.get<T>(name);
    if (!found) keep(found.error());
    return found ? *found : std::nullopt;
}

void ParameterReader::number(const char* key, uint32_t& out, uint64_t lowest, uint64_t highest,
                             std::optional<uint64_t> otherwise) {
    const std::string name = m_prefix + "." + key;
    const auto found = value<uint64_t>(name);
    if (m_error) return;
    if (!found && !otherwise) return keep({ErrorCode::Corrupt, fmt::format("the key {} is missing", name)});
    const uint64_t n = found ? *found : *otherwise;
    if (n < lowest || n > highest)
        return keep({ErrorCode::Corrupt, fmt::format("{} is {}, expected {} to {}", name, n, lowest, highest)});
    out = static_cast<uint32_t>(n);
}

void ParameterReader::readReal(const char* key, float& out, float lowest, float highest, bool required) {
    const std::string name = m_prefix + "." + key;
    const auto found = value<float>(name);
    if (m_error || (!found && !required)) return;
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
    out = value<bool>(m_prefix + "." + key).value_or(out);
}

std::string_view ParameterReader::text(const char* key) {
    return value<std::string_view>(m_prefix + "." + key).value_or(std::string_view());
}

}  // namespace monochord
