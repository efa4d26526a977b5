#include "render/language.h"

#include <QDir>
#include <QFile>
#include <algorithm>

namespace monochord::app {
namespace {

constexpr qsizetype kLongestWord = 40;

constexpr std::pair<const char16_t*, Syntax> kKinds[] = {
    {u"keyword", Syntax::Keyword}, {u"type", Syntax::Type},     {u"function", Syntax::Function},
    {u"string", Syntax::String},   {u"number", Syntax::Number}, {u"comment", Syntax::Comment},
};

Syntax kindNamed(QStringView name) {
    for (const auto& [word, kind] : kKinds) {
        if (name == QStringView(word)) return kind;
    }
    return Syntax::Plain;
}

/// A rule as the table spells it: its form, kind, marks and switches.
std::optional<Language::Rule> ruleOf(const QStringList& fields) {
    using Form = Language::Rule::Form;
    constexpr std::pair<const char16_t*, Form> kForms[] = {
        {u"line", Form::Line}, {u"span", Form::Span},     {u"fenced", Form::Fenced}, {u"heredoc", Form::Heredoc},
        {u"char", Form::Char}, {u"prefix", Form::Prefix}, {u"start", Form::Start},
    };
    for (const auto& [word, form] : kForms) {
        if (fields[0] != QStringView(word)) continue;
        Language::Rule rule;
        rule.form = form;
        rule.kind = kindNamed(fields.value(1));
        const auto mark = [&](qsizetype i) { return fields.value(i) == u"-" ? QString() : fields.value(i); };
        rule.open = fields.value(2);
        if (form == Form::Span) rule.close = fields.value(3);
        if (form == Form::Fenced) {
            rule.open = mark(2), rule.tag = mark(3), rule.middle = mark(4), rule.close = mark(5), rule.after = mark(6);
        }
        const qsizetype marks = form == Form::Fenced ? 7 : form == Form::Span ? 4 : 3;
        const auto has = [&](QStringView name) { return fields.indexOf(name, marks) >= 0; };
        rule.escapes = has(u"escapes"), rule.doubles = has(u"doubles"), rule.nests = has(u"nests");
        rule.spaced = has(u"spaced");
        rule.lines = has(u"lines") || form == Form::Fenced || form == Form::Heredoc;
        return rule;
    }
    return {};
}

void addWords(Language& language, const QStringList& fields, Syntax kind) {
    for (const QString& word : fields.mid(1)) language.words.append({word, kind});
}

void readTable(Language& language, const QString& name) {
    QFile file(QStringLiteral(":/languages/") + name);
    if (!file.open(QIODevice::ReadOnly)) return;
    const QString table = QString::fromUtf8(file.readAll());
    for (const QString& line : table.split(u'\n', Qt::SkipEmptyParts)) {
        const QStringList fields = line.split(u' ', Qt::SkipEmptyParts);
        const QString& what = fields[0];
        const QString value = fields.mid(1).join(QString());
        if (what == u"like") readTable(language, value);
        if (what == u"names") language.aliases = fields.mid(1);
        if (what == u"keywords") addWords(language, fields, Syntax::Keyword);
        if (what == u"types") addWords(language, fields, Syntax::Type);
        if (what == u"functions") addWords(language, fields, Syntax::Function);
        if (what == u"constants") addWords(language, fields, Syntax::Number);
        if (what == u"defines") language.defines = fields.mid(1);
        if (what == u"begins") language.begins = value;
        if (what == u"inside") language.inside = value;
        if (what == u"keys") language.keys = value.front();
        if (what == u"digits") language.digits = value.front();
        if (what == u"anycase") language.anyCase = true;
        if (what == u"calls") language.calls = true;
        if (what == u"capitals") language.capitals = true;
        if (what == u"tags") language.tags = true;
        if (const auto rule = ruleOf(fields)) language.rules.append(*rule);
    }
}

QList<Language> readAll() {
    QList<Language> all;
    const QStringList files = QDir(QStringLiteral(":/languages")).entryList(QDir::Files, QDir::Name);
    for (const QString& file : files) {
        Language& language = all.emplaceBack();
        language.name = file;
        readTable(language, file);
        std::sort(language.words.begin(), language.words.end());
    }
    return all;
}

}  // namespace

Syntax Language::kindOf(QStringView word) const {
    if (word.size() > kLongestWord) return Syntax::Plain;
    const QString lowered = anyCase ? word.toString().toLower() : QString();
    const QStringView wanted = anyCase ? QStringView(lowered) : word;
    const auto found = std::lower_bound(words.begin(), words.end(), wanted,
                                        [](const auto& entry, QStringView value) { return entry.first < value; });
    if (found != words.end() && found->first == wanted) return found->second;
    const bool capital =
        capitals && word[0].isUpper() &&
        (word.size() == 1 || std::any_of(word.begin(), word.end(), [](QChar c) { return c.isLower(); }));
    return capital ? Syntax::Type : Syntax::Plain;
}

const QList<Language>& languages() {
    static const QList<Language> all = readAll();
    return all;
}

const Language* languageNamed(QStringView name) {
    if (name.isEmpty() || name.size() > kLongestWord) return nullptr;
    const QString wanted = name.toString().toLower();
    for (const Language& language : languages()) {
        if (language.name == wanted || language.aliases.contains(wanted)) return &language;
    }
    return nullptr;
}

}  // namespace monochord::app
