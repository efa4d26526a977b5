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
namespace {

/// By title. Rows can be edited, whatever the model says: the editor's text goes out as a signal.
class TitleFilter final : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    Qt::ItemFlags flags(const QModelIndex& index) const override {
        return QSortFilterProxyModel::flags(index) | Qt::ItemIsEditable;
    }
};

}  // namespace

Sidebar::Sidebar(Theme* theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_search(new QLineEdit(this)),
      m_list(new ChatListView(theme, this)),
      m_filter(new TitleFilter(this)) {
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

void Sidebar::setCurrentChat(qint64 id) {
    m_current = id;
    m_list->setCurrentChat(id);
    selectCurrent();
}

bool Sidebar::eventFilter(QObject* watched, QEvent* event) {
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
    connect(m_search, &QLineEdit::textChanged, this, &Sidebar::selectCurrent);
}

void Sidebar::buildList() {
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &QWidget::customContextMenuRequested, this, &Sidebar::showMenu);
    connect(m_list, &ChatListView::chatActivated, this, &Sidebar::chatActivated);
    connect(m_list, &ChatListView::renameRequested, this, &Sidebar::renameRequested);
    connect(m_list, &ChatListView::deleteRequested, this, &Sidebar::deleteRequested);
}

void Sidebar::showMenu(const QPoint& position) {
    QModelIndex index = m_list->indexAt(position);
    if (!index.isValid()) index = m_list->currentIndex();
    if (!index.isValid()) return;
    const qint64 id = index.data(ChatIdRole).toLongLong();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* rename = menu->addAction(tr("Rename"));
    rename->setShortcut(Qt::Key_F2);
    connect(rename, &QAction::triggered, this, [this, row = QPersistentModelIndex(index)] {
        if (row.isValid()) m_list->edit(row);
    });
    QAction* duplicate = menu->addAction(tr("Duplicate"));
    connect(duplicate, &QAction::triggered, this, [this, id] { Q_EMIT duplicateRequested(id); });
    QAction* save = menu->addAction(tr("Export…"));
    connect(save, &QAction::triggered, this, [this, id] { Q_EMIT exportRequested(id); });
    QAction* remove = menu->addAction(tr("Delete"));
    remove->setShortcut(Qt::Key_Delete);
    connect(remove, &QAction::triggered, this, [this, id] { Q_EMIT deleteRequested(id); });
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

void Sidebar::selectCurrent() {
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex index = m_filter->index(row, 0);
        if (index.data(ChatIdRole).toLongLong() != m_current) continue;
        if (m_list->currentIndex() != index) m_list->setCurrentIndex(index);
        return;
    }
    m_list->setCurrentIndex({});
}

}  // namespace monochord::app
