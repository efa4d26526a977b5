#pragma once

class QLocale;
class QObject;

namespace monochord::app {

/// Texts in the first of the locale's languages that there is a translation for, ours and Qt's own (dialogs, context
/// menus, names of keys), until `owner` is destroyed. Where we know none of the languages, ours are English. Before the
/// first text is asked for: what stands in a widget already stays as it is.
void installTranslations(const QLocale& locale, QObject* owner);

}  // namespace monochord::app
