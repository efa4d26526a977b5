#pragma once

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>

#include "core/generation_settings.h"
#include "core/load_settings.h"

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
    LoadSettings loadSettings(const QString& model) const;
    void setLoadSettings(const QString& model, const LoadSettings& settings);
    QStringList modelFolders() const;  ///< that the user chose to look for models in
    void setModelFolders(const QStringList& folders);
    /// The model that is being loaded or replies right now. A start that finds one is the start after a crash. Kept in
    /// a small file beside the settings, which is written without waiting for the disk: only a crash of the application
    /// counts.
    QString modelInUse() const;
    void setModelInUse(const QString& model);  ///< empty: none any more
    /// Whether the file was found good as it is now: nothing is known of another size or time of change.
    bool isChecked(const QString& model) const;
    void setChecked(const QString& model);
    int crashes(const QString& model) const;  ///< of the application while it used the model, in a row
    void setCrashes(const QString& model, int count);
    qint64 currentChat() const;  ///< 0: none
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
    QString inUsePath() const;

    mutable QSettings m_file;
};

}  // namespace monochord::app
