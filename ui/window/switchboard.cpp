#include "ui/window/switchboard.h"

#include "ui/models/flagtexts.h"
#include "ui/models/format.h"
#include "ui/panels/democontrols.h"
#include "ui/panels/lastevents.h"
#include "ui/panels/stripboard.h"
#include "ui/panels/switchrow.h"
#include "ui/panels/tallboard.h"
#include "ui/theme/theme.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QCloseEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScreen>
#include <QShortcut>
#include <QVBoxLayout>
#include <QWindow>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int paneWidth = 400, narrowestPane = 360, widestPane = 560, narrowestStrip = 780, stripHeight = 60;
constexpr int edgeWidth = 5, screenGap = 24;
constexpr qint64 alertEveryMs = 5'000;

bool isWayland()
{
    return QGuiApplication::platformName().startsWith("wayland"_L1);
}

/// A window of its own for screen readers, which a bare widget is not.
QAccessibleInterface *makeAccessible(const QString &name, QObject *object)
{
    auto *window = name == "Weir::Switchboard"_L1 ? qobject_cast<Switchboard *>(object) : nullptr;
    return window ? new QAccessibleWidget(window, QAccessible::Dialog, window->windowTitle()) : nullptr;
}

} // namespace

/// The left or right edge, by which the window is made wider.
class Switchboard::Edge : public QWidget
{
public:
    Edge(Qt::Edge edge, QWidget *parent)
        : QWidget(parent)
        , m_edge(edge)
    {
        setCursor(Qt::SizeHorCursor);
    }

protected:
    void mousePressEvent(QMouseEvent *event) override
    {
        if (event->button() == Qt::LeftButton && window()->windowHandle())
            window()->windowHandle()->startSystemResize(m_edge);
    }

private:
    Qt::Edge m_edge;
};

Switchboard::Switchboard(FlagBoard &board, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_board(board)
    , m_clock(std::move(clock))
{
    static const bool isInstalled = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(isInstalled)
    // Where a compositor decides what is on top, its own frame has the menu for it.
    Qt::WindowFlags flags = Qt::Tool | Qt::WindowStaysOnTopHint;
    if (!isWayland())
        flags |= Qt::FramelessWindowHint;
    setWindowFlags(flags);
    setWindowTitle(tr("Demo – Weir"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    m_edges = {new Edge(Qt::LeftEdge, this), new Edge(Qt::RightEdge, this)};
    build();
    addKeys();
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &Switchboard::refresh);
    connect(&board, &FlagBoard::reportChanged, this, &Switchboard::refresh);
    connect(&board, &FlagBoard::scenesChanged, this, [this] {
        m_keys.clear(); // Those of the scenes go first.
        refresh();
    });
    qApp->installEventFilter(this);
}

Switchboard::~Switchboard() = default;

void Switchboard::build()
{
    delete m_tall;
    delete m_strip;
    m_scale = px(100);
    m_tall = new TallBoard(this);
    m_strip = new StripBoard(this);
    for (BoardForm *form : {static_cast<BoardForm *>(m_tall), static_cast<BoardForm *>(m_strip)}) {
        join(form);
        form->setPinned(m_pinned);
        if (isWayland())
            form->setPinHint(tr("Your desktop decides: “Always on top” is in the menu of its window frame"));
        layout()->addWidget(form);
    }
    m_tall->setVisible(m_form == Form::Pane);
    m_strip->setVisible(m_form == Form::Strip);
    m_tall->events()->setEvents(m_events, m_personal, m_clock());
    for (Edge *edge : m_edges)
        edge->raise();
}

void Switchboard::join(BoardForm *form)
{
    connect(form, &BoardForm::toggleWanted, this, &Switchboard::toggle);
    connect(form, &BoardForm::variantWanted, this, &Switchboard::chooseVariant);
    connect(form, &BoardForm::sceneWanted, this, &Switchboard::chooseScene);
    connect(form, &BoardForm::formWanted, this,
        [this] { setForm(m_form == Form::Pane ? Form::Strip : Form::Pane); });
    connect(form, &BoardForm::pinWanted, this, &Switchboard::setPinned);
    connect(form, &BoardForm::minimiseWanted, this, &QWidget::showMinimized);
    connect(form, &BoardForm::closeWanted, this, &QWidget::close);
    connect(form, &BoardForm::keepWanted, this, [this] { closeFor(false); });
    connect(form, &BoardForm::removeWanted, this, [this] { closeFor(true); });
    connect(form, &BoardForm::cancelWanted, this, [this] { setAsking(false); });
}

void Switchboard::addKeys()
{
    const auto on = [this](Qt::KeyboardModifiers modifiers, Qt::Key key, auto does) {
        const QKeySequence keys(QKeyCombination(modifiers, key));
        connect(new QShortcut(keys, this), &QShortcut::activated, this, does);
    };
    for (int i = 0; i < mostSwitches; ++i) {
        const auto digit = static_cast<Qt::Key>(Qt::Key_1 + i);
        on(Qt::NoModifier, digit, [this, i] { toggle(i); });
        on(Qt::ShiftModifier, digit, [this, i] { nextVariant(i); });
    }
    on(Qt::NoModifier, Qt::Key_0, [this] { chooseScene(-1); });
    on(Qt::NoModifier, Qt::Key_Escape, [this] {
        if (m_asking)
            setAsking(false);
        else
            emit returnWanted();
    });
}

BoardForm *Switchboard::current() const
{
    return m_form == Form::Pane ? static_cast<BoardForm *>(m_tall) : m_strip;
}

// ---- What it shows

BoardView Switchboard::view() const
{
    BoardView view;
    view.now = m_clock();
    const FlagReport &report = m_board.report();
    for (std::size_t i = 0; i < m_keys.size(); ++i)
        view.switches.push_back(demoSwitch(*flagAt(i), report.upstream, report.clients, view.now));
    for (const FlagScene &scene : m_board.scenes()) {
        view.scenes << fromUtf8(scene.name);
        for (DemoSwitch &each : view.switches) {
            for (const FlagOverride &override : scene.overrides) {
                const QString variant = fromUtf8(override.value.variant);
                if (override.key == each.key && !variant.isEmpty() && !each.variants.contains(variant))
                    each.variants << variant;
            }
        }
    }
    view.activeScene = m_board.activeScene();
    view.overrides = m_board.overrideCount();
    view.hidden = static_cast<int>(std::ranges::count_if(report.flags, [this](const FlagState &flag) {
        return flag.override && std::ranges::find(m_keys, flag.key) == m_keys.end();
    }));
    for (const FlagClient &client : report.clients) {
        (client.isConnected(view.now) ? view.sdks : view.silentSdks)
            << tr("%1, %2 ago").arg(sdkText(client.sdk), roughAge(view.now - client.heardAt));
    }
    return view;
}

void Switchboard::refresh()
{
    m_keys = switchKeys(m_board.scenes(), m_board.report(), m_keys);
    for (const FlagState &flag : m_board.report().flags) {
        if (const auto value = flag.override ? flag.override->value : flag.upstream.value_or(FlagValue());
            value.isOn)
            m_lastOn.insert_or_assign(flag.key, value);
    }
    if (!isVisible())
        return;
    const BoardView shown = view();
    if (m_asking && shown.overrides == 0)
        setAsking(false);
    current()->setView(shown);
    announce(shown);
    fit();
}

/// A screen reader is told of what was picked up, not too often.
void Switchboard::announce(const BoardView &view)
{
    for (std::size_t i = 0; i < view.switches.size(); ++i) {
        const DemoSwitch &each = view.switches[i];
        const auto before = m_stages.find(each.key);
        const bool isNews = before != m_stages.end() && before->second < 3 && each.stage == 3;
        if (isNews && (!m_sinceAlert.isValid() || m_sinceAlert.elapsed() > alertEveryMs)) {
            current()->cells().at(qsizetype(i))->announce();
            m_sinceAlert.start();
        }
        m_stages.insert_or_assign(each.key, each.stage);
    }
}

void Switchboard::setEvents(const std::vector<EventRow> &events, const QStringList &personal)
{
    m_events = events;
    m_personal = personal;
    m_tall->events()->setEvents(m_events, m_personal, m_clock());
}

// ---- What it asks for

/// Nothing: there is no such switch.
std::optional<FlagState> Switchboard::flagAt(std::size_t place) const
{
    if (place >= m_keys.size())
        return std::nullopt;
    if (const FlagState *const known = m_board.find(m_keys[place]))
        return *known;
    FlagState unknown; // Of a scene, and nobody has asked for it yet.
    unknown.key = m_keys[place];
    return unknown;
}

void Switchboard::toggle(int place)
{
    const auto flag = flagAt(static_cast<std::size_t>(place));
    if (!flag || m_asking)
        return;
    const DemoSwitch now = demoSwitch(*flag, m_board.report().upstream, {}, m_clock());
    const auto last = m_lastOn.find(flag->key);
    const FlagValue on
        = onValue(*flag, m_board.scenes(), last == m_lastOn.end() ? FlagValue::off() : last->second);
    m_board.setOverride(overrideBySwitch(*flag, m_board.scenes(), now.isOn ? FlagValue::off() : on));
}

void Switchboard::chooseVariant(int place, const QString &variant)
{
    if (const auto flag = flagAt(static_cast<std::size_t>(place))) {
        const FlagValue value = FlagValue::of(variant.toStdString());
        m_board.setOverride(overrideBySwitch(*flag, m_board.scenes(), value));
    }
}

void Switchboard::nextVariant(int place)
{
    const BoardView shown = view();
    if (place >= static_cast<int>(shown.switches.size()) || m_asking)
        return;
    const DemoSwitch &now = shown.switches[static_cast<std::size_t>(place)];
    if (now.variants.isEmpty())
        return;
    const qsizetype at = now.isOn ? now.variants.indexOf(now.variant) : -1;
    chooseVariant(place, now.variants.at((at + 1) % now.variants.size()));
}

void Switchboard::chooseScene(int place)
{
    if (place < 0)
        m_board.clearAll();
    else
        m_board.applyScene(place);
}

// ---- The window

void Switchboard::open()
{
    if (!isVisible()) {
        m_keys.clear();
        setAsking(false);
    }
    if (isMinimized())
        showNormal();
    show();
    raise();
    activateWindow();
    refresh();
    if (const QList<SwitchCell *> &cells = current()->cells(); !cells.isEmpty() && !focusWidget())
        cells.first()->control()->setFocus();
}

void Switchboard::setForm(Form form)
{
    if (form == m_form)
        return;
    if (isVisible())
        m_places[static_cast<std::size_t>(m_form)] = geometry();
    m_form = form;
    m_fitted = 0;
    setAsking(false);
    m_tall->setVisible(form == Form::Pane);
    m_strip->setVisible(form == Form::Strip);
    const QRect before = m_places[static_cast<std::size_t>(form)];
    refresh();
    fit();
    if (before.isValid())
        setGeometry(before);
    if (const QList<SwitchCell *> &cells = current()->cells(); !cells.isEmpty())
        cells.first()->control()->setFocus();
}

/// As high as its content, where the screen has the room; as wide as it was made.
void Switchboard::fit()
{
    if (m_form == Form::Strip) {
        setMinimumWidth(px(narrowestStrip));
        setMaximumWidth(QWIDGETSIZE_MAX);
        setFixedHeight(px(stripHeight) + 2);
        if (!m_places[1].isValid() && m_fitted == 0)
            place(
                {qMax(px(narrowestStrip),
                     qMin(m_strip->wantedWidth() + 2, screen()->availableGeometry().width() - 2 * screenGap)),
                    height()});
        m_fitted = height();
        return;
    }
    setMinimumSize(px(narrowestPane), px(240));
    setMaximumSize(px(widestPane), QWIDGETSIZE_MAX);
    layout()->activate();
    const int room = screen()->availableGeometry().height() - 2 * screenGap;
    const int wanted = qMin(m_tall->sizeHint().height() + 2, room);
    const bool isFirst = !m_places[0].isValid() && m_fitted == 0;
    if (wanted == m_fitted)
        return;
    m_fitted = wanted;
    if (isFirst)
        place({px(paneWidth), wanted});
    else
        resize(width(), wanted);
}

/// At first at the right, or at the bottom: the app that is shown has the rest.
void Switchboard::place(const QSize &size)
{
    const QRect area = screen()->availableGeometry();
    resize(size);
    if (m_form == Form::Strip)
        move(area.x() + (area.width() - size.width()) / 2, area.bottom() - size.height() - screenGap);
    else
        move(area.right() - size.width() - screenGap, area.y() + screenGap);
}

void Switchboard::setPinned(bool pinned)
{
    m_pinned = pinned;
    m_tall->setPinned(pinned);
    m_strip->setPinned(pinned);
    // Of the window alone: QWidget would make another one.
    if (windowHandle())
        windowHandle()->setFlag(Qt::WindowStaysOnTopHint, pinned);
    overrideWindowFlags(windowFlags().setFlag(Qt::WindowStaysOnTopHint, pinned));
}

void Switchboard::setAsking(bool asking)
{
    m_asking = asking;
    current()->setAsking(asking);
}

void Switchboard::closeFor(bool removing)
{
    if (removing)
        m_board.clearAll();
    m_closing = true;
    close();
    m_closing = false;
}

void Switchboard::closeEvent(QCloseEvent *event)
{
    if (m_board.overrideCount() > 0 && !m_closing && !m_quitting) {
        setAsking(true);
        event->ignore();
        return;
    }
    QWidget::closeEvent(event);
    emit returnWanted();
}

bool Switchboard::eventFilter(QObject *watched, QEvent *event)
{
    // The end of the program is not asked about: overrides that are not pinned go with it.
    if (event->type() == QEvent::Quit)
        m_quitting = true;
    return QWidget::eventFilter(watched, event);
}

void Switchboard::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_second.start();
    refresh();
    emit shown();
}

void Switchboard::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_second.stop();
    setAsking(false);
}

void Switchboard::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::StyleChange || m_scale == px(100))
        return;
    // Another text scale: margins are as they were made. Not now, while all widgets are told of it.
    QMetaObject::invokeMethod(
        this,
        [this] {
            build();
            m_places = {};
            m_fitted = 0;
            refresh();
        },
        Qt::QueuedConnection);
}

void Switchboard::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_edges[0]->setGeometry(0, 0, edgeWidth, height());
    m_edges[1]->setGeometry(width() - edgeWidth, 0, edgeWidth, height());
}

void Switchboard::mousePressEvent(QMouseEvent *event)
{
    // What no control took: the ground.
    if (event->button() == Qt::LeftButton && windowHandle())
        windowHandle()->startSystemMove();
}

void Switchboard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Token::Line3));
}

} // namespace Weir
