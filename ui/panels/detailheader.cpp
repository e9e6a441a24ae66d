#include "ui/panels/detailheader.h"

#include "core/event/summary.h"
#include "ui/models/eventfacts.h"
#include "ui/models/format.h"
#include "ui/models/livetext.h"
#include "ui/models/sdknames.h"
#include "ui/theme/familylook.h"
#include "ui/theme/icons.h"
#include "ui/theme/statuslook.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

QPixmap swatch(int colour, qreal ratio)
{
    const int side = px(8);
    QPixmap pixmap(qRound(side * ratio), qRound(side * ratio));
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    if (colour >= 0) {
        drawRounded(&painter, QRect(0, 0, side, side), 2, traceColor(colour), {});
    } else {
        painter.setPen(QPen(color(Token::T3), 1, Qt::DashLine));
        painter.drawRect(0, 0, side - 1, side - 1);
    }
    return pixmap;
}

QList<BadgeRow::Badge> badgesOf(const Event &event)
{
    QList<BadgeRow::Badge> badges;
    const QStringList notices = noticeSentences(event);
    if (const StatusLook look = statusLook(event.status); !look.icon.isEmpty())
        badges.append({look.icon.toString(), look.word.toString(), look.ink, look.fill, notices.join(u'\n')});
    if (has(event.notices, Notice::Duplicate))
        badges.append({u"copy"_s, DetailHeader::tr("Duplicate"), Token::Warn, Token::WarnBg, {}});
    if (!event.sdk.name.empty()) {
        const QString known = sdkName(event.source, event.sdk.name), reported = fromUtf8(event.sdk.name);
        const QString sdk = (known + u' ' + fromUtf8(event.sdk.version)).trimmed();
        badges.append({u"server"_s, sdk, Token::T2, Token::Line2,
            known == reported ? DetailHeader::tr("Sent by %1").arg(sdk)
                              : DetailHeader::tr("Sent by %1, which calls itself %2").arg(sdk, reported)});
    }
    return badges;
}

} // namespace

void BadgeRow::setBadges(const QList<Badge> &badges)
{
    m_badges = badges;
    QStringList words, tips;
    for (const Badge &badge : badges) {
        words.append(badge.text);
        if (!badge.toolTip.isEmpty())
            tips.append(badge.toolTip);
    }
    setAccessibleName(words.join(u", "_s));
    setAccessibleDescription(tips.join(u' '));
    setToolTip(tips.join(u'\n'));
    setVisible(!badges.isEmpty());
    updateGeometry();
    update();
}

QSize BadgeRow::sizeHint() const
{
    int width = 0;
    for (const Badge &badge : m_badges)
        width += drawBadge(nullptr, {}, badge.icon, badge.text, badge.ink, badge.fill) + px(6);
    return {width, badgeHeight()};
}

void BadgeRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    int x = 0;
    for (const Badge &badge : std::as_const(m_badges))
        x += drawBadge(
                 &painter, {x, (height() - badgeHeight()) / 2}, badge.icon, badge.text, badge.ink, badge.fill)
            + px(6);
}

DetailHeader::DetailHeader(QWidget *parent)
    : QWidget(parent)
    , m_lines(new QBoxLayout(QBoxLayout::TopToBottom, this))
    , m_icon(new QLabel(this))
    , m_swatch(new QLabel(this))
    , m_name(new TextLabel({}, TextStyle::Title, Token::T1, this))
    , m_summary(new TextLabel({}, TextStyle::Mono, Token::T2, this))
    , m_position(new TextLabel({}, TextStyle::Row, Token::T3, this))
    , m_time(new TextLabel({}, TextStyle::Mono, Token::T3, this))
    , m_trace(new QPushButton(this))
    , m_spacer(new QSpacerItem(0, 0))
    , m_badges(new BadgeRow(this))
    , m_copy(iconButton(u"copy"_s, tr("Copy as JSON"), this))
    , m_close(iconButton(u"x"_s, tr("Close details"), this))
{
    setButtonLook(m_copy, ButtonKind::Ghost, ButtonSize::Small);
    setButtonLook(m_close, ButtonKind::Ghost, ButtonSize::Small);
    setButtonLook(m_trace, ButtonKind::Link, ButtonSize::Small);
    m_trace->setToolTip(tr("Filter by this trace"));
    m_trace->setAccessibleName(tr("No trace"));
    m_summary->setEliding(true);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *first = new QHBoxLayout;
    first->setSpacing(px(8));
    first->addWidget(m_icon);
    first->addWidget(m_name);
    first->addWidget(m_summary, 1);
    first->addWidget(m_copy);
    first->addWidget(m_close);
    auto *second = new QHBoxLayout;
    second->setSpacing(px(6));
    second->addWidget(m_swatch);
    second->addWidget(m_trace);
    second->addWidget(m_position);
    second->addWidget(m_time);
    second->addItem(m_spacer);
    m_lines->addLayout(first);
    m_lines->addLayout(second);
    m_lines->addWidget(m_badges);
    setPlace(DetailPane::Place::Right);
    connect(m_close, &QToolButton::clicked, this, &DetailHeader::closeRequested);
    connect(m_copy, &QToolButton::clicked, this, &DetailHeader::copyRequested);
    connect(m_trace, &QPushButton::clicked, this, &DetailHeader::traceClicked);
}

void DetailHeader::setPlace(DetailPane::Place place)
{
    const bool bottom = place == DetailPane::Place::Bottom;
    m_lines->setDirection(bottom ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_lines->setContentsMargins(px(14), px(bottom ? 4 : 8), px(bottom ? 14 : 10), px(bottom ? 3 : 8));
    m_lines->setSpacing(px(bottom ? 14 : 3));
    m_lines->setStretch(0, bottom ? 1 : 0);
    m_spacer->changeSize(0, 0, bottom ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    m_copy->setVisible(bottom); // At the right the footer has it.
}

void DetailHeader::setEvent(const StoredEvent &stored, const TraceSummary &trace, qint64 position)
{
    const Event &event = stored.event;
    m_family = event.family;
    m_name->setText(event.name.empty() ? fromUtf8(toText(event.type)) : fromUtf8(event.name));
    const std::string_view payload(
        stored.payload.constData(), static_cast<std::size_t>(stored.payload.size()));
    m_summary->setText(fromUtf8(summaryOf(event.name, event.type, payload)));
    showTrace(trace, event.traceId);
    m_position->setText(position > 0
            ? tr("event %1 of %2").arg(formatCount(position), formatCount(trace.events))
            : QString());
    m_time->setText(formatClock(event.timestamp));
    m_badges->setBadges(badgesOf(event));
    show(Shows::Event);
}

void DetailHeader::setRun(const TraceSummary &run)
{
    m_family = Family::Flow;
    m_name->setText(groupTitle(run));
    m_summary->setText({});
    showTrace(run, run.traceId);
    m_position->setText(counted(run.events, tr("event")));
    m_time->setText(run.firstAt ? formatClock(*run.firstAt) : QString());
    QList<BadgeRow::Badge> badges;
    if (run.invalid > 0)
        badges.append(
            {u"circle-x"_s, tr("%1 invalid").arg(formatCount(run.invalid)), Token::Err, Token::ErrBg, {}});
    if (run.warnings > 0)
        badges.append(
            {u"triangle-alert"_s, counted(run.warnings, tr("warning")), Token::Warn, Token::WarnBg, {}});
    if (run.tainted)
        badges.append({u"flag"_s, tr("Saw an override"), Token::Accent, Token::AccentBg,
            tr("An event of this run belongs to someone who had an overridden value, or carries one.")});
    m_badges->setBadges(badges);
    show(Shows::Run);
}

void DetailHeader::showTrace(const TraceSummary &trace, const std::string &traceId)
{
    m_traceColour = traceId.empty() ? -1 : trace.colour;
    m_trace->setText(traceId.empty() ? tr("No trace_id") : shortTraceId(traceId));
    m_trace->setAccessibleName(traceId.empty() ? tr("No trace_id") : tr("Trace %1").arg(m_trace->text()));
    m_trace->setEnabled(!traceId.empty());
}

void DetailHeader::show(Shows what)
{
    m_shows = what;
    for (QWidget *part : {static_cast<QWidget *>(m_swatch), static_cast<QWidget *>(m_trace),
             static_cast<QWidget *>(m_position)})
        part->setVisible(what != Shows::Request);
    applyIcons();
}

void DetailHeader::setRequest(const StoredRequest &stored)
{
    const CapturedRequest &request = stored.request;
    m_name->setText(tr("Request %1").arg(raw(request.id)));
    m_summary->setText(fromUtf8(request.method) + u' ' + fromUtf8(request.target));
    m_time->setText(formatClock(request.receivedAt));
    const bool failed = request.state == RequestState::Failed || request.state == RequestState::NotUnderstood;
    const QString word = request.state == RequestState::Failed ? tr("Not decoded") : tr("Not understood");
    m_badges->setBadges(failed ? QList<BadgeRow::Badge>{{u"circle-x"_s, word, Token::Err, Token::ErrBg,
                            fromUtf8(toText(request.error))}}
                               : QList<BadgeRow::Badge>{});
    show(Shows::Request);
}

void DetailHeader::applyIcons()
{
    const FamilyLook look = familyLook(m_family);
    const qreal ratio = devicePixelRatioF();
    m_icon->setPixmap(m_shows == Shows::Request ? iconPixmap(u"server", px(16), Token::T2, ratio)
                                                : iconPixmap(look.icon, px(16), look.ink, ratio));
    m_icon->setToolTip(m_shows != Shows::Event ? QString() : look.word.toString());
    m_swatch->setPixmap(swatch(m_traceColour, ratio));
}

void DetailHeader::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        applyIcons();
}

} // namespace Weir
