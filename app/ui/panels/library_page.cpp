#include "ui/panels/library_page.h"

#include <QDir>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QToolButton>
#include <algorithm>

#include "ui/panels/library_list.h"
#include "ui/panels/model_details.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/label.h"

namespace monochord::app {
namespace {

QString shortPath(const QString& path) {
    const QString home = QDir::homePath() + u'/';
    return path.startsWith(home) ? QStringLiteral("~/") + path.mid(home.size()) : path;
}

bool matches(const ModelCard& card, const QStringList& words) {
    const QString text =
        QStringList{card.name, card.architecture, card.quantization, placeText(card), card.path}.join(u' ');
    return std::ranges::all_of(words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace

LibraryPage::LibraryPage(Theme* theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_search(new QLineEdit(this)),
      m_folders(makeButton(theme, tr("Folders"), "outline", this)),
      m_list(new LibraryList(theme, this)),
      m_details(new ModelDetails(theme)),
      m_nothing(new Label(theme, Tone::Muted, 1, QFont::Normal)) {
    setAccessibleName(tr("Models"));
    followFont(theme, this, 1);
    auto* columns = new QHBoxLayout;
    columns->setContentsMargins(12, 8, 0, 0);
    columns->setSpacing(12);
    columns->addWidget(m_list, 9);
    columns->addWidget(buildDetails(), 11);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(buildTop());
    all->addLayout(columns, 1);
    connect(m_search, &QLineEdit::textChanged, this, &LibraryPage::filter);
    connect(m_list, &LibraryList::chosen, this, [this] {
        m_right->setCurrentIndex(chosenCard() ? 0 : 1);
        Q_EMIT chosenChanged();
    });
    connect(m_list, &LibraryList::opened, this, &LibraryPage::loadRequested);
    connect(theme, &Theme::changed, this, [this] { update(); });
    setFolders({});
    filter();
}

QWidget* LibraryPage::buildTop() {
    auto* top = new QWidget(this);
    auto* title = new Label(m_theme, Tone::Text, 1.33, QFont::DemiBold, top);
    title->setText(tr("Models"));
    m_search->setPlaceholderText(tr("Search models"));
    m_search->setAccessibleName(tr("Search models"));
    m_search->addAction(themedIcon(m_theme, Glyph::Search), QLineEdit::LeadingPosition);
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    followFont(m_theme, m_search, 1);
    m_folders->setMenu(new QMenu(m_folders));
    auto* open = makeButton(m_theme, tr("Open…"), "outline", top);
    open->setAccessibleName(tr("Open a model file"));
    connect(open, &QPushButton::clicked, this, &LibraryPage::openRequested);
    auto* close = new QToolButton(top);
    close->setIcon(themedIcon(m_theme, Glyph::Close));
    close->setAccessibleName(tr("Back to the chat"));
    close->setToolTip(tr("Back to the chat"));
    close->setFocusPolicy(Qt::TabFocus);
    connect(close, &QToolButton::clicked, this, &LibraryPage::closeRequested);
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(22, 9, 18, 9);
    row->setSpacing(10);
    row->addWidget(title);
    row->addSpacing(12);
    row->addWidget(m_search, 1);
    row->addWidget(m_folders);
    row->addWidget(open);
    row->addWidget(close);
    const auto fit = [this] { m_search->setMinimumHeight(em(m_search, 2.3)); };
    fit();
    connect(m_theme, &Theme::changed, this, fit);
    return top;
}

QWidget* LibraryPage::buildDetails() {
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget;
    auto* margins = new QVBoxLayout(content);
    margins->setContentsMargins(10, 8, 22, 16);
    margins->addWidget(m_details);
    area->setWidget(content);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setContentsMargins(24, 24, 24, 24);
    auto* right = new QWidget(this);
    m_right = new QStackedLayout(right);
    m_right->addWidget(area);
    m_right->addWidget(m_nothing);
    return right;
}

void LibraryPage::setCards(const QList<ModelCard>& cards) {
    m_cards = cards;
    filter();
}

void LibraryPage::setFolders(const QStringList& folders) {
    QMenu* menu = m_folders->menu();
    menu->clear();
    menu->addAction(tr("Add a folder…"), this, &LibraryPage::folderWanted);
    if (!folders.isEmpty()) menu->addSeparator();
    for (const QString& folder : folders)
        menu->addAction(tr("Remove %1").arg(shortPath(folder).replace(u'&', QLatin1String("&&"))), this,
                        [this, folder] {
                            // Later, because it takes this action away.
                            QMetaObject::invokeMethod(
                                this, [this, folder] { Q_EMIT folderUnwanted(folder); }, Qt::QueuedConnection);
                        });
}

void LibraryPage::filter() {
    const QStringList words = m_search->text().split(u' ', Qt::SkipEmptyParts);
    QList<ModelCard> shown = m_cards;
    shown.removeIf([&](const ModelCard& card) { return !matches(card, words); });
    m_nothing->setText(m_cards.isEmpty()
                           ? tr("No models were found on this computer. Open a file, or add a folder to look into.")
                           : tr("No model is called that."));
    m_list->setCards(shown);
}

void LibraryPage::choose(const QString& path) {
    m_search->clear();
    m_list->choose(path);
}

const ModelCard* LibraryPage::chosenCard() const {
    const auto card = std::ranges::find(m_cards, m_list->chosenPath(), &ModelCard::path);
    return card == m_cards.end() ? nullptr : &*card;
}

void LibraryPage::focusList() {
    m_list->setFocus(Qt::TabFocusReason);
}

void LibraryPage::focusSearch() {
    m_search->setFocus(Qt::TabFocusReason);
    m_search->selectAll();
}

bool LibraryPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Down) {
            focusList();
            if (key != Qt::Key_Down && chosenCard()) Q_EMIT loadRequested();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void LibraryPage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme->colors().page);
}

}  // namespace monochord::app
