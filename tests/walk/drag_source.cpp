// A small window from which a file can be dragged with the mouse, as from a file manager: for walk.sh.
// usage: drag_source FILE...
#include <QApplication>
#include <QDrag>
#include <QLabel>
#include <QMimeData>
#include <QMouseEvent>
#include <QUrl>

namespace {

class Source final : public QLabel {
public:
    explicit Source(const QStringList& files) : QLabel(QStringLiteral("drag me")) {
        for (const QString& file : files) m_urls.append(QUrl::fromLocalFile(file));
        setAlignment(Qt::AlignCenter);
        setFixedSize(90, 60);
    }

protected:
    void mousePressEvent(QMouseEvent*) override {
        auto* drag = new QDrag(this);
        auto* content = new QMimeData;
        content->setUrls(m_urls);
        drag->setMimeData(content);
        drag->exec(Qt::CopyAction);
    }

private:
    QList<QUrl> m_urls;
};

}  // namespace

int main(int argc, char* argv[]) {
    QApplication application(argc, argv);
    Source source(QCoreApplication::arguments().mid(1));
    source.setWindowTitle(QStringLiteral("drag source"));
    source.setWindowFlag(Qt::FramelessWindowHint);
    source.show();
    return QApplication::exec();
}
