#include "ui/panels/livepanel.h"

#include "ui/models/format.h"
#include "ui/panels/facetbar.h"
#include "ui/panels/livetoolbar.h"
#include "ui/panels/liveview.h"
#include "ui/panels/overviewstrip.h"
#include "ui/panels/requestsview.h"
#include "ui/panels/tokenedit.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int toolbarHeight = 44, facetHeight = 34, overviewHeight = 46, searchLineHeight = 28;
constexpr int narrowWindow = 1180, lowWindow = 760;
constexpr auto leastOverview = std::chrono::minutes(2);
constexpr int tellSearchAfterMs = 300, histogramMs = 1000;

QPushButton *linkButton(const QString &text, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    setButtonLook(button, ButtonKind::Link, ButtonSize::Small);
    return button;
}

} // namespace

LivePanel::LivePanel(QWidget *parent)
    : QWidget(parent)
    , m_toolbar(new LiveToolbar(this))
    , m_facets(new FacetBar(this))
    , m_overview(new OverviewStrip(this))
    , m_searchLine(new Surface(Token::S1, Qt::BottomEdge, this))
    , m_searchText(new TextLabel({}, TextStyle::Row, Token::T2, m_searchLine))
    , m_pages(new QStackedWidget(this))
    , m_view(new LiveView(&m_model, this))
    , m_requests(new RequestsView(this))
    , m_note(new QWidget(m_view))
    , m_noteText(new TextLabel({}, TextStyle::Row, Token::T2, m_note))
{
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(tellSearchAfterMs);
    m_histogramTimer.setSingleShot(true);
    build();
    join();
    joinList();
}

TokenEdit *LivePanel::filter() const
{
    return m_toolbar->filter();
}

// ---- Building

void LivePanel::build()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    fit();
    auto *line = new QHBoxLayout(m_searchLine);
    line->setContentsMargins(px(12), 0, px(12), 1);
    line->addWidget(m_searchText);
    QPushButton *cancel = linkButton(tr("Cancel"), m_searchLine);
    connect(cancel, &QPushButton::clicked, &m_model, &LiveModel::cancelSearch);
    line->addWidget(cancel);
    line->addStretch();
    m_searchLine->hide();
    auto *note = new QHBoxLayout(m_note);
    note->addWidget(m_noteText);
    QPushButton *clear = linkButton(tr("Clear filter"), m_note);
    connect(clear, &QPushButton::clicked, this, [this] { filter()->clear(); });
    note->addWidget(clear);
    m_note->hide();
    m_view->installEventFilter(this);
    m_pages->addWidget(m_view);
    m_pages->addWidget(m_requests);
    for (QWidget *part : std::initializer_list<QWidget *>{m_facets, m_overview, m_searchLine})
        layout->addWidget(part);
    layout->addWidget(m_pages, 1);
}

/// Heights follow the text scale.
void LivePanel::fit()
{
    m_toolbar->setFixedHeight(px(toolbarHeight));
    m_facets->setFixedHeight(px(facetHeight));
    m_overview->setFixedHeight(px(overviewHeight));
    m_searchLine->setFixedHeight(px(searchLineHeight));
}

void LivePanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fit();
}

void LivePanel::join()
{
    connect(m_toolbar, &LiveToolbar::pauseToggled, &m_model, &LiveModel::setPaused);
    connect(m_toolbar, &LiveToolbar::clearWanted, this, &LivePanel::askToClear);
    connect(m_toolbar, &LiveToolbar::flatToggled, this, [this](bool flat) {
        m_model.setGrouping(flat ? LiveRows::Grouping::Flat : LiveRows::Grouping::ByTrace);
        m_view->setAccessibleName(flat ? tr("Live events") : tr("Live events, grouped by trace"));
    });
    connect(m_toolbar, &LiveToolbar::columnsMenuWanted, this, &LivePanel::showColumns);
    connect(filter(), &TokenEdit::filterChanged, this, &LivePanel::filterChanged);
    connect(filter(), &TokenEdit::valuesNeeded, this, &LivePanel::askForValues);
    connect(filter(), &TokenEdit::dismissed, m_view, qOverload<>(&QWidget::setFocus));
    connect(m_facets, &FacetBar::allWanted, this, &LivePanel::clearFacets);
    connect(m_facets, &FacetBar::termToggled, this, &LivePanel::setTerm);
    connect(m_facets, &FacetBar::requestsWanted, this, &LivePanel::showRequests);
    connect(m_overview, &OverviewStrip::brushChanged, this, &LivePanel::setTimeTerms);
    connect(m_requests, &RequestsView::requestSelected, this, &LivePanel::requestSelected);
    connect(m_view, &LiveView::columnsArranged, this, &LivePanel::stateChanged);
    connect(m_toolbar, &LiveToolbar::flatToggled, this, &LivePanel::stateChanged);
}

void LivePanel::joinList()
{
    connect(&m_model, &LiveModel::modeChanged, this,
        [this](LiveModel::Mode mode) { m_toolbar->setPaused(mode == LiveModel::Mode::Paused); });
    connect(&m_model, &LiveModel::sessionChanged, this, &LivePanel::sessionChanged);
    connect(&m_model, &LiveModel::searchChanged, this, &LivePanel::searchChanged);
    connect(&m_searchTimer, &QTimer::timeout, this, &LivePanel::showSearch);
    connect(&m_histogramTimer, &QTimer::timeout, this, &LivePanel::askForHistogram);
    connect(m_view, &LiveView::currentChanged, this, &LivePanel::selectRow);
    connect(m_view, &LiveView::pauseWanted, this, &LivePanel::togglePause);
    connect(m_view, &LiveView::problemWanted, this,
        [this](bool forward) { m_model.findProblem(m_view->current().event, forward); });
    connect(m_view, &LiveView::filterWanted, this,
        [this](const QString &key, const QString &value, bool exclude) {
            setTerm({key, exclude ? FilterOp::IsNot : FilterOp::Is, value}, true);
        });
    connect(m_view, &LiveView::copyWanted, this, [this] { copySelection(*m_view); });
    connect(m_view, &LiveView::menuWanted, this, &LivePanel::showMenu);
    connect(m_view, &LiveView::activated, this, &LivePanel::detailsWanted);
}

// ---- Filter

void LivePanel::setTerm(const FilterTerm &term, bool on)
{
    QList<FilterTerm> terms = filter()->terms();
    terms.removeAll(term);
    if (on) {
        terms.removeIf([&term](const FilterTerm &old) { return excludeEachOther(term, old); });
        terms.append(term);
    }
    filter()->setTerms(terms);
}

void LivePanel::clearFacets()
{
    showRequests(false);
    QList<FilterTerm> terms = filter()->terms();
    terms.removeIf([](const FilterTerm &term) { return term.key == "status"_L1 || term.key == "notice"_L1; });
    filter()->setTerms(terms);
    m_facets->setFilter(m_model.filter());
}

void LivePanel::setTimeTerms(const std::optional<UtcTime> &since, const std::optional<UtcTime> &until)
{
    QList<FilterTerm> terms = filter()->terms();
    terms.removeIf([](const FilterTerm &term) { return term.key == "since"_L1 || term.key == "until"_L1; });
    const auto text = [](UtcTime time) {
        // A time of day means the last one that was, so older moments are written whole.
        return systemNow() - time < std::chrono::hours(23) ? formatClock(time).left(8)
                                                           : fromUtf8(toRfc3339(time));
    };
    if (since)
        terms.prepend({u"since"_s, FilterOp::Is, text(*since)});
    if (until)
        terms.insert(since ? 1 : 0, {u"until"_s, FilterOp::Is, text(*until)});
    filter()->setTerms(terms);
}

void LivePanel::filterChanged(const EventFilter &changed)
{
    showRequests(false);
    m_model.setFilter(changed);
    m_facets->setFilter(changed);
    m_overview->setBrush(changed.since, changed.until);
}

void LivePanel::searchChanged()
{
    const LiveModel::Search &search = m_model.search();
    if (!search.running) {
        m_searchTimer.stop();
        m_searchLine->hide();
    } else if (!m_searchTimer.isActive() && m_searchLine->isHidden()) {
        m_searchTimer.start();
    } else if (!m_searchLine->isHidden()) {
        showSearch();
    }
    placeNote();
}

void LivePanel::showSearch()
{
    const LiveModel::Search &search = m_model.search();
    if (!search.running)
        return;
    const qint64 percent = search.total > 0 ? std::min<qint64>(100, search.scanned * 100 / search.total) : 0;
    m_searchText->setText(
        tr("Searching, %1 %, %2 match").arg(percent).arg(counted(m_model.rows().matchCount(), tr("event"))));
    m_searchLine->show();
}

void LivePanel::placeNote()
{
    const bool empty
        = m_model.rows().isFiltered() && !m_model.search().running && m_model.rows().count() == 0;
    m_note->setVisible(empty);
    if (!empty)
        return;
    QString text
        = tr("No event matches this filter. %1 are hidden.").arg(formatCount(m_model.session().events));
    if (m_model.mode() == LiveModel::Mode::Paused)
        text = tr("%1 View is paused, %2 waiting.").arg(text, formatCount(m_model.waiting()));
    m_noteText->setText(text);
    m_note->adjustSize();
    m_note->move((m_view->width() - m_note->width()) / 2, m_view->height() / 3);
    m_note->raise();
}

void LivePanel::askForValues(const QString &key, const QString &part)
{
    if (key != "event"_L1) {
        emit valuesNeeded({++m_generation, key.toStdString(), part.toStdString(), 8});
        return;
    }
    // The session counts names itself.
    QList<ValueCount> values;
    for (const auto &[name, count] : m_model.session().byName) {
        const QString value = fromUtf8(name);
        if (value.contains(part, Qt::CaseInsensitive))
            values.append({value, count});
    }
    filter()->setValues(key, values);
}

void LivePanel::setValues(const ValuesReport &report)
{
    if (report.order.key.empty()) {
        QStringList keys;
        for (const TextCount &key : report.values)
            keys.append(fromUtf8(key.text));
        filter()->setKeys(keys);
        return;
    }
    QList<ValueCount> values;
    for (const TextCount &value : report.values)
        values.append({fromUtf8(value.text), value.count});
    filter()->setValues(fromUtf8(report.order.key), values);
}

// ---- The session

void LivePanel::sessionChanged()
{
    const SessionSummary &session = m_model.session();
    m_facets->setSession(session);
    askForHistogram();
    if (session.failedRequests != m_failedRequests) {
        m_failedRequests = session.failedRequests;
        if (m_pages->currentWidget() == m_requests)
            askForRequests();
    }
    // Keys come with the first events; later only new kinds of events bring more.
    constexpr quint64 anyGeneration = 0;
    if (session.events > 0 && (m_keysAt == 0 || session.events > 2 * m_keysAt)) {
        m_keysAt = session.events;
        emit valuesNeeded({anyGeneration, {}, {}, 200});
    }
    placeNote();
}

void LivePanel::askForHistogram()
{
    const SessionSummary &session = m_model.session();
    if (session.events == m_histogramEvents || !m_overview->isVisibleTo(this) || m_histogramTimer.isActive())
        return;
    m_histogramEvents = session.events;
    if (!session.firstAt || !session.lastAt) {
        m_overview->setHistogram({});
        return;
    }
    m_histogramTimer.start(histogramMs); // And then again, when there is more by then.
    // A short session is shown at a second a bar, not in bars as wide as a hand.
    const UtcTime end = *session.lastAt + std::chrono::seconds(1);
    const UtcTime begin = std::min(*session.firstAt, end - leastOverview);
    emit histogramNeeded({++m_generation, begin, end, m_overview->wantedBuckets()});
}

void LivePanel::setHistogram(quint64, const Histogram &histogram)
{
    m_overview->setHistogram(histogram); // Any is better than none; they come in order.
}

void LivePanel::askForRequests()
{
    RequestPageRequest request;
    request.states = {RequestState::Failed, RequestState::NotUnderstood};
    request.order = EventPageRequest::Order::Descending;
    request.limit = 1000;
    m_requestsGeneration = ++m_generation;
    emit requestsNeeded(m_requestsGeneration, request);
}

void LivePanel::setRequests(quint64 generation, const RequestPage &page)
{
    if (generation == m_requestsGeneration)
        m_requests->setRequests(page);
}

void LivePanel::showRequests(bool on)
{
    m_pages->setCurrentWidget(on ? static_cast<QWidget *>(m_requests) : m_view);
    m_facets->setShowsRequests(on);
    if (on)
        askForRequests();
}

void LivePanel::selectRow(const LiveRow &row)
{
    if (row.kind == LiveRow::Kind::Event && raw(row.event) != 0)
        emit eventSelected(raw(row.event));
    const EventRow *event = raw(row.event) != 0 ? m_model.event(row.event) : nullptr;
    const TraceRow trace = event ? event->trace : row.trace; // The flat list has no groups.
    emit traceSelected(trace == m_model.session().untraced ? 0 : raw(trace), raw(row.event));
}

void LivePanel::togglePause()
{
    m_model.setPaused(m_model.mode() != LiveModel::Mode::Paused);
}

void LivePanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_overview->setVisible(window()->width() >= narrowWindow || window()->height() >= lowWindow);
    m_view->columnsChanged();
    // Another width has room for another number of bars.
    m_histogramEvents = -1;
    askForHistogram();
}

bool LivePanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view && event->type() == QEvent::Resize)
        placeNote();
    return QWidget::eventFilter(watched, event);
}

QVariantMap LivePanel::state() const
{
    return {{u"columns"_s, m_view->columns().state()},
        {u"flat"_s, m_model.rows().grouping() == LiveRows::Grouping::Flat},
        {u"matchingOnly"_s, m_model.isMatchingOnly()}};
}

void LivePanel::restore(const QVariantMap &state)
{
    if (state.isEmpty())
        return;
    m_view->columns().restore(state.value(u"columns"_s).toList());
    m_view->columnsChanged();
    const bool flat = state.value(u"flat"_s).toBool();
    m_toolbar->setGrouping(flat ? LiveRows::Grouping::Flat : LiveRows::Grouping::ByTrace);
    m_model.setMatchingOnly(state.value(u"matchingOnly"_s).toBool());
}

} // namespace Weir
