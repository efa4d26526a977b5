#pragma once

#include <QListView>

#include "library/model_card.h"
#include "ui/theme.h"

class QStandardItemModel;

namespace monochord::app {

/// The models of the library as rows: name and, beneath it, place or what is wrong; at the far end quantization and
/// size. One is chosen; a double click or Enter opens it.
class LibraryList final : public QListView {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryList)
public:
    explicit LibraryList(Theme* theme, QWidget* parent = nullptr);

    /// The chosen one stays chosen where it is among them, else the first one is.
    void setCards(const QList<ModelCard>& cards);
    QString chosenPath() const;  ///< empty: there is none
    void choose(const QString& path);

Q_SIGNALS:
    void chosen(const QString& path);  ///< also empty
    void opened(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    QStandardItemModel* m_cards;
    bool m_filling = false;
};

/// "LM Studio", or the folder's name for one that the user chose.
QString placeText(const ModelCard& card);

}  // namespace monochord::app
