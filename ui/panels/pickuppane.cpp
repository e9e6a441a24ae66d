#include "ui/panels/pickuppane.h"

#include "ui/models/flagtexts.h"
#include "ui/models/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr qsizetype shownSdks = 6, shownHints = 3;

QString byPath(FlagPath path)
{
    switch (path) {
    case FlagPath::Definitions:
        return PickUpPane::tr("in its definitions");
    case FlagPath::Decide:
        return PickUpPane::tr("by /decide");
    case FlagPath::Payload:
        return PickUpPane::tr("by remote_config");
    case FlagPath::Flags:
        break;
    }
    return PickUpPane::tr("by /flags");
}

QString servedLine(const FlagPickUp &pickUp, const QString &lastHeard)
{
    const QString name = sdkText(pickUp.sdk);
    if (!pickUp.isPossible)
        return PickUpPane::tr("%1: not possible, it asks for no one").arg(name);
    if (!pickUp.servedAt)
        return PickUpPane::tr("%1: not yet").arg(name)
            + (lastHeard.isEmpty() ? QString() : u", "_s + lastHeard);
    return PickUpPane::tr("%1: %2, %3").arg(name, formatClock(*pickUp.servedAt), byPath(pickUp.path));
}

QString seenLine(const FlagPickUp &pickUp)
{
    return pickUp.seenAt ? PickUpPane::tr("%1: %2").arg(sdkText(pickUp.sdk), formatClock(*pickUp.seenAt))
                         : PickUpPane::tr("%1: not yet").arg(sdkText(pickUp.sdk));
}

QString firstLines(QStringList lines)
{
    const qsizetype more = lines.size() - shownSdks;
    if (more > 0) {
        lines = lines.first(shownSdks);
        lines += PickUpPane::tr("and %1 more").arg(more);
    }
    return lines.join(u'\n');
}

} // namespace

/// One stage: a mark, what it is, and of whom. A line joins it to the next.
class PickUpPane::Step : public QWidget
{
public:
    enum class State : std::uint8_t { Reached, Waiting };

    Step(const QString &name, bool isLast, QWidget *parent)
        : QWidget(parent)
        , m_isLast(isLast)
        , m_name(new TextLabel(name, TextStyle::RowMedium, Token::T1, this))
        , m_text(new TextLabel({}, TextStyle::CaptionRegular, Token::T2, this))
    {
        m_text->setWordWrap(true);
        auto *layout = new QVBoxLayout(this);
        layout->setContentsMargins(px(39), px(4), px(14), px(6));
        layout->setSpacing(px(1));
        layout->addWidget(m_name);
        layout->addWidget(m_text);
    }
    void set(State state, const QString &name, const QString &text)
    {
        m_state = state;
        m_name->setText(name);
        m_name->setAccessibleName(name + u": "_s + (state == State::Reached ? tr("done") : tr("waiting")));
        m_text->setText(text);
        m_text->setVisible(!text.isEmpty());
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const bool isReached = m_state == State::Reached;
        const QRect mark(px(14), px(4), px(15), px(17));
        if (!m_isLast)
            painter.fillRect(mark.center().x(), mark.bottom() + px(2), qMax(1, px(1)),
                height() - mark.bottom(), color(isReached ? Token::Ok : Token::Line3));
        drawIcon(&painter, mark, isReached ? u"circle-check" : u"clock", px(15),
            isReached ? Token::Ok : Token::Warn);
    }

private:
    State m_state = State::Waiting;
    bool m_isLast;
    TextLabel *m_name, *m_text;
};

/// A note in the accent.
class PickUpPane::Hint : public QWidget
{
public:
    explicit Hint(QWidget *parent)
        : QWidget(parent)
        , m_fact(new TextLabel({}, TextStyle::RowMedium, Token::T1, this))
        , m_more(new TextLabel({}, TextStyle::Row, Token::T2, this))
    {
        auto *layout = new QVBoxLayout(this);
        layout->setContentsMargins(px(10), px(7), px(10), px(7));
        layout->setSpacing(px(2));
        for (TextLabel *label : {m_fact, m_more}) {
            label->setWordWrap(true);
            layout->addWidget(label);
        }
    }
    void set(const AskingHint &hint)
    {
        m_fact->setText(hint.fact);
        m_more->setText(hint.more);
        m_more->setVisible(!hint.more.isEmpty());
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        drawRounded(&painter, rect(), 5, color(Token::AccentBg), color(Token::Accent));
    }

private:
    TextLabel *m_fact, *m_more;
};

PickUpPane::PickUpPane(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(tr("Has the SDK picked it up?"), TextStyle::CaptionStrong, Token::T2, this))
    , m_more(new TextLabel({}, TextStyle::CaptionRegular, Token::T3, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, px(12), 0, px(12));
    layout->setSpacing(0);
    m_title->setContentsMargins(px(14), 0, px(14), px(4));
    layout->addWidget(m_title);
    const QString names[] = {tr("Set in Weir"), tr("Served"), tr("Seen in an event")};
    for (int i = 0; i < 3; ++i) {
        m_steps[i] = new Step(names[i], i == 2, this);
        layout->addWidget(m_steps[i]);
    }
    auto *hints = new QVBoxLayout;
    hints->setContentsMargins(px(14), px(4), px(14), 0);
    hints->setSpacing(px(6));
    for (qsizetype i = 0; i < shownHints; ++i) {
        m_hints.append(new Hint(this));
        hints->addWidget(m_hints.last());
    }
    hints->addWidget(m_more);
    layout->addLayout(hints);
}

void PickUpPane::show(const FlagState &flag, const FlagReport &report, UtcTime now)
{
    const bool isOn = flag.override.has_value();
    m_title->setText(isOn ? tr("Has the SDK picked it up?") : tr("When a change is picked up"));
    for (Step *step : m_steps)
        step->setVisible(isOn);
    showHints(report, now);
    if (!isOn)
        return;
    const QString scene = fromUtf8(flag.override->scene);
    const QString setAt = formatClock(flag.override->setAt);
    m_steps[0]->set(Step::State::Reached, tr("Set in Weir"),
        scene.isEmpty() ? setAt : tr("%1, by the scene %2").arg(setAt, scene));
    const std::vector<FlagPickUp> counting = pickUpsThatCount(flag, report.clients, now);
    QStringList servedLines, seenLines;
    qsizetype all = 0, served = 0, seen = 0;
    for (const FlagPickUp &each : flag.pickUps) {
        const bool counts = std::ranges::find(counting, each.sdk, &FlagPickUp::sdk) != counting.end();
        servedLines += servedLine(each, lastHeardText(each.sdk, report.clients, now));
        all += counts && each.isPossible ? 1 : 0;
        served += counts && each.servedAt ? 1 : 0;
        seen += counts && each.seenAt ? 1 : 0;
        if (each.isPossible && (counts || each.seenAt))
            seenLines += seenLine(each);
    }
    m_steps[1]->set(all > 0 && served == all ? Step::State::Reached : Step::State::Waiting,
        served > 0                 ? tr("Served to %1").arg(counted(served, tr("SDK")))
            : flag.pickUps.empty() ? tr("Waiting for an SDK to ask")
                                   : tr("Not served yet"),
        flag.pickUps.empty() ? tr("No SDK has asked since Weir was started") : firstLines(servedLines));
    m_steps[2]->set(all > 0 && seen == all ? Step::State::Reached : Step::State::Waiting,
        seen > 0 ? tr("Seen in an event") : tr("Not seen in an event yet"), firstLines(seenLines));
}

/// Of the SDKs that asked last.
void PickUpPane::showHints(const FlagReport &report, UtcTime now)
{
    std::vector<FlagClient> clients = report.clients;
    std::ranges::stable_sort(
        clients, [](const FlagClient &a, const FlagClient &b) { return a.heardAt > b.heardAt; });
    for (qsizetype i = 0; i < m_hints.size(); ++i) {
        const bool isUsed = i < qsizetype(clients.size());
        m_hints[i]->setVisible(isUsed);
        if (isUsed)
            m_hints[i]->set(askingHint(clients[std::size_t(i)], now));
    }
    const qsizetype more = qsizetype(clients.size()) - shownHints;
    m_more->setText(clients.empty() ? tr("An SDK gets it when it asks. Weir cannot push.")
            : more > 0              ? tr("and %1").arg(counted(more, tr("more SDK")))
                                    : QString());
    m_more->setVisible(clients.empty() || more > 0);
}

} // namespace Weir
