#pragma once

#include <QListView>

#include "library/model_card.h"
#include "ui/theme.h"

class QStandardItemModel;

namespace monochord::app {

/// The types that a model can be given as rows: name, what is lost in plain words, share of the size and size. One is
/// chosen.
class TypeList final : public QListView {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TypeList)
public:
    explicit TypeList(Theme* theme, QWidget* parent = nullptr);

    /// Those of the card, with the one chosen that suits most people.
    void setCard(const ModelCard& card);
    TypeSize chosen() const;  ///< without a name: there are none
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void chosenChanged();

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    QStandardItemModel* m_types;
};

}  // namespace monochord::app
