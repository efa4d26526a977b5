#include "convert/hf_config.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/printable.h"

namespace monochord {

Result<HfConfig> HfConfig::open(const std::filesystem::path& folder) {
    HfConfig config;
    auto json = readJsonObject(folder / "config.json");
    if (!json) return tl::unexpected(std::move(json.error()));
    if (json->is_null())
        return fail(ErrorCode::NotFound, "there is no config.json; give the folder of a Hugging Face model");
    config.m_all = std::move(*json);
    config.m_text = config.m_all;
    if (const Json* text = member(config.m_all, "text_config"); text && text->is_object()) config.m_text.update(*text);
    if (const Json* quantized = member(config.m_all, "quantization_config"))
        return fail(ErrorCode::Unsupported,
                    fmt::format("the weights are quantized already ({}); give the original model",
                                printable(textMember(*quantized, "quant_method").value_or("unknown method"))));
    return config;
}

std::string HfConfig::className() const {
    const Json* list = member(m_all, "architectures");
    if (!list || !list->is_array() || list->empty() || !list->front().is_string()) return {};
    return list->front().get<std::string>();
}

const Json* HfConfig::find(Keys keys) const {
    for (const std::string_view key : keys)
        if (const Json* value = member(m_text, key)) return value;
    return nullptr;
}

uint32_t HfConfig::whole(Keys keys, std::optional<uint32_t> fallback) {
    const Json* value = find(keys);
    if (!value && fallback) return *fallback;
    const double number = value && value->is_number() ? value->get<double>() : -1;
    if (number >= 0 && number <= std::numeric_limits<uint32_t>::max() && number == std::floor(number))
        return static_cast<uint32_t>(number);
    if (!value)
        keep(ErrorCode::Corrupt, fmt::format("config.json lacks \"{}\"", *keys.begin()));
    else
        keep(ErrorCode::Corrupt, fmt::format("\"{}\" in config.json is {} instead of a whole number of at least 0",
                                             *keys.begin(), printable(value->dump())));
    return 0;
}

float HfConfig::real(Keys keys, std::optional<float> fallback) {
    const Json* value = find(keys);
    if (!value && fallback) return *fallback;
    if (value && value->is_number() && std::isfinite(value->get<float>())) return value->get<float>();
    if (!value)
        keep(ErrorCode::Corrupt, fmt::format("config.json lacks \"{}\"", *keys.begin()));
    else
        keep(ErrorCode::Corrupt,
             fmt::format("\"{}\" in config.json is {} instead of a number", *keys.begin(), printable(value->dump())));
    return 0;
}

bool HfConfig::flag(std::string_view key, bool fallback) {
    const Json* value = find({key});
    if (!value) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    keep(ErrorCode::Corrupt,
         fmt::format("\"{}\" in config.json is {} instead of true or false", key, printable(value->dump())));
    return fallback;
}

std::string HfConfig::text(Keys keys, std::string_view fallback) const {
    const Json* value = find(keys);
    return value && value->is_string() ? value->get<std::string>() : std::string(fallback);
}

Json HfConfig::rope(std::string_view layers) const {
    const Json* found = find({"rope_parameters", "rope_scaling"});
    Json rope = found && found->is_object() ? *found : Json::object();
    if (const Json* part = member(rope, layers); part && part->is_object()) rope = Json(*part);
    return rope;
}

void HfConfig::refuse(std::string message) {
    keep(ErrorCode::Unsupported, std::move(message));
}

Result<void> HfConfig::result() const {
    if (m_problem) return tl::unexpected(*m_problem);
    return {};
}

void HfConfig::keep(ErrorCode code, std::string message) {
    if (!m_problem) m_problem = Error{code, std::move(message)};
}

}  // namespace monochord
