#include "ui/panels/detailpane.h"

#include "ui/models/format.h"
#include "ui/panels/codeview.h"
#include "ui/panels/detailheader.h"
#include "ui/panels/detailtabs.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

enum Tab { PropertiesAt, RequestAt, RawAt };
constexpr auto loadingShownAfter = 300ms;
constexpr auto copiedShownFor = 2s;

} // namespace

DetailPane::DetailPane(QWidget *parent)
    : Surface(Token::S2, {}, parent) // The splitter's handle is the border.
    , m_header(new DetailHeader(this))
    , m_tabs(new QTabBar(this))
    , m_pages(new QStackedWidget(this))
    , m_bodies(new QStackedWidget(this))
    , m_content(new QWidget(this))
    , m_findBar(new QWidget(this))
    , m_footer(new Surface(Token::S2, Qt::TopEdge, this))
    , m_findEdit(new QLineEdit(m_findBar))
    , m_findResult(new TextLabel({}, TextStyle::CaptionRegular, Token::T3, m_findBar))
    , m_messageTitle(new TextLabel({}, TextStyle::CardTitle, Token::T1, this))
    , m_messageText(new TextLabel({}, TextStyle::Row, Token::T3, this))
    , m_properties(new PropertiesTab(m_model, this))
    , m_requestTab(new RequestTab(this))
    , m_raw(new RawTab(this))
    , m_copy(new QPushButton(tr("Copy as JSON"), m_footer))
{
    setAccessibleName(tr("Details"));
    build();
    buildFind();
    buildFooter();
    m_loading.setSingleShot(true);
    m_loading.setInterval(loadingShownAfter);
    connect(&m_loading, &QTimer::timeout, this,
        [this] { showMessage(tr("Loading event %1").arg(raw(m_id)), {}); });
    connect(m_tabs, &QTabBar::currentChanged, this, &DetailPane::showTab);
    connect(m_header, &DetailHeader::closeRequested, this, &DetailPane::closeRequested);
    connect(m_header, &DetailHeader::copyRequested, this, &DetailPane::copyJson);
    connect(m_header, &DetailHeader::traceClicked, this, [this] {
        emit filterRequested({u"trace_id"_s, FilterOp::Is, fromUtf8(m_run.traceId)});
    });
    connect(m_properties, &PropertiesTab::filterRequested, this, &DetailPane::filterRequested);
    connect(m_properties, &PropertiesTab::eventWanted, this, &DetailPane::eventWanted);
    clear();
}

void DetailPane::build()
{
    m_tabs->setAccessibleName(tr("Details"));
    m_tabs->setDrawBase(true);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    for (const QString &title : {tr("Properties"), tr("Request"), tr("Raw")})
        m_tabs->addTab(title);
    for (QWidget *body : std::initializer_list<QWidget *>{m_properties, m_requestTab, m_raw})
        m_bodies->addWidget(body);
    auto *content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(0);
    content->addWidget(m_header);
    auto *tabs = new QHBoxLayout;
    tabs->setContentsMargins(px(6), 0, 0, 0);
    tabs->addWidget(m_tabs, 1);
    content->addLayout(tabs);
    content->addWidget(m_findBar);
    content->addWidget(m_bodies, 1);
    content->addWidget(m_footer);
    auto *message = new QWidget(this);
    auto *lines = new QVBoxLayout(message);
    lines->setContentsMargins(px(14), px(14), px(14), px(14));
    lines->addStretch(2);
    for (TextLabel *line : {m_messageTitle, m_messageText}) {
        line->setAlignment(Qt::AlignHCenter);
        line->setWordWrap(true);
        lines->addWidget(line);
    }
    lines->addStretch(3);
    m_pages->addWidget(m_content);
    m_pages->addWidget(message);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
}

void DetailPane::buildFind()
{
    auto *layout = new QHBoxLayout(m_findBar);
    layout->setContentsMargins(px(12), px(6), px(12), px(6));
    m_findEdit->setPlaceholderText(tr("Find in this tab"));
    m_findEdit->setAccessibleName(tr("Find in details"));
    m_findEdit->installEventFilter(this);
    layout->addWidget(m_findEdit, 1);
    layout->addWidget(m_findResult);
    auto *close = iconButton(u"x"_s, tr("Close find"), m_findBar);
    layout->addWidget(close);
    m_findBar->hide();
    connect(close, &QToolButton::clicked, this, &DetailPane::closeFind);
    connect(m_findEdit, &QLineEdit::textEdited, this, [this] { find(FindStep::Here); });
}

void DetailPane::buildFooter()
{
    m_footer->setFixedHeight(px(44));
    auto *layout = new QHBoxLayout(m_footer);
    layout->setContentsMargins(px(12), 0, px(12), 0);
    m_copy->setIcon(themeIcon(u"copy"_s));
    layout->addWidget(m_copy);
    layout->addStretch();
    connect(m_copy, &QPushButton::clicked, this, &DetailPane::copyJson);
}

void DetailPane::setPlace(Place place)
{
    m_place = place;
    const bool bottom = place == Place::Bottom;
    m_header->setPlace(place);
    m_properties->setColumns(bottom);
    m_requestTab->setSideBySide(bottom);
    m_raw->setSideBySide(bottom);
    m_footer->setVisible(!bottom);
    setMinimumSize(bottom ? QSize(px(320), px(140)) : QSize(px(320), px(200)));
}

void DetailPane::showMessage(const QString &title, const QString &text)
{
    m_messageTitle->setText(title);
    m_messageText->setText(text);
    m_pages->setCurrentIndex(1);
}

void DetailPane::clear()
{
    m_loading.stop();
    m_id = {};
    m_run = {};
    m_showsRun = false;
    m_model.clear();
    showMessage(
        tr("No event selected"), tr("Select an event to see its properties, its request and its bytes."));
}

void DetailPane::setLoading(EventId id)
{
    m_id = id;
    if (!m_loading.isActive())
        m_loading.start();
}

void DetailPane::setError(const QString &sentence)
{
    m_loading.stop();
    showMessage(tr("The event cannot be shown"), sentence);
}

void DetailPane::setEvent(const StoredEvent &event, const StoredRequest &request, const TraceSummary &trace,
    qint64 position, const std::vector<Violation> &violations)
{
    m_violations = violations;
    m_loading.stop();
    m_id = event.event.id;
    m_event = event;
    m_request = request;
    m_run = trace;
    m_run.traceId = event.event.traceId; // Also of an event whose run could not be read.
    m_showsRun = false;
    m_header->setEvent(event, trace, position);
    showTabs(true, true, true);
}

void DetailPane::setRequest(const StoredRequest &request)
{
    m_loading.stop();
    m_id = {};
    m_event = {};
    m_request = request;
    m_run = {};
    m_showsRun = false;
    m_header->setRequest(request);
    showTabs(false, true, false);
}

void DetailPane::setRun(const TraceSummary &run)
{
    m_loading.stop();
    if (m_showsRun && run == m_run)
        return;
    m_id = {};
    m_event = {};
    m_request = {};
    m_run = run;
    m_showsRun = true;
    m_header->setRun(run);
    showTabs(true, false, false);
}

void DetailPane::showTabs(bool properties, bool request, bool bytes)
{
    m_filled = 0;
    const bool isThere[] = {properties, request, bytes};
    const int tab = isThere[m_wantedTab] ? m_wantedTab : properties ? PropertiesAt : RequestAt;
    m_tabs->setTabVisible(tab, true);
    m_isSwitching = true; // What the user chose last comes back with what has it.
    m_tabs->setCurrentIndex(tab);
    m_isSwitching = false;
    for (const int each : {PropertiesAt, RequestAt, RawAt})
        m_tabs->setTabVisible(each, isThere[each]);
    m_copy->setEnabled(!m_event.payload.isEmpty());
    fillTab();
    m_pages->setCurrentIndex(0);
}

void DetailPane::setRunFlags(qint64 trace, const std::vector<RunFlag> &flags)
{
    m_flagsRun = TraceRow(trace);
    m_flags = flags;
    if (m_run.row == m_flagsRun)
        showFlags();
}

void DetailPane::showFlags()
{
    const bool isOurs = raw(m_flagsRun) != 0 && m_run.row == m_flagsRun;
    m_model.setRunFlags(isOurs ? std::optional(m_flags) : std::nullopt);
}

void DetailPane::showTab(int tab)
{
    m_bodies->setCurrentIndex(tab);
    if (!m_isSwitching)
        m_wantedTab = tab;
    fillTab();
}

void DetailPane::fillTab()
{
    // Only the tab in sight: a body of many megabytes is not decoded for someone who reads properties.
    const int tab = m_tabs->currentIndex();
    if (tab < 0 || (m_filled & (1u << tab)))
        return;
    m_filled |= 1u << tab;
    if (tab == PropertiesAt) {
        if (m_showsRun)
            m_model.setRun(m_run);
        else
            m_model.setEvent(m_event, m_violations);
        showFlags();
    } else if (tab == RequestAt)
        m_requestTab->setRequest(m_request, m_event.event);
    else
        m_raw->setEvent(m_event);
}

void DetailPane::nextTab()
{
    m_tabs->setCurrentIndex((m_tabs->currentIndex() + 1) % m_tabs->count());
}

void DetailPane::previousTab()
{
    m_tabs->setCurrentIndex((m_tabs->currentIndex() + m_tabs->count() - 1) % m_tabs->count());
}

void DetailPane::copyJson()
{
    if (m_event.payload.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(QString::fromUtf8(m_event.payload));
    m_copy->setText(tr("Copied"));
    QTimer::singleShot(copiedShownFor, m_copy, [this] { m_copy->setText(tr("Copy as JSON")); });
}

void DetailPane::openFind()
{
    if (m_pages->currentIndex() != 0)
        return;
    m_findBar->show();
    m_findEdit->setFocus(Qt::ShortcutFocusReason);
    m_findEdit->selectAll();
}

void DetailPane::closeFind()
{
    m_findBar->hide();
    m_findResult->clear();
    m_bodies->currentWidget()->setFocus();
}

void DetailPane::find(FindStep step)
{
    const QString text = m_findEdit->text();
    if (text.isEmpty())
        return m_findResult->clear();
    const int tab = m_tabs->currentIndex();
    const bool found = tab == PropertiesAt ? m_properties->find(text, step)
        : tab == RequestAt                 ? m_requestTab->code()->find(text, step)
                                           : m_raw->code()->find(text, step);
    m_findResult->setText(found ? QString() : tr("Not found"));
}

bool DetailPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_findEdit
        || (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride))
        return Surface::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool closes = key->key() == Qt::Key_Escape;
    const bool finds = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (!closes && !finds)
        return false;
    event->accept();
    if (event->type() == QEvent::ShortcutOverride)
        return false;
    if (closes)
        closeFind();
    else
        find(key->modifiers().testFlag(Qt::ShiftModifier) ? FindStep::Previous : FindStep::Next);
    return true;
}

} // namespace Weir
