#pragma once

#include <QWidget>
#include <memory>

#include "ui/theme.h"

namespace monochord::app {

/// A line above the chat: a sentence, perhaps one action, and a button to dismiss it. Also used as the toast at the
/// bottom ("Chat deleted · Undo"), which goes by itself and, where no layout holds it, floats
/// above the lower edge of its parent.
class Banner final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Banner)
public:
    enum class Kind { Error, Toast };
    Banner(Theme* theme, Kind kind, QWidget* parent = nullptr);
    ~Banner() override;

    void show(const QString& sentence, const QString& action = {});  ///< a toast hides after 8 s
    QString sentence() const;

Q_SIGNALS:
    void actionTriggered();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void settle();

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
