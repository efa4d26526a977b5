#include "render/entities.h"

#include <QLatin1StringView>
#include <algorithm>
#include <array>
#include <utility>

namespace monochord::app {
namespace {

/// Code points of the named entities that models write; others stay as they are written.
constexpr std::array<std::pair<QLatin1StringView, char16_t>, 22> kEntities{{
    {QLatin1StringView("&amp;"), u'&'},         {QLatin1StringView("&lt;"), u'<'},
    {QLatin1StringView("&gt;"), u'>'},          {QLatin1StringView("&quot;"), u'"'},
    {QLatin1StringView("&apos;"), u'\''},       {QLatin1StringView("&nbsp;"), u'\u00a0'},
    {QLatin1StringView("&copy;"), u'\u00a9'},   {QLatin1StringView("&reg;"), u'\u00ae'},
    {QLatin1StringView("&deg;"), u'\u00b0'},    {QLatin1StringView("&plusmn;"), u'\u00b1'},
    {QLatin1StringView("&middot;"), u'\u00b7'}, {QLatin1StringView("&times;"), u'\u00d7'},
    {QLatin1StringView("&euro;"), u'\u20ac'},   {QLatin1StringView("&ndash;"), u'\u2013'},
    {QLatin1StringView("&mdash;"), u'\u2014'},  {QLatin1StringView("&hellip;"), u'\u2026'},
    {QLatin1StringView("&rarr;"), u'\u2192'},   {QLatin1StringView("&larr;"), u'\u2190'},
    {QLatin1StringView("&le;"), u'\u2264'},     {QLatin1StringView("&ge;"), u'\u2265'},
    {QLatin1StringView("&ne;"), u'\u2260'},     {QLatin1StringView("&bull;"), u'\u2022'},
}};

}  // namespace

QString entityText(const QString& entity) {
    if (entity.startsWith(u"&#")) {
        const bool hex = entity.size() > 2 && (entity[2] == u'x' || entity[2] == u'X');
        bool ok = false;
        const qsizetype digits = hex ? 3 : 2;
        const uint code = entity.mid(digits, entity.size() - digits - 1).toUInt(&ok, hex ? 16 : 10);
        const bool text = ok && code >= 0x20 && code <= 0x10ffff && !QChar::isSurrogate(code) && code != 0x7f;
        const auto point = static_cast<char32_t>(text ? code : 0xfffd);
        return QString::fromUcs4(&point, 1);
    }
    const auto* found =
        std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& e) { return entity == e.first; });
    return found == kEntities.end() ? entity : QString(QChar(found->second));
}

}  // namespace monochord::app
