#include "monochord/chat_template.h"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "gguf/gguf_file.h"
#include "template/evaluator.h"
#include "template/parser.h"

namespace monochord {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kChatMl =
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + "
    "'\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

jinja::Value convert(jinja::Context& ctx, const ordered_json& json, bool trusted, uint32_t level);

jinja::Value convertArray(jinja::Context& ctx, const ordered_json& json, bool trusted, uint32_t level) {
    std::vector<jinja::Value> elements;
    elements.reserve(std::min(json.size(), jinja::kMaximumElements));
    for (const auto& element : json) {
        if (!ctx.fitsElements(elements.size() + 1)) return {};
        elements.push_back(convert(ctx, element, trusted, level + 1));
    }
    return ctx.sequence(std::move(elements), jinja::Flavour::List, trusted);
}

jinja::Value convertObject(jinja::Context& ctx, const ordered_json& json, bool trusted, uint32_t level) {
    std::vector<std::pair<jinja::Value, jinja::Value>> entries;
    for (const auto& [key, value] : json.items()) {
        if (!ctx.fitsElements(entries.size() + 1)) return {};
        jinja::Value name = ctx.text(key, trusted);
        entries.emplace_back(std::move(name), convert(ctx, value, trusted, level + 1));
    }
    return ctx.dict(std::move(entries), trusted);
}

jinja::Value convert(jinja::Context& ctx, const ordered_json& json, bool trusted, uint32_t level) {
    if (ctx.failed()) return {};
    if (level >= jinja::kMaximumDepth)
        return ctx.fail(fmt::format("a variable nests deeper than {}", jinja::kMaximumDepth));
    switch (json.type()) {
        case ordered_json::value_t::null:
            return jinja::Value::none(trusted);
        case ordered_json::value_t::boolean:
            return jinja::Value::boolean(json.get<bool>(), trusted);
        case ordered_json::value_t::number_integer:
            return jinja::Value::integer(json.get<int64_t>(), trusted);
        case ordered_json::value_t::number_unsigned: {
            const auto number = json.get<uint64_t>();
            if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
                return jinja::Value::real(static_cast<double>(number), trusted);
            return jinja::Value::integer(static_cast<int64_t>(number), trusted);
        }
        case ordered_json::value_t::number_float:
            return jinja::Value::real(json.get<double>(), trusted);
        case ordered_json::value_t::string:
            return ctx.text(json.get_ref<const std::string&>(), trusted);
        case ordered_json::value_t::array:
            return convertArray(ctx, json, trusted, level);
        case ordered_json::value_t::object:
            return convertObject(ctx, json, trusted, level);
        default:
            return ctx.fail("a variable is of a kind that templates do not have");
    }
}

}  // namespace

struct ChatTemplate::Data {
    std::string source;
    std::shared_ptr<const jinja::Program> program = nullptr;
    std::optional<Error> error = std::nullopt;  // in place of the program
};

ChatTemplate::ChatTemplate(std::unique_ptr<const Data> data) : m_data(std::move(data)) {}
ChatTemplate::~ChatTemplate() = default;

Result<std::unique_ptr<ChatTemplate>> ChatTemplate::compile(std::string_view source) {
    auto compiled = compileAnyway(source);
    if (compiled->error()) return tl::unexpected(*compiled->error());
    return compiled;
}

std::unique_ptr<ChatTemplate> ChatTemplate::compileAnyway(std::string_view source) {
    Data data{std::string(source)};
    if (auto program = jinja::parse(source))
        data.program = std::move(*program);
    else
        data.error = std::move(program.error());
    return std::unique_ptr<ChatTemplate>(new ChatTemplate(std::make_unique<const Data>(std::move(data))));
}

Result<std::unique_ptr<ChatTemplate>> ChatTemplate::open(const std::filesystem::path& model) {
    const auto file = GgufFile::open(model);
    if (!file) return tl::unexpected(file.error());
    return (*file)->get<std::string_view>("tokenizer.chat_template").and_then([](auto source) {
        return compile(source.value_or(kChatMl));
    });
}

std::string_view ChatTemplate::source() const {
    return m_data->source;
}

const std::optional<Error>& ChatTemplate::error() const {
    return m_data->error;
}

Result<std::vector<TextSpan>> ChatTemplate::render(const ordered_json& variables, std::string_view now) const {
    if (m_data->error) return tl::unexpected(*m_data->error);
    if (!variables.is_object()) return fail(ErrorCode::InvalidArgument, "the template's variables are not an object");
    jinja::Context ctx{std::string(now)};
    std::vector<jinja::Value> values;
    values.reserve(m_data->program->symbols.size());
    for (const std::string& name : m_data->program->symbols) {
        const auto it = variables.find(name);
        const bool trusted = name.ends_with("_token");
        values.push_back(it == variables.end() ? jinja::Value() : convert(ctx, *it, trusted, 1));
    }
    ctx.limitToGiven();
    jinja::Text output;
    if (!ctx.failed()) output = jinja::Evaluator(ctx, *m_data->program, std::move(values)).run();
    if (ctx.failed()) return fail(ErrorCode::Template, fmt::format("line {}: {}", ctx.failedLine(), ctx.reason()));
    return output.spans();
}

std::string_view chatMlTemplate() {
    return kChatMl;
}

std::string joinSpans(const std::vector<TextSpan>& spans) {
    std::string text;
    for (const TextSpan& span : spans) text += span.text;
    return text;
}

}  // namespace monochord
