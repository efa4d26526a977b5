#include "ui/panels/help_page.h"

#include <QDesktopServices>
#include <QFile>
#include <QLocale>
#include <QScrollBar>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/panels/banner.h"
#include "ui/view/chat_view.h"
#include "ui/widgets/dressing.h"

namespace monochord::app {

namespace {

constexpr double kWidth = 54, kHeight = 52;  // em

QString read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString textOf(const QString& name) {
    const QString base = QStringLiteral(":/help/") + name;
    for (const QString& language : QLocale().uiLanguages()) {
        const QString code = language.section(u'-', 0, 0);
        if (code == QLatin1String("en")) break;
        const QString text = read(base + u'_' + code + QStringLiteral(".md"));
        if (!text.isEmpty()) return text;
    }
    return read(base + QStringLiteral(".md"));
}

}  // namespace

HelpPage::HelpPage(Theme* theme, const QString& title, const QString& name, QWidget* parent) : QDialog(parent) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    auto* view = new ChatView(theme, this);
    view->setAccessibleName(title);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(view);
    resize(QSize(em(parent, kWidth), em(parent, kHeight)).boundedTo(parent->size()));
    ViewMessage text;
    text.role = Role::Assistant;
    text.text = textOf(name);
    view->setMessages({text});
    // The view goes to the end of what it is given; a page is read from its beginning.
    QTimer::singleShot(0, view, [view] { view->verticalScrollBar()->setValue(0); });
    // The real address is seen before it is opened.
    auto* toast = new Banner(theme, Banner::Kind::Toast, this);
    connect(view, &ChatView::linkActivated, toast, [toast](const QString& address) {
        disconnect(toast, &Banner::actionTriggered, toast, nullptr);
        connect(toast, &Banner::actionTriggered, toast, [address] { QDesktopServices::openUrl(QUrl(address)); });
        toast->show(address, tr("Open in browser"));
    });
}

}  // namespace monochord::app
