#pragma once

#include <QByteArray>
#include <QSettings>
#include <QString>

#include "core/generation_settings.h"

namespace monochord::app {

enum class ThemeChoice { System, Light, Dark };

/// What the window remembers between starts. Values out of range, as an edited file may hold, read as defaults.
class Settings final {
public:
    explicit Settings(const QString& path);

    GenerationSettings generation() const;
    void setGeneration(const GenerationSettings& settings);
    QString modelPath() const;  ///< the last model that was loaded, or empty
    void setModelPath(const QString& path);
    /// What the user put in place of the chat template of the model at that path; empty: nothing.
    QString chatTemplate(const QString& model) const;
    void setChatTemplate(const QString& model, const QString& source);  ///< empty: the model's own again
    qint64 currentChat() const;                                         ///< 0: none
    void setCurrentChat(qint64 id);
    ThemeChoice theme() const;
    void setTheme(ThemeChoice choice);
    int fontStep() const;  ///< Ctrl + and −: -4 … 12, 0 as designed
    void setFontStep(int step);
    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);
    bool sidebarShown() const;
    void setSidebarShown(bool shown);
    bool dockShown() const;
    void setDockShown(bool shown);
    bool inspectorShown() const;
    void setInspectorShown(bool shown);
    bool replyNotice() const;  ///< whether to tell of a reply that ended while the window was not in use
    void setReplyNotice(bool wanted);

private:
    mutable QSettings m_file;
};

}  // namespace monochord::app
