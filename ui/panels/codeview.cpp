#include "ui/panels/codeview.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QRegularExpression>

#include <chrono>
#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr auto pendingShownAfter = std::chrono::milliseconds(300);
}

void JsonHighlighter::highlightBlock(const QString &text)
{
    // One pass; a line of exact bytes may be a megabyte long, so only its beginning is coloured.
    constexpr qsizetype coloured = 20'000;
    static const QRegularExpression token(
        uR"re(("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b)re"_s);
    auto hits = token.globalMatch(text.left(coloured));
    while (hits.hasNext()) {
        const auto hit = hits.next();
        const bool isKey = hit.capturedLength(2) > 0;
        if (isKey)
            continue;
        const int part = hit.capturedLength(1) > 0 ? 1 : hit.capturedLength(3) > 0 ? 3 : 4;
        const Token ink = part == 1 ? Token::JsonStr : part == 3 ? Token::JsonNum : Token::JsonBool;
        setFormat(static_cast<int>(hit.capturedStart(part)), static_cast<int>(hit.capturedLength(part)),
            color(ink));
    }
}

CodeView::CodeView(const QString &name, QWidget *parent)
    : QPlainTextEdit(parent)
    , m_highlighter(new JsonHighlighter(document()))
{
    setReadOnly(true);
    setAccessibleName(name);
    setFrameShape(QFrame::NoFrame);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    setWordWrapMode(QTextOption::WrapAnywhere);
    m_pending.setSingleShot(true);
    connect(&m_pending, &QTimer::timeout, this, [this] { setCode(m_pendingText); });
    applyLook();
}

void CodeView::setPending(const QString &sentence)
{
    m_pendingText = sentence;
    m_pending.start(pendingShownAfter);
}

void CodeView::setCode(const QString &code)
{
    m_pending.stop();
    const bool cut = code.size() > shownAtFirst;
    m_code = cut ? code : QString();
    setPlainText(cut ? code.left(shownAtFirst) : code);
    if (std::exchange(m_cut, cut) != cut)
        emit cutChanged(cut);
}

void CodeView::showAll()
{
    if (!m_cut)
        return;
    const int at = textCursor().position();
    setPlainText(std::exchange(m_code, {}));
    QTextCursor cursor = textCursor();
    cursor.setPosition(at);
    setTextCursor(cursor);
    m_cut = false;
    emit cutChanged(false);
}

bool CodeView::findNext(const QString &text, bool backwards)
{
    const auto flags = backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (find(text, flags))
        return true;
    const QTextCursor before = textCursor();
    moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
    if (find(text, flags))
        return true;
    setTextCursor(before);
    return false;
}

void CodeView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        applyLook();
}

void CodeView::applyLook()
{
    if (m_applying)
        return;
    m_applying = true;
    setFont(Weir::font(TextStyle::Mono));
    QPalette own = palette();
    own.setColor(QPalette::Base, color(Token::S2));
    own.setColor(QPalette::Text, color(Token::T1));
    setPalette(own);
    document()->setDocumentMargin(px(10));
    m_highlighter->rehighlight();
    m_applying = false;
}

} // namespace Weir
