#include "ui/window/statusbar.h"

#include "ui/models/flagtexts.h"
#include "ui/models/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int bars = 40, secondsPerBar = 3, barWidth = 3;
constexpr int slowViewHertz = 10;
constexpr std::int64_t behindShownFromMs = 1000;
constexpr qint64 alertEveryMs = 5000;
constexpr auto toldFor = 4s;

} // namespace

/// A dot, ring, square or icon of a status bar segment.
class StatusBar::Glyph : public QWidget
{
public:
    enum class Shape { Dot, Ring, Square, Icon };
    explicit Glyph(QWidget *parent)
        : QWidget(parent)
    {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void set(Shape shape, Token ink, const QString &icon = {})
    {
        m_shape = shape;
        m_ink = ink;
        m_icon = icon;
        update();
    }
    QSize sizeHint() const override { return {px(12), px(12)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        if (m_shape == Shape::Icon)
            return drawIcon(&painter, rect(), m_icon, px(12), m_ink);
        const int side = px(8);
        const QRect box((width() - side) / 2, (height() - side) / 2, side, side);
        const int radius = m_shape == Shape::Square ? 1 : side / 2;
        drawRounded(&painter, box, radius, m_shape == Shape::Ring ? QColor() : color(m_ink),
            m_shape == Shape::Ring ? color(m_ink) : QColor(), 2);
    }

private:
    Shape m_shape = Shape::Ring;
    Token m_ink = Token::Ok;
    QString m_icon;
};

Sparkline::Sparkline(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Sparkline::sizeHint() const
{
    return {px(bars * barWidth), px(12)};
}

void Sparkline::tick()
{
    m_counts[m_at] = m_second;
    m_at = (m_at + 1) % seconds;
    m_now = std::exchange(m_second, 0);
    const qint64 peak = *std::max_element(m_counts.begin(), m_counts.end());
    setAccessibleName(
        tr("Events per second, now %1, peak %2 in 2 minutes").arg(formatCount(m_now), formatCount(peak)));
    if (isVisible())
        update();
    emit changed();
}

void Sparkline::paintEvent(QPaintEvent *)
{
    std::array<qint64, bars> sums{};
    for (std::size_t i = 0; i < seconds; ++i)
        sums[i / secondsPerBar] += m_counts[(m_at + i) % seconds];
    const qint64 peak = std::max<qint64>(1, *std::max_element(sums.begin(), sums.end()));
    QPainter painter(this);
    for (int i = 0; i < bars; ++i) {
        const auto tall = static_cast<int>(sums[static_cast<std::size_t>(i)] * height() / peak);
        const int x = i * width() / bars;
        painter.fillRect(x, height() - std::max(1, tall), std::max(1, width() / bars - 1), std::max(1, tall),
            color(Token::T3));
    }
}

StatusBar::StatusBar(QWidget *parent)
    : Surface(Token::S0, Qt::TopEdge, parent)
    , m_glyph(new Glyph(this))
    , m_messageGlyph(new Glyph(this))
    , m_plug(new Glyph(this))
    , m_state(new TextLabel({}, TextStyle::Caption, Token::T1, this))
    , m_count(new TextLabel({}, TextStyle::Mono, Token::T1, this))
    , m_waitingText(new TextLabel(tr("waiting, capturing on"), TextStyle::CaptionRegular, Token::T2, this))
    , m_address(new TextLabel({}, TextStyle::Mono, Token::T1, this))
    , m_rate(new TextLabel(u"0"_s, TextStyle::Mono, Token::T1, this))
    , m_rateUnit(new TextLabel(tr("events/s"), TextStyle::CaptionRegular, Token::T2, this))
    , m_bytes(new TextLabel({}, TextStyle::Mono, Token::T1, this))
    , m_message(new TextLabel({}, TextStyle::CaptionRegular, Token::T2, this))
    , m_storeLabel(new TextLabel(tr("Store"), TextStyle::CaptionRegular, Token::T2, this))
    , m_destinations(new TextLabel({}, TextStyle::CaptionRegular, Token::T2, this))
    , m_copy(iconButton(u"copy"_s, tr("Copy address"), this))
    , m_spark(new Sparkline(this))
{
    setAccessibleName(tr("Status"));
    setFixedHeight(px(26));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(px(14), 0, px(14), 0);
    layout->setSpacing(px(6));
    const auto divide = [&] {
        layout->addSpacing(px(4));
        layout->addWidget(new Divider(this));
        layout->addSpacing(px(4));
    };
    setButtonLook(m_copy, ButtonKind::Ghost, ButtonSize::Small);
    for (QWidget *part :
        std::initializer_list<QWidget *>{m_glyph, m_state, m_count, m_waitingText, m_address, m_copy})
        layout->addWidget(part);
    divide();
    for (QWidget *part : std::initializer_list<QWidget *>{m_spark, m_rate, m_rateUnit})
        layout->addWidget(part);
    divide();
    auto *disk = new Glyph(this);
    disk->set(Glyph::Shape::Icon, Token::T3, u"database"_s);
    for (QWidget *part : std::initializer_list<QWidget *>{disk, m_storeLabel, m_bytes})
        layout->addWidget(part);
    m_messageSegment = new QWidget(this);
    auto *message = new QHBoxLayout(m_messageSegment);
    message->setContentsMargins(0, 0, 0, 0);
    message->setSpacing(px(6));
    message->addSpacing(px(4));
    message->addWidget(new Divider(m_messageSegment));
    message->addSpacing(px(4));
    message->addWidget(m_messageGlyph);
    message->addWidget(m_message);
    layout->addWidget(m_messageSegment);
    layout->addStretch();
    layout->addWidget(m_plug);
    layout->addWidget(m_destinations);
    connect(m_copy, &QToolButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(m_capture.address()); });
    connect(&m_second, &QTimer::timeout, m_spark, &Sparkline::tick);
    connect(m_spark, &Sparkline::changed, this, &StatusBar::showRate);
    m_second.start(1s);
    m_toldTimer.setSingleShot(true);
    connect(&m_toldTimer, &QTimer::timeout, this, [this] {
        m_told.clear();
        showMessage();
    });
    setStoreBytes(0);
    setUpstream({});
    showCapture();
    showMessage();
}

void StatusBar::setCapture(const CaptureStatus &status)
{
    if (status == m_capture)
        return;
    m_capture = status;
    showCapture();
    if (status.state == CaptureStatus::State::Stopped)
        announce(tr("Capture stopped. %1").arg(status.error));
}

void StatusBar::setViewPaused(bool paused, qint64 waiting)
{
    m_paused = paused;
    m_waiting = waiting;
    showCapture();
    showMessage();
}

void StatusBar::setViewRate(int hertz)
{
    m_hertz = hertz;
    showMessage();
}

void StatusBar::setStoreBytes(qint64 bytes)
{
    m_bytes->setText(formatBytes(bytes));
}

void StatusBar::setStore(const StoreStatus &status)
{
    m_store = status;
    showMessage();
}

void StatusBar::setUpstream(const UpstreamState &upstream)
{
    const LeavingText leaving = leavingText(upstream);
    const Token ink = leaving.isAway ? Token::Warn : Token::T2;
    m_plug->set(Glyph::Shape::Icon, leaving.isAway ? Token::Warn : Token::T3,
        leaving.isAway ? u"triangle-alert"_s : u"plug"_s);
    m_destinations->setText(leaving.text);
    m_destinations->setLook(TextStyle::CaptionRegular, ink);
    // The icon stays where there is no room for the words.
    for (QWidget *part : std::initializer_list<QWidget *>{m_plug, m_destinations})
        part->setToolTip(leaving.toolTip);
    m_plug->setAccessibleName(leaving.toolTip);
    if (std::exchange(m_isUpstreamAway, leaving.isAway) != leaving.isAway)
        announce(leaving.text);
}

void StatusBar::addEvents(qint64 count)
{
    m_spark->add(count);
}

void StatusBar::tell(const QString &sentence)
{
    m_told = sentence;
    m_toldTimer.start(toldFor);
    showMessage();
    announce(sentence);
}

void StatusBar::showCapture()
{
    using State = CaptureStatus::State;
    const bool stopped = m_capture.state == State::Stopped;
    const bool paused = m_paused && !stopped;
    if (paused) {
        m_glyph->set(Glyph::Shape::Icon, Token::Warn, u"pause"_s);
        m_state->setText(tr("View paused"));
    } else if (stopped) {
        m_glyph->set(Glyph::Shape::Square, Token::Err);
        m_state->setText(tr("Stopped"));
    } else {
        const bool capturing = m_capture.state == State::Capturing;
        m_glyph->set(capturing ? Glyph::Shape::Dot : Glyph::Shape::Ring, Token::Ok);
        m_state->setText(capturing ? tr("Capturing") : tr("Listening"));
    }
    m_state->setLook(TextStyle::Caption, paused ? Token::Warn : stopped ? Token::Err : Token::T1);
    m_state->setToolTip(m_capture.error);
    m_count->setText(formatCount(m_waiting));
    m_count->setVisible(paused);
    m_waitingText->setVisible(paused);
    m_address->setText(m_capture.port ? m_capture.address() : QString());
    m_address->setVisible(m_capture.port != 0);
    m_copy->setVisible(m_capture.port != 0);
}

void StatusBar::showRate()
{
    m_rate->setText(formatCount(m_spark->perSecond()));
}

void StatusBar::showMessage()
{
    QString text, icon = u"info"_s;
    Token ink = Token::Accent;
    const auto warn = [&](const QString &words, Token token) {
        text = words;
        icon = u"triangle-alert"_s;
        ink = token;
    };
    if (m_store.state == StoreStatus::State::Refusing)
        warn(tr("Not storing. Event requests are answered 503."), Token::Err);
    else if (m_store.state == StoreStatus::State::Holding)
        warn(tr("%1 held in memory").arg(formatBytes(m_store.heldBytes)), Token::Warn);
    else if (m_store.state == StoreStatus::State::ReadOnly)
        warn(tr("Read-only. Nothing is captured into this session."), Token::Warn);
    else if (m_store.behindMs >= behindShownFromMs)
        warn(tr("Writing %1 s behind").arg(static_cast<double>(m_store.behindMs) / 1000, 0, 'f', 1),
            Token::Warn);
    else if (!m_told.isEmpty())
        text = m_told;
    else if (m_hertz < slowViewHertz)
        text = m_paused ? tr("All events are stored.")
                        : tr("View at %1 Hz. All events are stored.").arg(m_hertz);
    m_messageSegment->setVisible(!text.isEmpty());
    m_messageGlyph->set(Glyph::Shape::Icon, ink, icon);
    m_message->setText(text);
    m_message->setLook(TextStyle::CaptionRegular, ink == Token::Accent ? Token::T2 : ink);
    if (m_store.state == StoreStatus::State::Refusing || m_store.state == StoreStatus::State::Holding)
        announce(text);
}

void StatusBar::announce(const QString &text)
{
    // At most one in five seconds, and none twice: a screen reader must not drown.
    if (text == m_announced || (m_sinceAlert.isValid() && m_sinceAlert.elapsed() < alertEveryMs))
        return;
    m_announced = text;
    m_sinceAlert.start();
    m_message->setAccessibleName(text);
    QAccessibleEvent alert(m_message, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void StatusBar::fit()
{
    // Text never shrinks: what is told elsewhere, too, gives way first.
    if (m_fitting)
        return;
    m_fitting = true;
    QWidget *const least[] = {m_storeLabel, m_spark, m_destinations, m_rateUnit, m_rate};
    int needed = layout()->sizeHint().width();
    for (QWidget *part : least) {
        if (part->isHidden())
            needed += part->sizeHint().width() + layout()->spacing();
    }
    for (QWidget *part : least) {
        const bool fits = needed <= width();
        part->setVisible(fits);
        if (!fits)
            needed -= part->sizeHint().width() + layout()->spacing();
    }
    m_fitting = false;
}

void StatusBar::resizeEvent(QResizeEvent *event)
{
    Surface::resizeEvent(event);
    fit();
}

bool StatusBar::event(QEvent *event)
{
    const bool handled = Surface::event(event);
    if (event->type() == QEvent::LayoutRequest) // A text became longer or shorter.
        fit();
    return handled;
}

void StatusBar::changeEvent(QEvent *event)
{
    Surface::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        setFixedHeight(px(26));
}

} // namespace Weir
