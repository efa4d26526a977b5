#pragma once

#include <QListView>

#include "library/model_card.h"
#include "ui/theme.h"

class QStandardItemModel;

namespace monochord::app {

/// Model files as rows: the name, and at the far end quantization and size. A click or Enter chooses.
class ModelList final : public QListView {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelList)
public:
    explicit ModelList(Theme* theme, QWidget* parent = nullptr);

    void setCards(const QList<ModelCard>& cards);
    /// As high as all rows.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void chosen(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QStandardItemModel* m_cards;
};

}  // namespace monochord::app
