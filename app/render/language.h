#pragma once

#include <QChar>
#include <QList>
#include <QString>
#include <QStringView>
#include <cstddef>
#include <optional>
#include <utility>

namespace monochord::app {

enum class Syntax : quint8 { Plain, Keyword, Type, Function, String, Number, Comment };
inline constexpr std::size_t kSyntaxKinds = 7;

/// What a scanner has to know of a programming language: a table, read from resources/languages (README.md there
/// describes the format).
struct Language {
    struct Rule {
        enum class Form {
            Line,     ///< from `open` to the end of the line
            Span,     ///< from `open` to `close`
            Fenced,   ///< `open` tag `middle` … `close` tag `after`, the tag of characters of `tag`
            Heredoc,  ///< `open` and a word, from the next line to a line that is this word
            Char,     ///< one character, or an escape, between two `open`
            Prefix,   ///< `open` and the word behind it
            Start,    ///< a line that starts with `open`
        };
        Form form = Form::Line;
        Syntax kind = Syntax::Plain;
        QString open, close, tag, middle, after;
        bool escapes = false;  ///< a backslash takes the meaning of what follows it
        bool doubles = false;  ///< the closing mark twice is no end
        bool lines = false;    ///< goes on over line ends
        bool nests = false;
        bool spaced = false;  ///< begins only behind a blank, or has one behind its mark
    };

    QString name;
    QStringList aliases;
    QList<Rule> rules;                        ///< the first that fits counts
    QList<std::pair<QString, Syntax>> words;  ///< sorted
    QStringList defines;                      ///< the word behind one of these is a name: def, class
    QString begins, inside;                   ///< characters of words besides letters, digits and _
    QChar keys;                               ///< what stands behind a key: the colon of JSON
    QChar digits;                             ///< what may separate digits besides _
    bool anyCase = false;                     ///< of words
    bool calls = false;                       ///< a name between another and a parenthesis is a function: int main(
    bool capitals = false;                    ///< a word that begins with a capital is a type
    bool tags = false;                        ///< HTML: words and strings count only between < and >

    Syntax kindOf(QStringView word) const;
};

/// The language that a code block names, in any case. Null: none that is known. Any thread; all tables are read once.
const Language* languageNamed(QStringView name);
/// All that are known, by name.
const QList<Language>& languages();

}  // namespace monochord::app
