#include "ui/panels/snippetview.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QSyntaxHighlighter>
#include <QTextBlock>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int numberRoom = 42, textPadding = 10;
constexpr int glyphDrop
    = 2; ///< A line of fixed height stands on its foot, so its glyphs are below its middle.

/// Strings, comments and a few keywords: enough for the languages of the snippets.
class SnippetHighlighter : public QSyntaxHighlighter
{
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &text) override
    {
        static const QRegularExpression token(
            uR"re(('[^']*')|(^\s*(?://|#|--).*$)|\b(import|from|const|new|create|trigger|after|insert|or|update|delete|on|for|each|row|execute|function)\b)re"_s);
        auto hits = token.globalMatch(text);
        while (hits.hasNext()) {
            const auto hit = hits.next();
            const int part = hit.capturedLength(1) > 0 ? 1 : hit.capturedLength(2) > 0 ? 2 : 3;
            const Token ink = part == 1 ? Token::JsonStr : part == 2 ? Token::T3 : Token::JsonBool;
            setFormat(static_cast<int>(hit.capturedStart(part)), static_cast<int>(hit.capturedLength(part)),
                color(ink));
        }
    }
};

} // namespace

SnippetView::SnippetView(QWidget *parent)
    : QTextEdit(parent)
    , m_numbers(new QWidget(this))
{
    new SnippetHighlighter(document());
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setLineWrapMode(QTextEdit::NoWrap);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Snippet"));
    m_numbers->installEventFilter(this);
    applyLook();
}

void SnippetView::setSnippet(const Snippet &snippet)
{
    m_snippet = snippet;
    setPlainText(snippet.code);
    setAccessibleName(tr("Snippet for %1").arg(snippet.title));
    applyLook();
    updateGeometry();
}

int SnippetView::rowHeightOfLines() const
{
    return px(20);
}

QSize SnippetView::sizeHint() const
{
    return {px(600), document()->blockCount() * rowHeightOfLines() + 2 * px(textPadding)};
}

QSize SnippetView::minimumSizeHint() const
{
    return {px(200), sizeHint().height()};
}

void SnippetView::changeEvent(QEvent *event)
{
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        applyLook();
}

void SnippetView::resizeEvent(QResizeEvent *event)
{
    QTextEdit::resizeEvent(event);
    m_numbers->setGeometry(0, 0, px(numberRoom), height());
}

bool SnippetView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_numbers && event->type() == QEvent::Paint) {
        paintNumbers();
        return true;
    }
    return QTextEdit::eventFilter(watched, event);
}

void SnippetView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.fillRect(0, m_snippet.markedLine * rowHeightOfLines() + px(glyphDrop), viewport()->width(),
        rowHeightOfLines(), color(Token::AccentBg));
    painter.end();
    QTextEdit::paintEvent(event);
}

void SnippetView::paintNumbers()
{
    QPainter painter(m_numbers);
    painter.fillRect(m_numbers->rect(), color(Token::S1));
    painter.setFont(Weir::font(TextStyle::Code));
    painter.setPen(color(Token::T3));
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const QRect row(0, px(textPadding + glyphDrop) + block.blockNumber() * rowHeightOfLines(),
            m_numbers->width(), rowHeightOfLines());
        if (block.blockNumber() == m_snippet.markedLine)
            painter.fillRect(row, color(Token::AccentBg));
        painter.drawText(row.adjusted(0, 0, -px(14), 0), Qt::AlignVCenter | Qt::AlignRight,
            QString::number(block.blockNumber() + 1));
    }
}

void SnippetView::applyLook()
{
    if (m_applying)
        return;
    m_applying = true;
    setFont(Weir::font(TextStyle::Code));
    setViewportMargins(px(numberRoom), px(textPadding), 0, 0);
    document()->setDocumentMargin(0);
    QTextCursor all(document());
    all.select(QTextCursor::Document);
    QTextBlockFormat lines;
    lines.setLineHeight(rowHeightOfLines(), QTextBlockFormat::FixedHeight);
    all.mergeBlockFormat(lines);
    m_numbers->setGeometry(0, 0, px(numberRoom), height());
    m_numbers->update();
    m_applying = false;
}

} // namespace Weir
