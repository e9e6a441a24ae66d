#include "ui/panels/segmentbar.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QRadioButton>

#include <limits>

namespace Weir {

namespace {

/// One choice. A radio button, so that arrows move and screen readers know what it is.
class Segment : public QRadioButton
{
public:
    Segment(const QString &text, bool isAccented, QWidget *parent)
        : QRadioButton(text, parent)
        , m_isAccented(isAccented)
    {
        setAttribute(Qt::WA_Hover);
    }
    QSize sizeHint() const override
    {
        const int text = QFontMetrics(Weir::font(TextStyle::RowMedium)).horizontalAdvance(this->text());
        return {text + px(14) + (m_isAccented ? px(15) : 0), px(22)};
    }
    QSize minimumSizeHint() const override { return {px(24), px(22)}; }

protected:
    bool hitButton(const QPoint &point) const override { return rect().contains(point); }
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const bool isAccented = isChecked() && m_isAccented && isEnabled();
        if (isChecked())
            drawRounded(&painter, rect(), 3, color(isAccented ? Token::AccentBg : Token::S4), {});
        else if (underMouse() && isEnabled())
            drawRounded(&painter, rect(), 3, color(Token::Hover), {});
        painter.setFont(Weir::font(isChecked() ? TextStyle::RowMedium : TextStyle::Row));
        painter.setPen(color(!isEnabled() ? Token::T4
                : isAccented              ? Token::Accent
                : isChecked()             ? Token::T1
                                          : Token::T2));
        const QFontMetrics metrics = painter.fontMetrics();
        const int mark = isAccented && width() > px(44) ? px(15) : 0;
        const QString shown = metrics.elidedText(text(), Qt::ElideRight, width() - mark - px(4));
        const int left = (width() - mark - metrics.horizontalAdvance(shown)) / 2;
        if (mark)
            drawIcon(&painter, QRect(left, 0, px(12), height()), u"check", px(12), Token::Accent);
        painter.drawText(
            QRect(left + mark, 0, width() - left - mark, height()), Qt::AlignVCenter | Qt::AlignLeft, shown);
        if (hasFocus())
            drawRounded(&painter, rect(), 3, {}, color(Token::Focus), 2);
    }

private:
    bool m_isAccented;
};

} // namespace

SegmentBar::SegmentBar(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_name(name)
    , m_group(new QButtonGroup(this))
    , m_accentFrom(std::numeric_limits<int>::max())
{
    setAccessibleName(name);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(3, 3, 3, 3);
    layout->setSpacing(2);
    connect(m_group, &QButtonGroup::idClicked, this, [this](int choice) {
        fixFocus();
        emit chosen(choice);
    });
    fit();
}

void SegmentBar::setChoices(const QStringList &texts)
{
    if (texts == m_texts)
        return;
    m_texts = texts;
    for (QAbstractButton *button : m_group->buttons())
        delete button;
    for (int i = 0; i < texts.size(); ++i) {
        auto *segment = new Segment(texts[i], i >= m_accentFrom, this);
        segment->setAccessibleName(m_name + QStringLiteral(": ") + texts[i]);
        m_group->addButton(segment, i);
        layout()->addWidget(segment);
    }
    fixFocus();
}

void SegmentBar::setAccentFrom(int choice)
{
    m_accentFrom = choice;
}

void SegmentBar::setCurrent(int choice)
{
    if (QAbstractButton *const on = m_group->button(choice)) {
        on->setChecked(true); // `idClicked` is for the user's clicks and arrows alone.
        return fixFocus();
    }
    m_group->setExclusive(false);
    for (QAbstractButton *button : m_group->buttons())
        button->setChecked(false);
    m_group->setExclusive(true);
    fixFocus();
}

/// Tab stops at what is on, not at what had the focus last.
void SegmentBar::fixFocus()
{
    const int stop = qMax(0, current());
    for (int i = 0; i < m_texts.size(); ++i)
        m_group->button(i)->setFocusPolicy(i == stop ? Qt::StrongFocus : Qt::ClickFocus);
}

int SegmentBar::current() const
{
    return m_group->checkedId();
}

QAbstractButton *SegmentBar::button(int choice) const
{
    return m_group->button(choice);
}

void SegmentBar::fit()
{
    setFixedHeight(px(28));
}

void SegmentBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    drawRounded(&painter, rect(), 5, color(Token::S1), color(Token::Line2));
}

void SegmentBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fit();
}

ChoiceBar::ChoiceBar(const QString &name, int sideBySide, QWidget *parent)
    : QWidget(parent)
    , m_name(name)
    , m_sideBySide(sideBySide)
    , m_segments(new SegmentBar(name, this))
    , m_button(new QPushButton(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_segments);
    layout->addWidget(m_button);
    m_button->setIcon(themeIcon(QStringLiteral("chevron-down")));
    m_button->hide();
    connect(m_segments, &SegmentBar::chosen, this, [this](int choice) {
        m_current = choice;
        emit chosen(choice);
    });
    connect(m_button, &QPushButton::clicked, this, &ChoiceBar::showMenu);
}

void ChoiceBar::setChoices(const QStringList &texts)
{
    m_segments->setChoices(texts);
    const bool isMenu = texts.size() > m_sideBySide;
    m_segments->setVisible(!isMenu);
    m_button->setVisible(isMenu);
}

void ChoiceBar::setCurrent(int choice)
{
    m_current = choice;
    m_segments->setCurrent(choice);
    const QString text = m_segments->choices().value(choice);
    m_button->setText(text);
    m_button->setAccessibleName(m_name + QStringLiteral(": ") + text);
}

void ChoiceBar::showMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QStringList texts = m_segments->choices();
    for (int i = 0; i < texts.size(); ++i) {
        QAction *action = menu->addAction(texts[i]);
        action->setCheckable(true);
        action->setChecked(i == m_current);
        connect(action, &QAction::triggered, this, [this, i] {
            setCurrent(i);
            emit chosen(i);
        });
    }
    menu->popup(m_button->mapToGlobal(QPoint(0, m_button->height())));
}

} // namespace Weir
