#include "ui/panels/notebar.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>

namespace Weir {

NoteBar::NoteBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new TextLabel({}, TextStyle::RowMedium, Token::T1, this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(px(38), px(6), px(12), px(6));
    m_text->setWordWrap(true);
    layout->addWidget(m_text, 1);
    hide();
}

void NoteBar::show(Tone tone, const QString &text)
{
    const bool isNew = text != m_text->text() || isHidden();
    m_tone = tone;
    m_text->setText(text);
    setAccessibleName(text);
    setVisible(true);
    update();
    if (isNew) {
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void NoteBar::clear()
{
    m_text->clear();
    hide();
}

QString NoteBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void NoteBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const bool error = m_tone == Tone::Error;
    painter.fillRect(rect(), color(error ? Token::ErrBg : Token::WarnBg));
    painter.fillRect(0, height() - 1, width(), 1, color(error ? Token::Err : Token::Warn));
    drawIcon(&painter, QRect(px(12), 0, px(16), height()), error ? u"octagon-x" : u"triangle-alert", px(16),
        error ? Token::Err : Token::Warn);
}

} // namespace Weir
