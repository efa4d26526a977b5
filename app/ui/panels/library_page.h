#pragma once

#include <QStringList>
#include <QWidget>

#include "library/model_card.h"
#include "ui/theme.h"

class QLineEdit;
class QPushButton;
class QStackedLayout;

namespace monochord::app {

class Label;
class LibraryList;
class ModelDetails;

/// The models on this computer: a field to search them, the list, and beside it the card of the chosen one. Takes the
/// whole window.
class LibraryPage final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryPage)
public:
    explicit LibraryPage(Theme* theme, QWidget* parent = nullptr);

    void setCards(const QList<ModelCard>& cards);
    /// The folders of the user's choice, which can be removed.
    void setFolders(const QStringList& folders);
    void choose(const QString& path);  ///< also one that is filtered out: the search ends then
    const ModelCard* chosenCard() const;
    ModelDetails* details() const { return m_details; }
    void focusList();
    void focusSearch();

Q_SIGNALS:
    void chosenChanged();
    void loadRequested();  ///< the chosen one, by double click or Enter
    void openRequested();  ///< a file that is not in the list
    void folderWanted();   ///< another folder to look into
    void folderUnwanted(const QString& folder);
    void closeRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* buildTop();
    QWidget* buildDetails();
    void filter();

    Theme* m_theme;
    QLineEdit* m_search;
    QPushButton* m_folders;
    LibraryList* m_list;
    ModelDetails* m_details;
    Label* m_nothing;
    QStackedLayout* m_right = nullptr;  // the card, or why there is none
    QList<ModelCard> m_cards;
};

}  // namespace monochord::app
