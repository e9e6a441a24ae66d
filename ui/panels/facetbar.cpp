#include "ui/panels/facetbar.h"

#include "ui/models/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/statuslook.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int statusFacets = 4; // Behind the first, which is All.
constexpr int buttonHeight = 24, padding = 7, gap = 5, glyphSize = 13, margin = 12, spacing = 6;

struct NoticeFacet
{
    Notice notice;
    const char *text;
    const char *icon;
};
// In the order shown. Those that no event carries are left out.
constexpr NoticeFacet noticeFacets[] = {
    {Notice::NoTraceId, QT_TRANSLATE_NOOP("Weir::FacetBar", "No trace_id"), "circle-dashed"},
    {Notice::Duplicate, QT_TRANSLATE_NOOP("Weir::FacetBar", "Duplicate"), "copy"},
    {Notice::ClockSkew, QT_TRANSLATE_NOOP("Weir::FacetBar", "Clock"), "clock"},
    {Notice::NoWorkspaceId, QT_TRANSLATE_NOOP("Weir::FacetBar", "No workspace_id"), "layers"},
    {Notice::NoUserId, QT_TRANSLATE_NOOP("Weir::FacetBar", "No user_id"), "user-round"},
    {Notice::DurationAsText, QT_TRANSLATE_NOOP("Weir::FacetBar", "Number as text"), "timer"},
};

qint64 countOf(const SessionSummary &session, Notice notice)
{
    for (const auto &[each, count] : session.byNotice) {
        if (each == notice)
            return count;
    }
    return 0;
}

} // namespace

// ---- FacetButton

FacetButton::FacetButton(const QString &icon, Token ink, const QString &text, QWidget *parent)
    : QAbstractButton(parent)
    , m_icon(icon)
    , m_ink(ink)
{
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
}

void FacetButton::setCount(qint64 count)
{
    if (count == m_count)
        return;
    m_count = count;
    describe();
    updateGeometry();
    update();
}

void FacetButton::setExcluded(bool excluded)
{
    if (excluded == m_excluded)
        return;
    m_excluded = excluded;
    describe();
    update();
}

void FacetButton::describe()
{
    const QString name = text() + u' ' + formatCount(m_count);
    setAccessibleName(m_excluded ? tr("%1, excluded").arg(name) : name);
}

QSize FacetButton::sizeHint() const
{
    // As wide as when checked, so that nothing moves by checking it.
    int width = 2 * px(padding) + QFontMetrics(Weir::font(TextStyle::RowMedium)).horizontalAdvance(text());
    if (!m_icon.isEmpty())
        width += px(glyphSize) + px(gap);
    if (m_count >= 0)
        width += px(gap) + QFontMetrics(Weir::font(TextStyle::Mono)).horizontalAdvance(formatCount(m_count));
    return {width, px(buttonHeight)};
}

void FacetButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (isChecked())
        drawRounded(&painter, rect(), 4, color(Token::S4), {});
    else if (underMouse())
        drawRounded(&painter, rect(), 4, color(Token::Hover), {});
    if (hasFocus())
        drawRounded(&painter, rect(), 4, {}, color(Token::Focus));
    QRect place = rect().adjusted(px(padding), 0, -px(padding), 0);
    if (!m_icon.isEmpty()) {
        drawIcon(
            &painter, {place.left(), place.top(), px(glyphSize), place.height()}, m_icon, glyphSize, m_ink);
        place.setLeft(place.left() + px(glyphSize) + px(gap));
    }
    QFont word = Weir::font(isChecked() ? TextStyle::RowMedium : TextStyle::Row);
    word.setStrikeOut(m_excluded);
    painter.setFont(word);
    painter.setPen(color(isChecked() ? Token::T1 : m_excluded ? Token::T3 : Token::T2));
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, text());
    if (m_count < 0)
        return;
    place.setLeft(place.left() + QFontMetrics(word).horizontalAdvance(text()) + px(gap));
    painter.setFont(Weir::font(TextStyle::Mono));
    painter.setPen(color(isChecked() ? Token::T2 : Token::T3));
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, formatCount(m_count));
}

void FacetButton::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && event->modifiers() & Qt::AltModifier)
        emit excludeWanted();
    else
        QAbstractButton::mousePressEvent(event);
}

void FacetButton::enterEvent(QEnterEvent *event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void FacetButton::leaveEvent(QEvent *event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

// ---- FacetBar

FacetBar::FacetBar(QWidget *parent)
    : Surface(Token::S1, Qt::BottomEdge, parent)
    , m_sources(new QToolButton(this))
    , m_more(iconButton(u"ellipsis"_s, tr("More facets"), this))
{
    FacetButton *all = add({}, Token::T2, tr("All"), {}, 0);
    all->setChecked(true);
    connect(all, &FacetButton::clicked, this, &FacetBar::allWanted);
    for (const EventStatus status :
        {EventStatus::Valid, EventStatus::Warning, EventStatus::Invalid, EventStatus::Unplanned}) {
        const StatusLook look = statusLook(status);
        add(look.icon.toString(), look.ink, look.word.toString(),
            {u"status"_s, FilterOp::Is, fromUtf8(toText(status))}, 0);
    }
    m_failed = add(u"circle-x"_s, Token::Err, tr("Failed requests"), {}, 0);
    connect(m_failed, &FacetButton::clicked, this, &FacetBar::requestsWanted);
    for (const NoticeFacet &each : noticeFacets) {
        const std::string_view value = toText(each.notice);
        add(QString::fromLatin1(each.icon), Token::T3, tr(each.text),
            {u"notice"_s, FilterOp::Is, fromUtf8(value)}, static_cast<Notices>(each.notice));
    }
    setButtonLook(m_sources, ButtonKind::Ghost, ButtonSize::Small);
    setButtonLook(m_more, ButtonKind::Ghost, ButtonSize::Small);
    m_sources->setFocusPolicy(Qt::TabFocus);
    m_sources->hide();
    m_more->hide();
    connect(m_sources, &QToolButton::clicked, this, &FacetBar::showSources);
    connect(m_more, &QToolButton::clicked, this, &FacetBar::showMore);
}

FacetButton *FacetBar::add(
    const QString &icon, Token ink, const QString &text, const FilterTerm &term, Notices notice)
{
    auto *button = new FacetButton(icon, ink, text, this);
    m_facets.append({button, term, notice});
    if (term.key.isEmpty())
        return button;
    button->setToolTip(tr("Alt+click excludes"));
    button->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(button, &FacetButton::clicked, this, [this, term](bool on) { emit termToggled(term, on); });
    connect(button, &FacetButton::excludeWanted, this,
        [this, button, term] { exclude(term, !button->isExcluded()); });
    // Window managers that move windows by Alt and the mouse keep that click; a keyboard has none.
    connect(button, &QWidget::customContextMenuRequested, this,
        [this, button](const QPoint &position) { showFacetMenu(button, button->mapToGlobal(position)); });
    return button;
}

void FacetBar::exclude(const FilterTerm &term, bool on)
{
    emit termToggled({term.key, FilterOp::IsNot, term.value}, on);
}

void FacetBar::showFacetMenu(const FacetButton *button, const QPoint &globalPosition)
{
    const auto facet = std::ranges::find(m_facets, button, &Facet::button);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [menu](const QString &text, bool checked) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(checked);
        return action;
    };
    const FilterTerm term = facet->term;
    connect(add(tr("Only these"), button->isChecked()), &QAction::triggered, this,
        [this, term](bool on) { emit termToggled(term, on); });
    connect(add(tr("Exclude"), button->isExcluded()), &QAction::triggered, this,
        [this, term](bool on) { exclude(term, on); });
    menu->popup(globalPosition);
}

EventStatus FacetBar::statusOf(const Facet &facet)
{
    return eventStatusFromText(facet.term.value.toStdString()).value_or(EventStatus::Unchecked);
}

void FacetBar::setSession(const SessionSummary &session)
{
    m_session = session;
    for (const Facet &facet : std::as_const(m_facets)) {
        if (facet.notice != 0)
            facet.button->setCount(countOf(session, Notice(facet.notice)));
        else if (!facet.term.key.isEmpty())
            facet.button->setCount(session.byStatus[static_cast<std::size_t>(statusOf(facet))]);
    }
    m_facets.first().button->setCount(session.events);
    m_failed->setCount(session.failedRequests);
    const auto all = qint64(session.bySource.size());
    const auto excluded
        = std::count_if(session.bySource.begin(), session.bySource.end(), [this](const auto &each) {
              return std::find(m_filter.notSources.begin(), m_filter.notSources.end(), each.first)
                  != m_filter.notSources.end();
          });
    const qint64 shown = m_filter.sources.empty() ? all - excluded : qint64(m_filter.sources.size());
    m_sources->setText(tr("Sources %1/%2").arg(shown).arg(all));
    m_sources->setToolTip(tr("Which protocols are shown"));
    m_sources->setVisible(all > 1);
    layOut();
}

void FacetBar::setFilter(const EventFilter &filter)
{
    m_filter = filter;
    bool any = false;
    for (const Facet &facet : std::as_const(m_facets)) {
        if (facet.term.key.isEmpty())
            continue;
        const auto isIn = [&facet](const std::vector<EventStatus> &statuses) {
            return std::ranges::find(statuses, statusOf(facet)) != statuses.end();
        };
        const bool on = facet.notice != 0 ? (filter.notices & facet.notice) != 0 : isIn(filter.statuses);
        const bool excluded
            = facet.notice != 0 ? (filter.notNotices & facet.notice) != 0 : isIn(filter.notStatuses);
        facet.button->setChecked(on);
        facet.button->setExcluded(excluded);
        any |= on || excluded;
    }
    m_facets.first().button->setChecked(!any && !m_failed->isChecked());
    setSession(m_session);
}

void FacetBar::setShowsRequests(bool shows)
{
    m_failed->setChecked(shows);
    setFilter(m_filter);
}

void FacetBar::resizeEvent(QResizeEvent *event)
{
    Surface::resizeEvent(event);
    layOut();
}

void FacetBar::layOut()
{
    int right = width() - px(margin);
    const auto placeRight = [&](QToolButton *button) {
        const QSize size = button->sizeHint();
        button->setGeometry(
            right - size.width(), (height() - 1 - size.height()) / 2, size.width(), size.height());
        right -= size.width() + px(spacing);
    };
    if (!m_sources->isHidden())
        placeRight(m_sources);
    m_hidden.clear();
    int left = px(margin);
    const int roomForMore = m_more->sizeHint().width() + px(spacing);
    for (const Facet &facet : std::as_const(m_facets)) {
        // All is always there, and so are the statuses where they fit. The others when there is something
        // to see.
        const auto place = &facet - m_facets.constData();
        const bool always = place == 0;
        const bool wanted = place <= statusFacets || facet.button->count() > 0 || facet.button->isChecked()
            || facet.button->isExcluded();
        const QSize size = facet.button->sizeHint();
        const bool fits = m_hidden.isEmpty() && left + size.width() + (always ? 0 : roomForMore) <= right;
        facet.button->setVisible(wanted && (fits || always));
        if (!wanted)
            continue;
        if (!facet.button->isVisibleTo(this)) {
            m_hidden.append(facet.button);
            continue;
        }
        facet.button->setGeometry(left, (height() - 1 - size.height()) / 2, size.width(), size.height());
        left += size.width() + px(spacing);
    }
    m_more->setVisible(!m_hidden.isEmpty());
    if (!m_hidden.isEmpty())
        placeRight(m_more);
}

void FacetBar::showMore()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (FacetButton *button : std::as_const(m_hidden)) {
        QAction *action = menu->addAction(button->text() + u"  "_s + formatCount(button->count()));
        action->setCheckable(true);
        action->setChecked(button->isChecked());
        connect(action, &QAction::triggered, button, &FacetButton::click);
    }
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
}

void FacetBar::showSources()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const auto &[source, count] : m_session.bySource) {
        const std::string_view name = toText(source);
        QAction *action = menu->addAction(fromUtf8(name) + u"  "_s + formatCount(count));
        action->setCheckable(true);
        const auto &hidden = m_filter.notSources;
        action->setChecked(std::find(hidden.begin(), hidden.end(), source) == hidden.end());
        const FilterTerm exclude{u"source"_s, FilterOp::IsNot, fromUtf8(name)};
        connect(action, &QAction::triggered, this,
            [this, exclude](bool shown) { emit termToggled(exclude, !shown); });
    }
    menu->popup(m_sources->mapToGlobal(QPoint(0, m_sources->height())));
}

} // namespace Weir
