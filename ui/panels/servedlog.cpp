#include "ui/panels/servedlog.h"

#include "ui/delegates/serveddelegate.h"
#include "ui/models/flagtexts.h"
#include "ui/models/format.h"
#include "ui/panels/indentedheader.h"
#include "ui/panels/segmentbar.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QResizeEvent>
#include <QScrollBar>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace Weir {

namespace {

constexpr int sdksSideBySide = 4, narrowWidth = 800;
constexpr auto followsEvery = std::chrono::milliseconds(250);

/// Its cells are painted whole by the delegate.
class LogView : public QTreeView
{
public:
    using QTreeView::QTreeView;

protected:
    void drawBranches(QPainter *, const QRect &, const QModelIndex &) const override { }
    void mouseMoveEvent(QMouseEvent *event) override
    {
        QTreeView::mouseMoveEvent(event);
        const QModelIndex index = indexAt(event->pos());
        const auto *table = static_cast<const ServedTable *>(model());
        const bool isLink = index.column() == ServedTable::Seen && !table->seenTrace(index.row()).isEmpty();
        viewport()->setCursor(isLink ? Qt::PointingHandCursor : Qt::ArrowCursor);
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (isEnter && currentIndex().isValid())
            emit clicked(currentIndex().siblingAtColumn(ServedTable::Seen));
        else
            QTreeView::keyPressEvent(event);
    }
};

} // namespace

ServedLog::ServedLog(const FlagListModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_head(new Surface(Token::S2, Qt::BottomEdge, this))
    , m_key(new TextLabel({}, TextStyle::Mono, Token::T2, m_head))
    , m_empty(new TextLabel({}, TextStyle::Row, Token::T3, this))
    , m_filter(new ChoiceBar(tr("SDK"), sdksSideBySide, m_head))
    , m_view(new LogView(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *row = new QHBoxLayout(m_head);
    row->setContentsMargins(px(12), 0, px(12), 0);
    row->addWidget(new TextLabel(tr("Served"), TextStyle::CardTitle, Token::T1, m_head));
    m_key->setEliding(true);
    row->addWidget(m_key, 1);
    row->addWidget(m_filter);
    layout->addWidget(m_head);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_empty, 1);
    m_empty->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_empty->setContentsMargins(px(14), px(20), px(14), 0);
    m_empty->setWordWrap(true);
    m_view->setModel(&m_table);
    m_view->setItemDelegate(new ServedDelegate(m_view));
    m_view->setRootIsDecorated(false);
    m_view->setIndentation(0);
    m_view->setUniformRowHeights(true);
    m_view->setMouseTracking(true);
    m_view->setAllColumnsShowFocus(true);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setAccessibleName(tr("Values served, newest first"));
    m_view->setHeader(new IndentedHeader(m_view));
    m_view->header()->setStretchLastSection(true);
    connect(m_view, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        if (const QString trace = m_table.seenTrace(index.row());
            index.column() == ServedTable::Seen && !trace.isEmpty())
            emit traceWanted(trace);
    });
    m_follow.setSingleShot(true);
    m_follow.setInterval(followsEvery);
    connect(&m_follow, &QTimer::timeout, this, &ServedLog::follow);
    connect(m_filter, &ChoiceBar::chosen, this, [this](int choice) {
        m_sdk = choice > 0 ? m_sdks[static_cast<std::size_t>(choice) - 1] : std::string();
        m_table.show(m_table.key(), m_sdk);
    });
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value == 0)
            refresh(); // At the top again.
    });
    for (const auto signal : {&QAbstractItemModel::modelReset})
        connect(&m_table, signal, this, &ServedLog::showEmpty);
    connect(&m_table, &QAbstractItemModel::rowsInserted, this, &ServedLog::showEmpty);
    showSdks();
    showEmpty();
    fit();
}

void ServedLog::show(const QString &key)
{
    m_key->setText(key);
    m_table.show(key.toStdString(), m_sdk);
    showEmpty();
}

void ServedLog::refresh()
{
    showSdks();
    showEmpty();
    // Not for each of the changes of a busy moment, and not for those that nobody sees.
    if (isVisible() && !m_follow.isActive())
        m_follow.start();
}

void ServedLog::follow()
{
    if (isVisible() && m_view->verticalScrollBar()->value() == 0)
        m_table.refresh();
}

void ServedLog::showSdks()
{
    std::vector<std::string> sdks;
    for (const FlagClient &client : m_model.report().clients) {
        if (std::ranges::find(sdks, client.sdk.name) == sdks.end())
            sdks.push_back(client.sdk.name);
    }
    if (!m_filter->segments()->choices().isEmpty() && sdks == m_sdks)
        return;
    m_sdks = std::move(sdks);
    QStringList texts{tr("All SDKs")};
    for (const std::string &sdk : m_sdks)
        texts += sdkName(Sdk{sdk, {}});
    m_filter->setChoices(texts);
    const auto current = std::ranges::find(m_sdks, m_sdk);
    m_filter->setCurrent(current == m_sdks.end() ? 0 : static_cast<int>(current - m_sdks.begin()) + 1);
    m_filter->setVisible(!m_sdks.empty());
}

void ServedLog::showEmpty()
{
    const bool isEmpty = m_table.rowCount() == 0;
    m_view->setVisible(!isEmpty);
    m_empty->setVisible(isEmpty);
    m_empty->setText(m_model.report().clients.empty()
            ? tr("No SDK has asked for flags. Add one by key, or point an SDK here.")
            : m_key->text().isEmpty() ? tr("Select a flag to see whom it was served to.")
            : m_sdk.empty()           ? tr("%1 was not served yet.").arg(m_key->text())
                                      : tr("%1 was not served to this SDK.").arg(m_key->text()));
}

void ServedLog::fit()
{
    m_head->setFixedHeight(px(36));
    const bool isNarrow = width() < px(narrowWidth);
    const int wide[] = {124, 156, 130, 150, 120}, narrow[] = {112, 142, 92, 112, 86};
    const auto &widths = isNarrow ? narrow : wide;
    for (int column = 0; column < int(std::size(widths)); ++column)
        m_view->header()->resizeSection(column, px(widths[column]));
}

void ServedLog::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

void ServedLog::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if ((event->size().width() < px(narrowWidth)) != (event->oldSize().width() < px(narrowWidth)))
        fit();
}

void ServedLog::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fit();
}

} // namespace Weir
