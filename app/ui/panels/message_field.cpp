#include "ui/panels/message_field.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>
#include <QUrl>
#include <algorithm>

namespace monochord::app {
namespace {

/// Qt lays a paragraph out as a whole, at every key and every width: over a second for a megabyte without a line break.
/// Longer lines are therefore folded into several paragraphs, of which all but the first carry this property.
constexpr qsizetype kLongestParagraph = 2000;
constexpr int kFolded = QTextFormat::UserProperty + 1;

bool isFold(const QTextBlock& block) {
    return block.blockFormat().boolProperty(kFolded);
}

qsizetype foldAfter(QStringView line) {
    if (line.size() <= kLongestParagraph) return line.size();
    const qsizetype blank = line.first(kLongestParagraph).lastIndexOf(u' ');
    if (blank > kLongestParagraph / 2) return blank + 1;
    return line[kLongestParagraph].isLowSurrogate() ? kLongestParagraph - 1 : kLongestParagraph;
}

void insertLine(QTextCursor& cursor, QStringView line) {
    QTextBlockFormat fold;
    fold.setProperty(kFolded, true);
    for (bool first = true; first || !line.isEmpty(); first = false) {
        const qsizetype size = foldAfter(line);
        if (!first) cursor.insertBlock(fold);
        cursor.insertText(line.first(size).toString());
        line = line.sliced(size);
    }
}

bool hasLongLine(QStringView text) {
    for (const QStringView line : text.tokenize(u'\n'))
        if (line.size() > kLongestParagraph) return true;
    return false;
}

void insertFolded(QTextCursor& cursor, QString text) {
    text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    text.replace(u'\r', u'\n');
    // In one go where nothing is folded: ten times as fast for a text of many lines.
    if (!isFold(cursor.block()) && !hasLongLine(text)) return cursor.insertText(text);
    cursor.beginEditBlock();
    bool first = true;
    for (const QStringView line : QStringView(text).tokenize(u'\n')) {
        if (!first) cursor.insertBlock(QTextBlockFormat());
        first = false;
        insertLine(cursor, line);
    }
    cursor.endEditBlock();
}

/// The characters from … to of the document, folds undone.
QString unfolded(const QTextDocument& document, int from, int to) {
    QString result;
    result.reserve(to - from);
    for (QTextBlock block = document.findBlock(from); block.isValid() && block.position() <= to; block = block.next()) {
        if (block.position() > from && !isFold(block)) result += u'\n';
        const int begin = std::max(from - block.position(), 0);
        const int end = std::min(to - block.position(), block.length() - 1);
        if (end > begin) result += QStringView(block.text()).sliced(begin, end - begin);
    }
    return result;
}

}  // namespace

MessageField::MessageField(Theme* theme, int leastLines, int mostLines, QWidget* parent)
    : QPlainTextEdit(parent), m_leastLines(leastLines), m_mostLines(mostLines), m_lines(leastLines) {
    setProperty("bare", true);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    document()->setDocumentMargin(2);
    const auto takeFont = [this, theme] {
        setFont(theme->textFont());
        fit();
    };
    takeFont();
    connect(theme, &Theme::changed, this, takeFont);
    connect(this, &QPlainTextEdit::textChanged, this, &MessageField::fit);
}

QString MessageField::text() const {
    return unfolded(*document(), 0, document()->characterCount() - 1);
}

void MessageField::setText(const QString& text) {
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.removeSelectedText();
    cursor.setBlockFormat(QTextBlockFormat());
    insertFolded(cursor, text);
    cursor.endEditBlock();
    setTextCursor(cursor);
}

bool MessageField::isBlank() const {
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const QString line = block.text();
        if (std::any_of(line.begin(), line.end(), [](QChar c) { return !c.isSpace(); })) return false;
    }
    return true;
}

QSize MessageField::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 30, heightOf(m_lines)};
}

QSize MessageField::minimumSizeHint() const {
    return {fontMetrics().averageCharWidth() * 10, heightOf(std::min(m_lines, m_leastLines + 1))};
}

void MessageField::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !m_composing) {
        if (submitsWith(*event)) {
            Q_EMIT submitted();
        } else {
            // Not Qt's own: that would carry a fold over to the new paragraph.
            QTextCursor cursor = textCursor();
            cursor.insertBlock(QTextBlockFormat());
            setTextCursor(cursor);
        }
        return event->accept();
    }
    if (event->key() == Qt::Key_Up && document()->isEmpty() && !m_composing) {
        Q_EMIT upPressed();
        return event->accept();
    }
    if (event->key() == Qt::Key_Escape && !m_composing) {
        Q_EMIT escapePressed();
        return event->accept();
    }
    QPlainTextEdit::keyPressEvent(event);
}

void MessageField::inputMethodEvent(QInputMethodEvent* event) {
    m_composing = !event->preeditString().isEmpty();
    QPlainTextEdit::inputMethodEvent(event);
}

void MessageField::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    fit();
}

bool MessageField::canInsertFromMimeData(const QMimeData* source) const {
    const QList<QUrl> urls = source->urls();
    const bool files = std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
    return !files && QPlainTextEdit::canInsertFromMimeData(source);
}

void MessageField::insertFromMimeData(const QMimeData* source) {
    if (!canInsertFromMimeData(source)) return;
    QTextCursor cursor = textCursor();
    cursor.beginEditBlock();
    cursor.removeSelectedText();
    insertFolded(cursor, source->text());
    cursor.endEditBlock();
    setTextCursor(cursor);
    ensureCursorVisible();
}

QMimeData* MessageField::createMimeDataFromSelection() const {
    auto* copied = new QMimeData;
    const QTextCursor cursor = textCursor();
    copied->setText(unfolded(*document(), cursor.selectionStart(), cursor.selectionEnd()));
    return copied;
}

void MessageField::focusInEvent(QFocusEvent* event) {
    QPlainTextEdit::focusInEvent(event);
    if (parentWidget() != nullptr) parentWidget()->update();  // the card around it shows the focus
}

void MessageField::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    if (parentWidget() != nullptr) parentWidget()->update();
}

void MessageField::fit() {
    const int lines = shownLines();
    if (lines != m_lines) m_lines = lines;
    updateGeometry();
}

int MessageField::shownLines() const {
    // Only the first paragraphs: a long text is not walked to its end.
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid() && lines < m_mostLines; block = block.next()) {
        blockBoundingRect(block);
        lines += std::max(1, block.layout()->lineCount());
    }
    return std::clamp(lines, m_leastLines, m_mostLines);
}

int MessageField::heightOf(int lines) const {
    return static_cast<int>(lines * QFontMetricsF(font()).lineSpacing() + 2 * document()->documentMargin()) + 3;
}

bool MessageField::submitsWith(const QKeyEvent& event) const {
    return !(event.modifiers() & (Qt::ShiftModifier | Qt::AltModifier));
}

}  // namespace monochord::app
