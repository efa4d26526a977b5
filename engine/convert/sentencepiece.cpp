#include "convert/sentencepiece.h"

#include <cstring>
#include <optional>

namespace monochord {

namespace {

constexpr uint32_t kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5;  // kinds of fields on the wire

struct Field {
    uint64_t number = 0;
    uint32_t kind = 0;
    uint64_t value = 0;        // of kVarint
    std::string_view payload;  // of the others
};

/// Steps through the fields of a message; a message inside is the payload of a field.
class Message {
public:
    explicit Message(std::string_view bytes) : m_left(bytes) {}

    bool atEnd() const { return m_left.empty(); }
    /// Nothing where the bytes are no field.
    std::optional<Field> next() {
        const auto key = varint();
        if (!key) return std::nullopt;
        Field field{*key >> 3, static_cast<uint32_t>(*key & 7), 0, {}};
        std::optional<uint64_t> length;
        if (field.kind == kVarint) {
            const auto value = varint();
            if (!value) return std::nullopt;
            field.value = *value;
            return field;
        }
        if (field.kind == kFixed32) length = 4;
        if (field.kind == kFixed64) length = 8;
        if (field.kind == kBytes) length = varint();
        if (!length || *length > m_left.size()) return std::nullopt;
        field.payload = m_left.substr(0, *length);
        m_left.remove_prefix(*length);
        return field;
    }

private:
    std::optional<uint64_t> varint() {
        uint64_t value = 0;
        for (size_t i = 0; i < m_left.size() && i < 10; i++) {
            const auto byte = static_cast<uint8_t>(m_left[i]);
            value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
            if (byte & 0x80) continue;
            m_left.remove_prefix(i + 1);
            return value;
        }
        return std::nullopt;
    }
    std::string_view m_left;
};

tl::unexpected<Error> noModel() {
    return fail(ErrorCode::Corrupt, "tokenizer.model is no SentencePiece model");
}

std::optional<SentencePiece> readPiece(std::string_view bytes) {
    SentencePiece piece;
    Message message(bytes);
    while (!message.atEnd()) {
        const auto field = message.next();
        if (!field) return std::nullopt;
        if (field->number == 1 && field->kind == kBytes) piece.text = field->payload;
        if (field->number == 2 && field->kind == kFixed32) std::memcpy(&piece.score, field->payload.data(), 4);
        if (field->number != 3 || field->kind != kVarint) continue;
        if (field->value < 1 || field->value > static_cast<uint64_t>(TokenKind::Byte)) return std::nullopt;
        piece.kind = static_cast<TokenKind>(field->value);  // the file format took its kinds over from here
    }
    // Converters write user-defined pieces as ordinary ones; what a tokenizer adds itself is named in its
    // configuration.
    if (piece.kind == TokenKind::UserDefined) piece.kind = TokenKind::Normal;
    return piece;
}

/// The value of one field of a message of settings.
std::optional<uint64_t> setting(std::string_view bytes, uint64_t number) {
    std::optional<uint64_t> value;
    for (Message message(bytes); !message.atEnd();) {
        const auto field = message.next();
        if (!field) break;
        if (field->number == number && field->kind == kVarint) value = field->value;
    }
    return value;
}

}  // namespace

Result<SentencePieceModel> parseSentencePiece(std::string_view bytes) {
    constexpr uint64_t kPieces = 1, kTrainer = 2, kNormalizer = 3, kModelType = 3, kAddDummyPrefix = 3, kBpe = 2;
    SentencePieceModel model;
    Message message(bytes);
    while (!message.atEnd()) {
        const auto field = message.next();
        if (!field) return noModel();
        if (field->kind != kBytes) continue;
        if (field->number == kPieces) {
            auto piece = readPiece(field->payload);
            if (!piece) return noModel();
            model.pieces.push_back(std::move(*piece));
        }
        if (field->number == kTrainer && setting(field->payload, kModelType).value_or(kBpe) > kBpe)
            return fail(ErrorCode::Unsupported, "tokenizer.model is of whole words or characters");
        if (field->number == kNormalizer) model.addsSpacePrefix = setting(field->payload, kAddDummyPrefix) != 0;
    }
    if (model.pieces.empty()) return noModel();
    return model;
}

}  // namespace monochord
