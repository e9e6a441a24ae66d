#include "ui/panels/firstrun.h"

#include "ui/models/flagtexts.h"
#include "ui/models/format.h"
#include "ui/panels/snippetview.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPainter>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int contentWidth = 860; ///< So that the tabs of all SDKs fit.
constexpr auto copiedShownFor = 2s;
constexpr std::size_t requestsListed = 5;

/// A Lucide icon or the Weir mark, a ring with a number, or an empty ring, drawn in the current theme.
class Mark : public QWidget
{
public:
    Mark(QString icon, int size, Token ink, QWidget *parent)
        : QWidget(parent)
        , m_icon(std::move(icon))
        , m_size(size)
        , m_ink(ink)
    {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override { return {px(m_size), px(m_size)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        if (m_icon.isEmpty())
            return drawRounded(&painter, rect(), height() / 2, {}, color(m_ink), 2);
        if (m_icon.size() > 1)
            return drawIcon(&painter, rect(), m_icon, px(m_size), m_ink);
        drawRounded(&painter, rect(), height() / 2, {}, color(m_ink));
        painter.setFont(Weir::font(TextStyle::Code));
        painter.setPen(color(m_ink == Token::Line3 ? Token::T2 : m_ink));
        painter.drawText(rect(), Qt::AlignCenter, m_icon);
    }

private:
    QString m_icon;
    int m_size;
    Token m_ink;
};

/// A rounded frame around other widgets; dashed while it waits for something.
class Card : public QWidget
{
public:
    Card(bool dashed, QWidget *parent)
        : QWidget(parent)
        , m_dashed(dashed)
    {
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(
            QPen(color(m_dashed ? Token::Line3 : Token::Line2), 1, m_dashed ? Qt::DashLine : Qt::SolidLine));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }

private:
    bool m_dashed;
};

/// "Copied" for two seconds, then the text again.
void tellCopied(QPushButton *button)
{
    const QString text = button->text();
    if (text == FirstRun::tr("Copied"))
        return;
    button->setText(FirstRun::tr("Copied"));
    QTimer::singleShot(copiedShownFor, button, [button, text] { button->setText(text); });
}

QVBoxLayout *column(QWidget *widget)
{
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    return layout;
}

QHBoxLayout *rowIn(QWidget *widget, int spacing)
{
    auto *layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(px(spacing));
    return layout;
}

QPushButton *linkButton(const QString &icon, const QString &text, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    if (!icon.isEmpty())
        button->setIcon(themeIcon(icon, Token::Accent));
    setButtonLook(button, ButtonKind::Link);
    return button;
}

} // namespace

FirstRun::FirstRun(QWidget *parent, Clock clock)
    : QScrollArea(parent)
    , m_clock(std::move(clock))
    , m_since(m_clock())
{
    setAccessibleName(tr("First run"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto *page = new Surface(Token::S1, {}, this);
    auto *centre = new QHBoxLayout(page);
    centre->setContentsMargins(px(24), px(60), px(24), px(24));
    auto *content = m_content = new QWidget(page);
    content->setMaximumWidth(px(contentWidth));
    auto *lines = column(content);
    lines->addWidget(head());
    lines->addSpacing(px(26));
    lines->addWidget(step(1, tr("Point your SDK at Weir"), snippetCard(), true));
    lines->addSpacing(px(26));
    lines->addWidget(step(2, tr("Send a test event"), testRow(), false));
    lines->addSpacing(px(26));
    lines->addWidget(step(3, tr("Watch it arrive"), arrival(), false));
    lines->addSpacing(px(34));
    lines->addWidget(foot());
    lines->addStretch();
    centre->addStretch(1);
    centre->addWidget(content, 100);
    centre->addStretch(1);
    setWidget(page);
    m_tick.setInterval(1s);
    connect(&m_tick, &QTimer::timeout, this, &FirstRun::tick);
    setAddress(u"127.0.0.1"_s, 0);
    setUpstream({});
}

QWidget *FirstRun::startFocus() const
{
    return m_send;
}

QWidget *FirstRun::head()
{
    auto *box = new QWidget;
    auto *layout = rowIn(box, 12);
    layout->addWidget(new Mark(u"weir"_s, 36, Token::Accent, box));
    auto *words = new QWidget(box);
    auto *lines = column(words);
    lines->addWidget(new TextLabel(tr("No events yet"), TextStyle::FirstRunTitle, Token::T1, words));
    auto *invitation
        = new TextLabel(tr("Point an SDK at Weir, or open the demo session to look around first."),
            TextStyle::Nav, Token::T2, words);
    invitation->setWordWrap(true);
    lines->addWidget(invitation);
    layout->addWidget(words, 1);
    m_demo = new QPushButton(tr("Open the demo session"), box);
    m_demo->setIcon(themeIcon(u"layers"_s));
    m_demo->setToolTip(tr("Sends sample workflow runs through the door, the same way SDKs do"));
    setButtonLook(m_demo, ButtonKind::Normal, ButtonSize::Large);
    layout->addWidget(m_demo);
    connect(m_demo, &QPushButton::clicked, this, &FirstRun::demoRequested);
    return box;
}

QWidget *FirstRun::step(int number, const QString &title, QWidget *body, bool current)
{
    auto *box = new QWidget;
    auto *layout = rowIn(box, 14);
    layout->addWidget(
        new Mark(QString::number(number), 26, current ? Token::Accent : Token::Line3, box), 0, Qt::AlignTop);
    auto *words = new QWidget(box);
    auto *lines = column(words);
    auto *heading = new TextLabel(title, TextStyle::Brand, Token::T1, words);
    heading->setMinimumHeight(px(26));
    lines->addWidget(heading);
    lines->addSpacing(px(6));
    lines->addWidget(body);
    layout->addWidget(words, 1);
    return box;
}

QWidget *FirstRun::snippetCard()
{
    auto *card = new Card(false, nullptr);
    auto *lines = column(card);
    lines->setContentsMargins(1, 1, 1, 1);
    auto *bar = new Surface(Token::S2, Qt::BottomEdge, card);
    auto *row = rowIn(bar, 8);
    row->setContentsMargins(px(8), 0, px(8), 1);
    m_tabs = new QTabBar(bar);
    m_tabs->setAccessibleName(tr("SDK"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setElideMode(Qt::ElideNone);
    m_snippets = snippets(m_host, m_port);
    for (const Snippet &snippet : std::as_const(m_snippets))
        m_tabs->addTab(snippet.title);
    row->addWidget(m_tabs, 1);
    m_copy = new QPushButton(tr("Copy"), bar);
    m_copy->setIcon(themeIcon(u"copy"_s));
    setButtonLook(m_copy, ButtonKind::Normal, ButtonSize::Small);
    row->addWidget(m_copy);
    m_snippet = new SnippetView(card);
    auto *notes = new Surface(Token::S2, Qt::TopEdge, card);
    auto *noteRow = rowIn(notes, 6);
    noteRow->setContentsMargins(px(12), px(8), px(12), px(8));
    noteRow->addWidget(new Mark(u"arrow-right"_s, 13, Token::T3, notes));
    m_note = new TextLabel({}, TextStyle::CaptionRegular, Token::T2, notes);
    m_note->setWordWrap(true);
    noteRow->addWidget(m_note, 1);
    lines->addWidget(bar);
    lines->addWidget(m_snippet);
    lines->addWidget(notes);
    connect(m_tabs, &QTabBar::currentChanged, this, &FirstRun::showSnippet);
    connect(m_copy, &QPushButton::clicked, this, &FirstRun::copySnippet);
    return card;
}

QWidget *FirstRun::testRow()
{
    auto *box = new QWidget;
    auto *lines = column(box);
    auto *first = new QWidget(box);
    auto *row = rowIn(first, 12);
    m_send = new QPushButton(tr("Send a test event"), first);
    m_send->setIcon(themeIcon(u"flask-conical"_s, Token::PrimaryText));
    setButtonLook(m_send, ButtonKind::Primary, ButtonSize::Large);
    row->addWidget(m_send);
    auto *words = new TextLabel(
        tr("Sends one tool_used to Weir, the same way an SDK does."), TextStyle::Row, Token::T2, first);
    words->setWordWrap(true);
    row->addWidget(words, 1);
    m_sendError = new TextLabel({}, TextStyle::Row, Token::Err, box);
    m_sendError->setWordWrap(true);
    m_sendError->hide();
    lines->addWidget(first);
    lines->addWidget(m_sendError);
    connect(m_send, &QPushButton::clicked, this, &FirstRun::testEventRequested);
    return box;
}

QWidget *FirstRun::arrival()
{
    auto *card = new Card(true, nullptr);
    auto *lines = column(card);
    auto *first = new QWidget(card);
    first->setMinimumHeight(px(44));
    auto *row = rowIn(first, 8);
    row->setContentsMargins(px(14), 0, px(14), 0);
    m_listening = new TextLabel(tr("Listening on"), TextStyle::RowMedium, Token::T1, first);
    m_address = new TextLabel({}, TextStyle::Code, Token::T1, first);
    m_copyAddress = iconButton(u"copy"_s, tr("Copy address"), first);
    setButtonLook(m_copyAddress, ButtonKind::Ghost, ButtonSize::Small);
    m_waiting = new TextLabel({}, TextStyle::Row, Token::T3, first);
    m_help = linkButton({}, tr("Not arriving?"), first);
    m_help->setCheckable(true);
    row->addWidget(new Mark({}, 8, Token::Ok, first));
    row->addWidget(m_listening);
    row->addWidget(m_address);
    row->addWidget(m_copyAddress);
    row->addStretch();
    row->addWidget(m_waiting);
    row->addWidget(new Divider(first));
    row->addWidget(m_help);
    m_checks = new TextLabel({}, TextStyle::Row, Token::T2, card);
    m_checks->setContentsMargins(px(14), 0, px(14), px(12));
    m_checks->setWordWrap(true);
    m_checks->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_checks->hide();
    lines->addWidget(first);
    lines->addWidget(m_checks);
    connect(m_copyAddress, &QToolButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(m_address->text()); });
    connect(m_help, &QPushButton::toggled, this, [this](bool open) {
        m_checks->setVisible(open);
        updateChecks();
        if (open)
            emit requestsNeeded();
    });
    return card;
}

QWidget *FirstRun::foot()
{
    auto *box = new Surface(Token::S1, Qt::TopEdge, nullptr);
    auto *row = rowIn(box, 6);
    row->setContentsMargins(0, px(16), 0, 0);
    row->addWidget(new Mark(u"lock"_s, 15, Token::T3, box));
    m_leaving = new TextLabel({}, TextStyle::Row, Token::T2, box);
    m_leaving->setWordWrap(true);
    row->addWidget(m_leaving, 1);
    auto *shortcuts = linkButton(u"keyboard"_s, tr("Keyboard shortcuts"), box);
    row->addWidget(shortcuts);
    connect(shortcuts, &QPushButton::clicked, this, &FirstRun::shortcutsRequested);
    return box;
}

void FirstRun::setAddress(const QString &host, quint16 port)
{
    m_host = host;
    m_port = port;
    m_snippets = snippets(host, port ? port : 9347);
    showSnippet(m_tabs->currentIndex());
    m_listening->setText(port ? tr("Listening on") : tr("Not listening"));
    m_address->setText(port ? host + u':' + QString::number(port) : QString());
    m_copyAddress->setVisible(port != 0);
    m_send->setEnabled(port != 0);
    m_demo->setEnabled(port != 0);
    tick();
}

void FirstRun::setUpstream(const UpstreamState &upstream)
{
    const QString host = upstreamHost(upstream);
    m_leaving->setText(host.isEmpty() ? tr("Stays on this machine")
                                      : tr("Events stay on this machine. Flag requests go to %1.").arg(host));
    m_leaving->setToolTip(leavingText(upstream).toolTip);
}

void FirstRun::setRequestCount(qint64 requests)
{
    if (requests == 0 && m_requestCount > 0)
        m_since = m_clock(); // Another session, or emptied.
    m_requestCount = requests;
    tick();
}

void FirstRun::setRequests(const std::vector<StoredRequest> &requests)
{
    m_requests = requests;
    updateChecks();
}

void FirstRun::setSendError(const QString &sentence)
{
    m_sendError->setText(sentence);
    m_sendError->setVisible(!sentence.isEmpty());
}

void FirstRun::showSnippet(int tab)
{
    const Snippet &snippet = m_snippets[tab];
    m_snippet->setSnippet(snippet);
    m_note->setText(
        snippet.note.isEmpty() ? tr("Events go to Weir") : tr("Events go to Weir. %1.").arg(snippet.note));
}

void FirstRun::copySnippet()
{
    QGuiApplication::clipboard()->setText(m_snippets[m_tabs->currentIndex()].code + u'\n');
    tellCopied(m_copy);
}

void FirstRun::tick()
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(m_clock() - m_since).count();
    m_waiting->setVisible(m_port != 0);
    if (m_requestCount > 0)
        m_waiting->setText(tr("%1, no event").arg(counted(m_requestCount, tr("request"))));
    else
        m_waiting->setText(seconds < 60 ? tr("Nothing received for %1 s").arg(seconds)
                                        : tr("Nothing received for %1 min").arg(formatCount(seconds / 60)));
    if (m_help->isChecked() && isVisible())
        emit requestsNeeded();
}

void FirstRun::updateChecks()
{
    QStringList lines;
    if (m_requests.empty())
        lines.append(
            tr("No request has reached Weir. The SDK may still hold its events, or send them elsewhere."));
    else
        lines.append(tr("%1 reached Weir and held no event:")
                         .arg(counted(static_cast<qint64>(m_requests.size()), tr("request"))));
    const std::size_t from = m_requests.size() > requestsListed ? m_requests.size() - requestsListed : 0;
    for (std::size_t i = from; i < m_requests.size(); ++i) {
        const CapturedRequest &request = m_requests[i].request;
        const QString reason = request.error.message.empty() ? tr("answered %1").arg(request.answerStatus)
                                                             : fromUtf8(toText(request.error));
        lines.append(u"    "_s + fromUtf8(request.method) + u' ' + fromUtf8(request.target).left(80) + u": "_s
            + reason);
    }
    lines.append(tr(
        "In a container, 127.0.0.1 is the container itself. A page served over https cannot send to http."));
    m_checks->setText(lines.join(u'\n'));
}

void FirstRun::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        m_content->setMaximumWidth(px(contentWidth));
}

void FirstRun::showEvent(QShowEvent *event)
{
    QScrollArea::showEvent(event);
    tick();
    m_tick.start();
}

void FirstRun::hideEvent(QHideEvent *event)
{
    QScrollArea::hideEvent(event);
    m_tick.stop();
}

} // namespace Weir
