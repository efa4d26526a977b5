#include <QTest>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "engine/tokenizer/vocabularies.h"
#include "monochord/chat_template.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::test;

// User text is never control: proven over every token of every vocabulary at hand, alone, doubled and cut in two.

namespace {

/// The unknown token is what text may come to that a vocabulary lacks; no other control token is.
size_t controls(const Tokenizer& tokenizer, const Ids& ids) {
    return static_cast<size_t>(std::ranges::count_if(ids, [&](TokenId id) {
        const TokenKind kind = tokenizer.kind(id);
        return kind == TokenKind::Control || (kind == TokenKind::Unknown && std::optional(id) != tokenizer.unknown());
    }));
}

/// Texts of tokens, each cut in two: one half is the template's own, the other the user's.
class Halves {
public:
    explicit Halves(const Tokenizer& tokenizer) : m_tokenizer(tokenizer) {}

    void add(const std::string& text, size_t at, bool firstTrusted) {
        const std::string first = text.substr(0, at), second = text.substr(at);
        m_spans.insert(m_spans.end(), {{first, firstTrusted}, {second, !firstTrusted}, {"\n", false}});
        m_trusted.insert(m_trusted.end(), {{firstTrusted ? first : second, true}, {"\n", false}});
    }
    /// Of all that were added, how many control tokens are there beyond those that the template wrote by itself.
    size_t injected() const {
        return controls(m_tokenizer, m_tokenizer.encode(m_spans)) -
               controls(m_tokenizer, m_tokenizer.encode(m_trusted));
    }

private:
    const Tokenizer& m_tokenizer;
    std::vector<TextSpan> m_spans, m_trusted;
};

/// What comes of messages whose texts are the contents of `texts`, in a template that writes `control` before each.
/// Every message is written whole, doubled, and cut in two.
size_t controlsThroughATemplate(const Tokenizer& tokenizer, TokenId control, std::span<const std::string> texts) {
    const auto chat = ChatTemplate::compile(
        "{% for m in messages %}{{ bos_token }}{{ m.content }}{{ m.content ~ m.content }}"
        "{{ m.content[:m.at] ~ m.content[m.at:] }}\n{{ m.content[:m.at] }}{{ m.content[m.at:] }}{% endfor %}");
    nlohmann::ordered_json variables = {{"bos_token", tokenizer.piece(control)},
                                        {"messages", nlohmann::ordered_json::array()}};
    for (const std::string& text : texts) variables["messages"].push_back({{"content", text}, {"at", text.size() / 2}});
    const auto spans = (*chat)->render(variables, "2025-01-01");
    return spans ? controls(tokenizer, tokenizer.encode(*spans)) : size_t{0};
}

/// The vocabularies of the tests and, where they are at hand, those of the references and the real models.
std::vector<std::filesystem::path> vocabularies() {
    std::vector<std::filesystem::path> files;
    const auto addFolder = [&](const std::filesystem::path& folder) {
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".gguf") files.push_back(entry.path());
    };
    addFolder(dataFile("llama"));
    if (const auto folder = sharedFile("reference/tokenizer/vocab")) addFolder(*folder);
    if (const auto model = starterModel()) addFolder(model->parent_path());
    std::ranges::sort(files);
    return files;
}

}  // namespace

class TestUserText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isNeverControl_data();
    void isNeverControl();
};

void TestUserText::isNeverControl_data() {
    QTest::addColumn<QString>("path");
    for (const auto& path : vocabularies())
        QTest::newRow(path.filename().c_str()) << QString::fromStdString(path.string());
}

void TestUserText::isNeverControl() {
    QFETCH(QString, path);
    const auto opened = Tokenizer::open(path.toStdString());
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const Tokenizer& tokenizer = **opened;
    std::mt19937 random(7);
    std::string alone, doubled;
    std::vector<std::string> special;
    TokenId control = -1;
    Halves halves(tokenizer);
    for (TokenId id = 0; tokenizer.contains(id); id++) {
        const std::string text = tokenizer.piece(id);
        (alone += text) += '\n';
        ((doubled += text) += text) += '\n';
        const TokenKind kind = tokenizer.kind(id);
        const bool isControl = kind == TokenKind::Control || kind == TokenKind::Unknown;
        if (isControl || kind == TokenKind::UserDefined) special.push_back(text);
        if (control < 0 && kind == TokenKind::Control && tokenizer.encode(text, true) == Ids({id})) control = id;
        // At every border; tokens of large vocabularies that are no control tokens at one.
        const bool everywhere = isControl || tokenizer.size() < 2000;
        const size_t only = random() % (text.size() + 1);
        for (size_t at = 0; at <= text.size(); at++)
            for (const bool first : {false, true})
                if (everywhere || (at == only && first == (id % 2 == 0))) halves.add(text, at, first);
    }
    QCOMPARE(controls(tokenizer, tokenizer.encode(alone, false)), size_t{0});
    QCOMPARE(controls(tokenizer, tokenizer.encode(doubled, false)), size_t{0});
    QCOMPARE(halves.injected(), size_t{0});
    QVERIFY(control >= 0);
    for (std::span<const std::string> rest = special; !rest.empty();) {
        const auto some = rest.first(std::min<size_t>(rest.size(), 500));
        QCOMPARE(controlsThroughATemplate(tokenizer, control, some), some.size());
        rest = rest.subspan(some.size());
    }
}

QTEST_APPLESS_MAIN(TestUserText)
#include "test_user_text.moc"
