#include "support/gguf_builder.h"

namespace monochord::test {

namespace {

void padTo(std::string& bytes, uint64_t alignment) {
    while (bytes.size() % alignment != 0) bytes += '\0';
}

}  // namespace

GgufBuilder& GgufBuilder::version(uint32_t number) {
    m_version = number;
    return *this;
}

GgufBuilder& GgufBuilder::keyCount(uint64_t count) {
    m_keyCount = count;
    m_ownKeyCount = true;
    return *this;
}

GgufBuilder& GgufBuilder::tensorCount(uint64_t count) {
    m_tensorCount = count;
    m_ownTensorCount = true;
    return *this;
}

GgufBuilder& GgufBuilder::alignment(uint64_t bytes) {
    m_alignment = bytes;
    return *this;
}

GgufBuilder& GgufBuilder::text(std::string_view name, std::string_view value) {
    return rawKey(name, static_cast<uint32_t>(MetadataType::String), stringOf(value));
}

GgufBuilder& GgufBuilder::texts(std::string_view name, const std::vector<std::string>& values) {
    std::string elements;
    for (const std::string& value : values) elements += stringOf(value);
    return rawList(name, static_cast<uint32_t>(MetadataType::String), values.size(), elements);
}

GgufBuilder& GgufBuilder::rawKey(std::string_view name, uint32_t type, std::string_view value) {
    m_keys.append(stringOf(name)).append(bytesOf(type)).append(value);
    if (!m_ownKeyCount) m_keyCount++;
    return *this;
}

GgufBuilder& GgufBuilder::rawList(std::string_view name, uint32_t type, uint64_t count, std::string_view elements) {
    return rawKey(name, static_cast<uint32_t>(MetadataType::Array),
                  bytesOf(type).append(bytesOf(count)).append(elements));
}

GgufBuilder& GgufBuilder::tensor(std::string_view name, TensorType type, const std::vector<uint64_t>& shape,
                                 std::string_view bytes) {
    padTo(m_data, m_alignment);
    tensorRecord(name, shape, static_cast<uint32_t>(type), m_data.size());
    return data(bytes);
}

GgufBuilder& GgufBuilder::tensorF32(std::string_view name, const std::vector<uint64_t>& shape,
                                    const std::vector<float>& values) {
    std::string bytes;
    for (const float value : values) bytes += bytesOf(value);
    return tensor(name, TensorType::F32, shape, bytes);
}

GgufBuilder& GgufBuilder::tensorRecord(std::string_view name, const std::vector<uint64_t>& shape, uint32_t type,
                                       uint64_t offset) {
    m_tensors.append(stringOf(name)).append(bytesOf(static_cast<uint32_t>(shape.size())));
    for (const uint64_t size : shape) m_tensors += bytesOf(size);
    m_tensors.append(bytesOf(type)).append(bytesOf(offset));
    if (!m_ownTensorCount) m_tensorCount++;
    return *this;
}

GgufBuilder& GgufBuilder::data(std::string_view bytes) {
    m_data += bytes;
    return *this;
}

std::string GgufBuilder::header() const {
    return "GGUF" + bytesOf(m_version) + bytesOf(m_tensorCount) + bytesOf(m_keyCount) + m_keys + m_tensors;
}

std::string GgufBuilder::build() const {
    std::string bytes = header();
    if (m_data.empty()) return bytes;
    padTo(bytes, m_alignment);
    return bytes + m_data;
}

std::string GgufBuilder::stringOf(std::string_view text) {
    return bytesOf(uint64_t{text.size()}).append(text);
}

GgufBuilder smallFile() {
    GgufBuilder builder;
    builder.text("general.architecture", "llama").text("general.name", "small");
    builder.key<uint8_t>("t.u8", 200).key<int8_t>("t.i8", -100).key<uint16_t>("t.u16", 60000);
    builder.key<int16_t>("t.i16", -30000).key<uint32_t>("t.u32", 4000000000u).key<int32_t>("t.i32", -2000000000);
    builder.key<uint64_t>("t.u64", 1ull << 63).key<int64_t>("t.i64", -(1ll << 40));
    builder.key("t.f32", 0.1f).key("t.f64", 0.5).key("t.bool", true);
    builder.list<uint32_t>("t.numbers", {1, 2, 3}).texts("t.texts", {"one", "", "three"});
    builder.list<bool>("t.flags", {true, false}).list<float>("t.fractions", {0.25f, -1});
    builder.tensorF32("a", {4, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
    builder.tensor("b", TensorType::Q8_0, {32, 2},
                   std::string(34, '\0') + std::string("\0\x3c", 2) + std::string(32, 3));
    builder.tensor("c", TensorType::F16, {3}, std::string("\0\x3c\0\xc0\0\0", 6));
    return builder;
}

}  // namespace monochord::test
