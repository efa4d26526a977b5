#include "base/unicode.h"
#include "monochord/tokenizer.h"

namespace monochord {

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer, bool skipSpecial, bool atStart)
    : m_tokenizer(&tokenizer), m_skipSpecial(skipSpecial), m_atStart(atStart) {}

std::string StreamDecoder::push(TokenId id) {
    m_tokenizer->appendPiece(id, m_skipSpecial, m_atStart, m_waiting);
    return takeCharacters(m_waiting, false);
}

std::string StreamDecoder::finish() {
    m_atStart = true;
    return takeCharacters(m_waiting, true);
}

}  // namespace monochord
