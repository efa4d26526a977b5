#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "library/model_card.h"
#include "ui/theme.h"

namespace monochord::app {

/// A model that is to be converted or quantized: what it is, the types to choose from, where the file goes, and while
/// it is made how far that is. Takes the whole window above the status line; closing it stops nothing.
class ConvertPage final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConvertPage)
public:
    explicit ConvertPage(Theme* theme, QWidget* parent = nullptr);
    ~ConvertPage() override;

    void setReading(const QString& name);  ///< what it is is not known yet
    void setCard(const ModelCard& card);   ///< with types to choose from
    /// `needed`: bytes for a while; `freeBytes`: on that disk.
    void setTarget(const QString& path, quint64 needed, std::optional<quint64> freeBytes);
    void setProblem(const QString& sentence);  ///< empty: none; ends the work
    void setWorking(double share, const QString& text);
    void setDone(const QString& name);  ///< it is there, but not loaded yet
    bool isDone() const;
    TypeSize type() const;

Q_SIGNALS:
    void typeChanged();
    void startRequested();
    void cancelRequested();  ///< the work that runs, or the whole plan
    void placeRequested();   ///< another folder for the file
    void loadRequested();    ///< of what is done
    void helpRequested();    ///< on the types
    void closeRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
