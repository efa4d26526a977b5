#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/gguf_file.h"

namespace monochord::test {

/// Builds the bytes of a GGUF file, whole or broken on purpose: every number can be given as it should not be.
class GgufBuilder {
public:
    /// What stands in the header instead of the true numbers.
    GgufBuilder& version(uint32_t number);
    GgufBuilder& keyCount(uint64_t count);
    GgufBuilder& tensorCount(uint64_t count);
    /// What tensors are aligned to and the data starts at; writes no key.
    GgufBuilder& alignment(uint64_t bytes);

    /// A plain value; its type in the file is T (uint8_t … double, bool).
    template <class T>
    GgufBuilder& key(std::string_view name, T value) {
        return rawKey(name, static_cast<uint32_t>(typeOf<T>()), bytesOf(value));
    }
    GgufBuilder& text(std::string_view name, std::string_view value);
    template <class T>
    GgufBuilder& list(std::string_view name, const std::vector<T>& values) {
        std::string elements;
        for (const T value : values) elements += bytesOf(value);
        return rawList(name, static_cast<uint32_t>(typeOf<T>()), values.size(), elements);
    }
    GgufBuilder& texts(std::string_view name, const std::vector<std::string>& values);
    GgufBuilder& rawKey(std::string_view name, uint32_t type, std::string_view value);
    GgufBuilder& rawList(std::string_view name, uint32_t type, uint64_t count, std::string_view elements);

    /// A tensor with its data, placed behind those before it.
    GgufBuilder& tensor(std::string_view name, TensorType type, const std::vector<uint64_t>& shape,
                        std::string_view data);
    GgufBuilder& tensorF32(std::string_view name, const std::vector<uint64_t>& shape, const std::vector<float>& values);
    /// A record alone.
    GgufBuilder& tensorRecord(std::string_view name, const std::vector<uint64_t>& shape, uint32_t type,
                              uint64_t offset);
    /// Bytes behind the data so far.
    GgufBuilder& data(std::string_view bytes);

    std::string header() const;  ///< without padding and data
    std::string build() const;

    template <class T>
    static std::string bytesOf(T value) {
        std::string bytes(sizeof(T), '\0');
        std::memcpy(bytes.data(), &value, sizeof(T));
        return bytes;
    }
    /// As the format writes it: length and bytes.
    static std::string stringOf(std::string_view text);

private:
    template <class T>
    static constexpr MetadataType typeOf() {
        if constexpr (std::is_same_v<T, bool>) return MetadataType::Bool;
        if constexpr (std::is_same_v<T, float>) return MetadataType::F32;
        if constexpr (std::is_same_v<T, double>) return MetadataType::F64;
        if constexpr (sizeof(T) == 1) return std::is_signed_v<T> ? MetadataType::I8 : MetadataType::U8;
        if constexpr (sizeof(T) == 2) return std::is_signed_v<T> ? MetadataType::I16 : MetadataType::U16;
        if constexpr (sizeof(T) == 4) return std::is_signed_v<T> ? MetadataType::I32 : MetadataType::U32;
        return std::is_signed_v<T> ? MetadataType::I64 : MetadataType::U64;
    }

    uint32_t m_version = 3;
    uint64_t m_alignment = 32;
    uint64_t m_keyCount = 0;
    uint64_t m_tensorCount = 0;
    bool m_ownKeyCount = false;
    bool m_ownTensorCount = false;
    std::string m_keys;
    std::string m_tensors;
    std::string m_data;
};

/// A file with one key of every type and three tensors (F32 [4, 2] "a", Q8_0 [32, 2] "b", F16 [3] "c").
GgufBuilder smallFile();

}  // namespace monochord::test
