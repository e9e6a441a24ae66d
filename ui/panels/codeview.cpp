#include "ui/panels/codeview.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QRegularExpression>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr auto pendingShownAfter = std::chrono::milliseconds(300);

/// Parts end behind a line if one ends in their last quarter, and never within a character.
QList<qsizetype> endsOfParts(const QString &code)
{
    QList<qsizetype> ends;
    qsizetype start = 0;
    while (code.size() - start > CodeView::partSize) {
        qsizetype end = start + CodeView::partSize;
        const qsizetype line = code.lastIndexOf(u'\n', end - 1) + 1;
        if (line > start + CodeView::partSize / 4 * 3)
            end = line;
        else if (code[end].isLowSurrogate())
            --end;
        ends.append(end);
        start = end;
    }
    ends.append(code.size());
    return ends;
}

} // namespace

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
    m_code = code;
    if (m_code.contains(
            u'\r')) // A document takes either for one end of a line, and hits are counted in m_code.
        m_code.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
    m_ends = endsOfParts(m_code);
    m_part = -1;
    showPart(0);
}

void CodeView::showPart(int part)
{
    if (part == m_part || part < 0 || part >= parts())
        return;
    m_part = part;
    setPlainText(m_code.sliced(startOf(part), m_ends[part] - startOf(part)));
    emit partChanged();
}

bool CodeView::find(const QString &text, FindStep step)
{
    const bool backwards = step == FindStep::Previous;
    const QTextCursor before = textCursor();
    const qsizetype from
        = startOf(m_part) + (step == FindStep::Next ? before.selectionEnd() : before.selectionStart());
    qsizetype hit = -1;
    if (!backwards)
        hit = m_code.indexOf(text, from, Qt::CaseInsensitive);
    else if (from > 0)
        hit = m_code.lastIndexOf(text, from - 1, Qt::CaseInsensitive);
    if (hit < 0) // Around the end.
        hit = backwards ? m_code.lastIndexOf(text, -1, Qt::CaseInsensitive)
                        : m_code.indexOf(text, 0, Qt::CaseInsensitive);
    if (hit < 0)
        return false;
    showPart(static_cast<int>(std::ranges::upper_bound(m_ends, hit) - m_ends.begin()));
    QTextCursor cursor = textCursor();
    cursor.setPosition(static_cast<int>(hit - startOf(m_part)));
    // A hit over the border of two parts is marked up to it.
    cursor.setPosition(static_cast<int>(std::min(hit + text.size(), m_ends[m_part]) - startOf(m_part)),
        QTextCursor::KeepAnchor);
    setTextCursor(cursor);
    return true;
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
