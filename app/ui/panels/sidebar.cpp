#include "ui/panels/sidebar.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

#include "ui/panels/chat_list_view.h"
#include "ui/widgets/icons.h"

namespace monochord::app {

/// By title, or by a hit in the messages; a folder also where one of its chats is found. Without a search, chats in
/// collapsed folders are left out. Rows can be edited, whatever the model says: the editor's text goes out as a signal.
class ChatFilter final : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setHits(const QList<ChatHit>& hits) {
        m_excerpts.clear();
        for (const ChatHit& hit : hits) m_excerpts.insert(hit.chat, hit.excerpt);
        invalidateFilter();
        if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {ExcerptRole});
    }

    Qt::ItemFlags flags(const QModelIndex& index) const override {
        return QSortFilterProxyModel::flags(index) | Qt::ItemIsEditable | Qt::ItemIsDragEnabled;
    }
    QVariant data(const QModelIndex& index, int role) const override {
        if (role != ExcerptRole) return QSortFilterProxyModel::data(index, role);
        return m_excerpts.value(index.data(ChatIdRole).toLongLong());
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        const bool searching = !filterRegularExpression().pattern().isEmpty();
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        if (searching && isHit(index)) return true;
        if (index.data(FolderIdRole).toLongLong() != 0) return !searching || isFoundIn(index);
        return !searching && !isFolded(index);
    }

private:
    bool isHit(const QModelIndex& index) const {
        return QSortFilterProxyModel::filterAcceptsRow(index.row(), index.parent()) ||
               m_excerpts.contains(index.data(ChatIdRole).toLongLong());
    }

    bool isFoundIn(const QModelIndex& folder) const {
        for (int row = folder.row() + 1; row < sourceModel()->rowCount(); ++row) {
            const QModelIndex chat = folder.siblingAtRow(row);
            if (chat.data(InFolderRole) != folder.data(FolderIdRole)) return false;
            if (isHit(chat)) return true;
        }
        return false;
    }

    bool isFolded(const QModelIndex& chat) const {
        if (chat.data(InFolderRole).toLongLong() <= kPinned) return false;
        int row = chat.row();
        while (row > 0 && chat.siblingAtRow(row).data(FolderIdRole).toLongLong() == 0) --row;
        return chat.siblingAtRow(row).data(CollapsedRole).toBool();
    }

    QHash<qint64, QString> m_excerpts;  // by chat
};

Sidebar::Sidebar(Theme* theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_search(new QLineEdit(this)),
      m_list(new ChatListView(theme, this)),
      m_filter(new ChatFilter(this)) {
    setAccessibleName(tr("Chats"));
    buildSearch();
    buildList();
    auto* newChat = makeButton(theme, tr("New chat"), "primary", this, 1.04);
    connect(newChat, &QPushButton::clicked, this, &Sidebar::newChatRequested);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 14, 12, 8);
    column->setSpacing(0);
    column->addWidget(m_search);
    column->addSpacing(11);
    column->addWidget(newChat);
    column->addSpacing(4);
    column->addWidget(m_list, 1);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

void Sidebar::setModel(QAbstractItemModel* chats) {
    m_filter->setSourceModel(chats);
    m_list->setModel(m_filter);
    // Only now: a view without a model has nothing that could change.
    connect(m_filter, &QAbstractItemModel::modelReset, this, &Sidebar::selectCurrent);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &Sidebar::selectCurrent);
    connect(m_filter, &QAbstractItemModel::layoutChanged, this, &Sidebar::selectCurrent);
    selectCurrent();
}

QString Sidebar::searchText() const {
    return m_search->text();
}

void Sidebar::setHits(const QList<ChatHit>& hits) {
    m_filter->setHits(hits);
    selectCurrent();
}

void Sidebar::setCurrentChat(qint64 id) {
    m_current = id;
    m_list->setCurrentChat(id);
    selectCurrent();
}

bool Sidebar::eventFilter(QObject* watched, QEvent* event) {
    // Before the window's own Esc.
    if (watched == m_search && event->type() == QEvent::ShortcutOverride && !m_search->text().isEmpty() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
            m_list->setFocus(Qt::TabFocusReason);
            if (!m_list->currentIndex().isValid()) m_list->setCurrentIndex(m_filter->index(0, 0));
            if (key != Qt::Key_Down && m_list->currentIndex().isValid())
                Q_EMIT chatActivated(m_list->currentIndex().data(ChatIdRole).toLongLong());
            return true;
        }
        if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
            m_search->clear();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void Sidebar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& colors = m_theme->colors();
    painter.fillRect(rect(), colors.sidebar);
    painter.fillRect(isRightToLeft() ? 0 : width() - 1, 0, 1, height(), colors.border);
}

void Sidebar::buildSearch() {
    m_search->setPlaceholderText(tr("Search all chats"));
    m_search->setAccessibleName(tr("Search all chats"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(themedIcon(m_theme, Glyph::Search), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    const auto fit = [this] { m_search->setMinimumHeight(em(m_search, 2.4)); };
    followFont(m_theme, m_search, 1);
    fit();
    connect(m_theme, &Theme::changed, this, fit);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(m_search, &QLineEdit::textChanged, m_filter, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.trimmed().isEmpty()) setHits({});
        selectCurrent();
        Q_EMIT searchChanged(text);
    });
}

void Sidebar::buildList() {
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &QWidget::customContextMenuRequested, this, &Sidebar::showMenu);
    connect(m_list, &ChatListView::chatActivated, this, &Sidebar::chatActivated);
    connect(m_list, &ChatListView::renameRequested, this, &Sidebar::renameRequested);
    connect(m_list, &ChatListView::deleteRequested, this, &Sidebar::deleteRequested);
    connect(m_list, &ChatListView::moveRequested, this, &Sidebar::moveRequested);
    connect(m_list, &ChatListView::folderRenameRequested, this, &Sidebar::folderRenameRequested);
    connect(m_list, &ChatListView::folderDeleteRequested, this, &Sidebar::folderDeleteRequested);
    connect(m_list, &ChatListView::folderMoveRequested, this, &Sidebar::folderMoveRequested);
    connect(m_list, &ChatListView::foldRequested, this, &Sidebar::foldRequested);
}

void Sidebar::editFolder(qint64 id) {
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex index = m_filter->index(row, 0);
        if (index.data(FolderIdRole).toLongLong() != id) continue;
        m_list->setFocus();
        m_list->setCurrentIndex(index);
        m_list->edit(index);
    }
}

void Sidebar::showMenu(const QPoint& position) {
    QModelIndex index = m_list->indexAt(position);
    if (!index.isValid()) index = m_list->currentIndex();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (index.data(FolderIdRole).toLongLong() != 0)
        addFolderActions(menu, index);
    else if (index.isValid())
        addChatActions(menu, index);
    else
        menu->addAction(tr("New folder"), this, [this] { Q_EMIT newFolderRequested(0); });
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

QAction* Sidebar::addRename(QMenu* menu, const QModelIndex& index) {
    QAction* rename = menu->addAction(tr("Rename"), this, [this, row = QPersistentModelIndex(index)] {
        if (row.isValid()) m_list->edit(row);
    });
    rename->setShortcut(Qt::Key_F2);
    return rename;
}

void Sidebar::addChatActions(QMenu* menu, const QModelIndex& index) {
    const qint64 id = index.data(ChatIdRole).toLongLong();
    addRename(menu, index);
    addPlaces(menu, index);
    menu->addAction(tr("Duplicate"), this, [this, id] { Q_EMIT duplicateRequested(id); });
    menu->addAction(tr("Export…"), this, [this, id] { Q_EMIT exportRequested(id); });
    menu->addAction(tr("Delete"), this, [this, id] { Q_EMIT deleteRequested(id); })->setShortcut(Qt::Key_Delete);
}

void Sidebar::addPlaces(QMenu* menu, const QModelIndex& index) {
    const qint64 id = index.data(ChatIdRole).toLongLong();
    const qint64 place = index.data(InFolderRole).toLongLong();
    const auto add = [&](QMenu* to, const QString& text, qint64 folder) {
        return to->addAction(text, this, [this, id, folder] { Q_EMIT moveRequested(id, folder, 0); });
    };
    if (place == kPinned)
        add(menu, tr("Unpin"), kByDay);
    else
        add(menu, tr("Pin"), kPinned);
    QMenu* folders = menu->addMenu(tr("Move to"));
    const QAbstractItemModel* all = m_filter->sourceModel();
    for (int row = 0; row < all->rowCount(); ++row) {
        const QModelIndex other = all->index(row, 0);
        const qint64 folder = other.data(FolderIdRole).toLongLong();
        if (folder != 0)
            add(folders, other.data().toString().replace(u'&', QStringLiteral("&&")), folder)
                ->setEnabled(folder != place);
    }
    if (place > kPinned) add(folders, tr("No folder"), kByDay);
    if (!folders->isEmpty()) folders->addSeparator();
    folders->addAction(tr("New folder"), this, [this, id] { Q_EMIT newFolderRequested(id); });
}

void Sidebar::addFolderActions(QMenu* menu, const QModelIndex& index) {
    const qint64 id = index.data(FolderIdRole).toLongLong();
    const bool collapsed = index.data(CollapsedRole).toBool();
    addRename(menu, index);
    menu->addAction(collapsed ? tr("Expand") : tr("Collapse"), this,
                    [this, id, collapsed] { Q_EMIT foldRequested(id, !collapsed); });
    menu->addAction(tr("New folder"), this, [this] { Q_EMIT newFolderRequested(0); });
    menu->addAction(tr("Delete folder"), this, [this, id] { Q_EMIT folderDeleteRequested(id); })
        ->setShortcut(Qt::Key_Delete);
}

void Sidebar::selectCurrent() {
    // Who folds folders with the keys stays where they are.
    if (m_list->currentIndex().data(FolderIdRole).toLongLong() != 0 && m_list->hasFocus()) return;
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex index = m_filter->index(row, 0);
        if (index.data(ChatIdRole).toLongLong() != m_current || m_current == 0) continue;
        if (m_list->currentIndex() != index) m_list->setCurrentIndex(index);
        return;
    }
    m_list->setCurrentIndex({});
}

}  // namespace monochord::app
