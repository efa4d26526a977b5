#pragma once

#include <QColor>
#include <QDBusVariant>
#include <QFont>
#include <QObject>

#include "core/settings.h"

namespace monochord::app {

/// The colours of the mock-ups, by role. Text on its surface has a contrast of 4.5:1 or better.
struct Colors {
    bool dark = false;
    QColor page, sidebar, bubble, surface,
        code;                   ///< backgrounds: chat, sidebar and status line, user's message, fields and popups, code
    QColor border;              ///< hairlines
    QColor text, muted, faint;  ///< body; labels; what is cut or disabled (3:1)
    QColor accent, onAccent, accentSoft;  ///< buttons and sliders; text on them; the selected row
    QColor track;                         ///< of sliders and meters
    QColor strong, onStrong;              ///< Send and Stop
    QColor error, errorSoft;              ///< sentences about what went wrong, their background
    QColor selection;                     ///< behind selected text
    QColor unlikely;                      ///< behind the most unlikely words; others have less of it
    QColor found, foundShown;             ///< behind what was found, and the one that is shown
    QColor keyword, type, function, string, number, comment;  ///< code
    QColor link;

    static const Colors& light();
    static const Colors& darkColors();
};

/// Chooses the colours, follows the system (the desktop portal's setting over D-Bus and its changes, else whether the
/// platform's palette is dark), and dresses the application: palette, style, fonts, style sheet. Everything that paints
/// by itself asks colors() when `changed` comes.
class Theme final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Theme)
public:
    explicit Theme(QObject* parent = nullptr);

    void setChoice(ThemeChoice choice);
    /// -4 … 12 points' worth of half steps around the designed size.
    void setFontStep(int step);
    const Colors& colors() const { return *m_colors; }
    QFont textFont() const;       ///< body of the chat
    QFont interfaceFont() const;  ///< controls
    QFont codeFont() const;

Q_SIGNALS:
    void changed();

private:
    void apply();
    void dress();
    void askPortal();
    void setPortalScheme(uint scheme);

private Q_SLOTS:
    void portalSettingChanged(const QString& nameSpace, const QString& key, const QDBusVariant& value);

private:
    ThemeChoice m_choice = ThemeChoice::System;
    int m_fontStep = 0;
    bool m_systemDark = false;
    bool m_paletteDark = false;  // the platform's, for a desktop without preference
    const Colors* m_colors = &Colors::light();
};

}  // namespace monochord::app
