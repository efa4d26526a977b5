#include "ui/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>
#include <QFontDatabase>
#include <QPalette>
#include <QProxyStyle>
#include <QVariant>
#include <algorithm>

#include "ui/style_sheet.h"

namespace monochord::app {
namespace {

constexpr QLatin1StringView kPortalService("org.freedesktop.portal.Desktop");
constexpr QLatin1StringView kPortalPath("/org/freedesktop/portal/desktop");
constexpr QLatin1StringView kPortalInterface("org.freedesktop.portal.Settings");
constexpr QLatin1StringView kAppearance("org.freedesktop.appearance");
constexpr QLatin1StringView kColorScheme("color-scheme");

constexpr double kTextPoints = 11.25;      // 15 px at 96 dpi, as in the mock-ups
constexpr double kInterfacePoints = 9.75;  // 13 px
constexpr double kCodePoints = 9.75;
constexpr char kPlatformDark[] = "monochordPlatformDark";

/// Fusion, without what makes a window look like a form.
class Style final : public QProxyStyle {
public:
    Style() : QProxyStyle(QStringLiteral("Fusion")) {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override {
        // Every control of ours draws its own ring; dotted rectangles on top would be a second one.
        if (element != PE_FrameFocusRect) QProxyStyle::drawPrimitive(element, option, painter, widget);
    }

    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override {
        if (hint == SH_UnderlineShortcut || hint == SH_EtchDisabledText) return 0;
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
};

QPalette paletteOf(const Colors& colors) {
    QPalette palette;
    palette.setColor(QPalette::Window, colors.page);
    palette.setColor(QPalette::Base, colors.surface);
    palette.setColor(QPalette::AlternateBase, colors.sidebar);
    palette.setColor(QPalette::Button, colors.surface);
    palette.setColor(QPalette::ToolTipBase, colors.surface);
    palette.setColor(QPalette::WindowText, colors.text);
    palette.setColor(QPalette::Text, colors.text);
    palette.setColor(QPalette::ButtonText, colors.text);
    palette.setColor(QPalette::ToolTipText, colors.text);
    palette.setColor(QPalette::BrightText, colors.error);
    palette.setColor(QPalette::PlaceholderText, colors.muted);
    palette.setColor(QPalette::Highlight, colors.selection);
    palette.setColor(QPalette::HighlightedText, colors.text);
    palette.setColor(QPalette::Link, colors.link);
    palette.setColor(QPalette::LinkVisited, colors.link);
    palette.setColor(QPalette::Light, colors.surface);
    palette.setColor(QPalette::Midlight, colors.bubble);
    palette.setColor(QPalette::Mid, colors.border);
    palette.setColor(QPalette::Dark, colors.faint);
    palette.setColor(QPalette::Shadow, colors.dark ? colors.code : colors.faint);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, colors.faint);
    return palette;
}

/// Whether the platform's palette, before we put our own in its place, is dark. Kept at the application, so that a
/// second Theme does not judge by the first one's palette.
bool platformDark() {
    QVariant dark = qApp->property(kPlatformDark);
    if (!dark.isValid()) {
        dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
        qApp->setProperty(kPlatformDark, dark);
    }
    return dark.toBool();
}

/// Without this look Qt would start a bus of its own on X11, which takes its time.
bool sessionBusExists() {
    if (qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS")) return true;
    const QString folder = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !folder.isEmpty() && QFileInfo::exists(folder + QStringLiteral("/bus"));
}

/// Read answers with a variant in a variant, SettingChanged with one.
uint schemeOf(QVariant value) {
    while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

QFont sized(const QString& family, double points, int step) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font.setFamilies({family, font.family()});
    font.setPointSizeF(points + step * 0.5);
    return font;
}

}  // namespace

Theme::Theme(QObject* parent) : QObject(parent), m_systemDark(platformDark()), m_paletteDark(m_systemDark) {
    qApp->setStyle(new Style);
    if (m_systemDark) m_colors = &Colors::darkColors();
    dress();
    askPortal();
}

void Theme::setChoice(ThemeChoice choice) {
    m_choice = choice;
    apply();
}

void Theme::setFontStep(int step) {
    step = std::clamp(step, -4, 12);
    if (step == m_fontStep) return;
    m_fontStep = step;
    dress();
}

QFont Theme::textFont() const {
    return sized(QStringLiteral("Inter"), kTextPoints, m_fontStep);
}

QFont Theme::interfaceFont() const {
    return sized(QStringLiteral("Inter"), kInterfacePoints, m_fontStep);
}

QFont Theme::codeFont() const {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setFamilies({font.family(), QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")});
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(kCodePoints + m_fontStep * 0.5);
    return font;
}

void Theme::apply() {
    const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemDark);
    const Colors* colors = dark ? &Colors::darkColors() : &Colors::light();
    if (colors == m_colors) return;
    m_colors = colors;
    dress();
}

void Theme::dress() {
    QApplication::setFont(interfaceFont());
    QApplication::setPalette(paletteOf(*m_colors));
    qApp->setStyleSheet(styleSheet(*m_colors));
    Q_EMIT changed();
}

void Theme::askPortal() {
    if (!sessionBusExists()) return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    // No service in the match: with one, Qt would ask the bus for its owner and wait for the answer.
    bus.connect(QString(), QString(kPortalPath), QString(kPortalInterface), QStringLiteral("SettingChanged"), this,
                SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
    QDBusMessage read = QDBusMessage::createMethodCall(QString(kPortalService), QString(kPortalPath),
                                                       QString(kPortalInterface), QStringLiteral("Read"));
    read << QString(kAppearance) << QString(kColorScheme);
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* call) {
        call->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *call;
        if (reply.isValid()) setPortalScheme(schemeOf(reply.value().variant()));
    });
}

void Theme::setPortalScheme(uint scheme) {
    m_systemDark = scheme == 1 || (scheme != 2 && m_paletteDark);  // 1: dark, 2: light, else no preference
    if (m_choice == ThemeChoice::System) apply();
}

void Theme::portalSettingChanged(const QString& nameSpace, const QString& key, const QDBusVariant& value) {
    if (nameSpace == kAppearance && key == kColorScheme) setPortalScheme(schemeOf(value.variant()));
}

}  // namespace monochord::app
