#include "ui/window/navbar.h"

#include "ui/models/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/window/navsection.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

/// A page of the nav: icon, name, counter, and an accent edge on the current one.
class NavItem : public QAbstractButton
{
public:
    NavItem(Command page, QString icon, const QString &name, QWidget *parent)
        : QAbstractButton(parent)
        , m_page(page)
        , m_icon(std::move(icon))
    {
        setText(name);
        setCheckable(true);
        setAutoExclusive(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
    }
    Command page() const { return m_page; }
    void setState(const NavState &state)
    {
        m_state = state;
        setAccessibleName(state.spoken.isEmpty() ? text() : text() + u", "_s + state.spoken);
        update();
    }
    QSize sizeHint() const override { return {px(48), px(30)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const bool narrow = width() < px(100);
        const int inset = narrow ? px(6) : px(8);
        const QRect body = rect().adjusted(inset, 0, -inset, 0);
        if (isChecked() || underMouse())
            drawRounded(&painter, body, 5, color(isChecked() ? Token::S4 : Token::S2), {});
        if (isChecked())
            painter.fillRect(0, px(6), 3, height() - px(12), color(Token::Accent));
        const QRect icon = narrow ? body : QRect(body.x() + px(8), 0, px(16), height());
        drawIcon(&painter, icon, m_icon, px(16), isChecked() ? Token::Accent : Token::T2);
        if (!narrow) {
            painter.setFont(Weir::font(isChecked() ? TextStyle::NavMedium : TextStyle::Nav));
            painter.setPen(color(isChecked() ? Token::T1 : Token::T2));
            painter.drawText(body.adjusted(px(33), 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
            painter.setFont(Weir::font(TextStyle::Mono));
            const bool marked = m_state.tone == NavState::Tone::Accent;
            painter.setPen(color(marked ? Token::Accent : isChecked() ? Token::T2 : Token::T3));
            painter.drawText(body.adjusted(0, 0, -px(8), 0), Qt::AlignVCenter | Qt::AlignRight, m_state.text);
        }
        if (hasFocus())
            drawRounded(&painter, body, 5, {}, color(Token::Focus), 2);
    }

private:
    Command m_page;
    QString m_icon;
    NavState m_state;
};

/// The session at the bottom of the nav; opens the menu of session commands.
class SessionBox : public QAbstractButton
{
public:
    explicit SessionBox(QWidget *parent)
        : QAbstractButton(parent)
    {
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
    }
    void setTexts(const QString &name, const QString &detail)
    {
        setText(name);
        m_detail = detail;
        setAccessibleName(QObject::tr("Session %1, %2").arg(name, detail));
        update();
    }
    QSize sizeHint() const override { return {px(48), px(50)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const bool narrow = width() < px(100);
        const QRect body = rect().adjusted(px(narrow ? 6 : 8), 0, -px(narrow ? 6 : 8), 0);
        drawRounded(&painter, body, 6, color(underMouse() ? Token::S2 : Token::S1),
            color(hasFocus() ? Token::Focus : Token::Line2), hasFocus() ? 2 : 1);
        if (narrow)
            return drawIcon(&painter, body, u"layers", px(16), Token::T2);
        const QRect text = body.adjusted(px(10), px(8), -px(10), -px(8));
        drawIcon(&painter, QRect(text.right() - px(14), text.y(), px(14), px(16)), u"chevron-down", px(14),
            Token::T3);
        const auto line = [&](int y, int right, TextStyle style, Token ink, const QString &words) {
            painter.setFont(Weir::font(style));
            painter.setPen(color(ink));
            const int room = text.width() - right;
            painter.drawText(QRect(text.x(), text.y() + y, room, px(16)), Qt::AlignVCenter | Qt::AlignLeft,
                painter.fontMetrics().elidedText(words, Qt::ElideMiddle, room));
        };
        line(0, px(20), TextStyle::RowMedium, Token::T1, this->text());
        line(px(17), 0, TextStyle::CaptionRegular, Token::T3, m_detail);
    }

private:
    QString m_detail;
};

namespace {

class BrandMark : public QWidget
{
public:
    using QWidget::QWidget;
    QSize sizeHint() const override { return {px(20), px(20)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        drawIcon(&painter, rect(), u"weir", px(20), Token::Accent);
    }
};

} // namespace

NavBar::NavBar(QWidget *parent)
    : Surface(Token::S0, Qt::RightEdge, parent)
    , m_mark(new BrandMark(this))
    , m_brand(new TextLabel(u"Weir"_s, TextStyle::Brand, Token::T1, this))
    , m_toggle(iconButton(u"panel-left"_s, tr("Collapse navigation"), this))
    , m_session(new SessionBox(this))
    , m_menu(new QMenu(this))
{
    setAccessibleName(tr("Navigation"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, px(8));
    layout->setSpacing(1);
    auto *brand = new QHBoxLayout;
    brand->setSpacing(px(8));
    brand->addWidget(m_mark);
    brand->addWidget(m_brand, 1);
    brand->addWidget(m_toggle);
    brand->addStrut(px(28)); // The same height without the button.
    layout->addLayout(brand);
    layout->addStretch();
    layout->addWidget(m_session);
    addPage(Command::GoLive, u"activity"_s, tr("Live"));
    setCurrentPage(Command::GoLive);
    connect(m_toggle, &QToolButton::clicked, this, &NavBar::toggleRequested);
    connect(m_session, &QAbstractButton::clicked, this,
        [this] { m_menu->popup(m_session->mapToGlobal(QPoint(px(8), -m_menu->sizeHint().height()))); });
    setSession(tr("untitled session"), {}, {});
    fit();
}

void NavBar::addPage(Command page, const QString &icon, const QString &name)
{
    auto *added = new NavItem(page, icon, name, this);
    added->setAccessibleName(name);
    // The brand is above the pages.
    static_cast<QVBoxLayout *>(layout())->insertWidget(1 + static_cast<int>(m_pages.size()), added);
    m_pages.append(added);
    // Which page is shown says the window, not the click.
    connect(added, &QAbstractButton::clicked, this, [this, page] { emit pageRequested(page); });
}

NavItem *NavBar::item(Command page) const
{
    const auto found = std::ranges::find(m_pages, page, &NavItem::page);
    return found == m_pages.end() ? nullptr : *found;
}

void NavBar::setPageState(Command page, const NavState &state)
{
    if (NavItem *const entry = item(page)) {
        entry->setState(state);
        entry->setToolTip(m_collapsed ? entry->accessibleName() : QString());
    }
}

void NavBar::setCurrentPage(Command page)
{
    if (NavItem *const entry = item(page))
        entry->setChecked(true);
}

NavSection *NavBar::addSection(const QString &title)
{
    auto *section = new NavSection(title, this);
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->insertWidget(column->count() - 2, section); // Above the stretch and the session.
    m_sections.append(section);
    fit();
    return section;
}

void NavBar::setSessionActions(const QList<QAction *> &actions)
{
    m_menu->addActions(actions);
}

void NavBar::setCollapsed(bool collapsed)
{
    m_collapsed = collapsed;
    fit();
}

void NavBar::setCanExpand(bool canExpand)
{
    m_canExpand = canExpand;
    fit();
}

void NavBar::setEventCount(qint64 events)
{
    if (events == m_events)
        return;
    m_events = events;
    describeSession();
}

void NavBar::setSession(const QString &name, const QString &path, std::optional<UtcTime> since)
{
    m_name = name;
    m_since = since;
    m_session->setToolTip(path);
    describeSession();
}

void NavBar::describeSession()
{
    const QString events = counted(m_events, tr("event"));
    setPageState(Command::GoLive,
        m_events ? NavState{formatCount(m_events), events, NavState::Tone::Quiet} : NavState());
    if (m_events == 0)
        m_session->setTexts(m_name, tr("New · nothing captured yet"));
    else
        m_session->setTexts(
            m_name, m_since ? tr("Since %1 · %2").arg(formatMinute(*m_since), events) : events);
}

void NavBar::fit()
{
    setFixedWidth(px(m_collapsed ? 48 : 196));
    m_brand->setVisible(!m_collapsed);
    m_toggle->setVisible(!m_collapsed && m_canExpand);
    auto *brand = layout()->itemAt(0)->layout();
    brand->setContentsMargins(m_collapsed ? px(14) : px(16), px(8), px(8), px(8));
    for (NavItem *page : std::as_const(m_pages))
        page->setToolTip(m_collapsed ? page->accessibleName() : QString());
    for (NavSection *section : std::as_const(m_sections))
        section->setRoom(!m_collapsed);
    describeSession();
}

void NavBar::changeEvent(QEvent *event)
{
    Surface::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fit();
}

} // namespace Weir
