#include "ui/panels/flagspage.h"

#include "ui/models/format.h"
#include "ui/panels/flagdetail.h"
#include "ui/panels/flagstoolbar.h"
#include "ui/panels/flagview.h"
#include "ui/panels/notebar.h"
#include "ui/panels/scenebar.h"
#include "ui/panels/servedlog.h"
#include "ui/theme/theme.h"

#include <QInputDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace Weir {

namespace {
constexpr auto ticks = std::chrono::seconds(1), undoLasts = std::chrono::seconds(10);
}

FlagsPage::FlagsPage(FlagBoard &board, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_board(board)
    , m_clock(std::move(clock))
    , m_model(board)
    , m_switcher(board, m_clock)
    , m_toolbar(new FlagsToolbar(this))
    , m_note(new NoteBar(this))
    , m_scenes(new SceneBar(board, this))
    , m_view(new FlagView(m_model, m_switcher, this))
    , m_log(new ServedLog(m_model, this))
    , m_detail(new FlagDetail(m_model, m_switcher, this))
{
    setAccessibleName(tr("Flags"));
    build();
    join();
    m_tick.setInterval(ticks);
    m_undoEnds.setSingleShot(true);
    m_undoEnds.setInterval(undoLasts);
    find()->installEventFilter(this);
    m_view->setCurrentIndex(m_model.index(0, 0));
    tick();
    sawReport();
}

FlagsPage::~FlagsPage() = default;

void FlagsPage::build()
{
    auto *lists = new QSplitter(Qt::Vertical, this);
    lists->setChildrenCollapsible(false);
    m_view->setMinimumHeight(px(25 + 56));
    m_log->setMinimumHeight(px(36 + 25 + 48));
    lists->addWidget(m_view);
    lists->addWidget(m_log);
    lists->setSizes({px(25 + 5 * 56), px(420)});
    lists->setStretchFactor(1, 1);
    auto *left = new QWidget(this);
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_scenes);
    column->addWidget(lists, 1);
    auto *split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(m_detail);
    split->setSizes({px(852), px(392)});
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_toolbar);
    layout->addWidget(m_note);
    layout->addWidget(split, 1);
}

void FlagsPage::join()
{
    connect(&m_board, &FlagBoard::reportChanged, this, &FlagsPage::sawReport);
    connect(&m_board, &FlagBoard::removed, this, [this] { m_mayUndo = true; });
    connect(&m_tick, &QTimer::timeout, this, &FlagsPage::tick);
    connect(&m_undoEnds, &QTimer::timeout, m_toolbar, &FlagsToolbar::endUndo);
    connect(m_view, &FlagView::selected, m_detail, &FlagDetail::show);
    connect(m_view, &FlagView::selected, m_log, [this](const QString &key) { m_log->show(key); });
    connect(m_view, &FlagView::detailsWanted, m_detail, &FlagDetail::enter);
    connect(m_toolbar, &FlagsToolbar::removeAllWanted, &m_board, &FlagBoard::clearAll);
    connect(m_toolbar, &FlagsToolbar::undoWanted, this, [this] {
        m_toolbar->endUndo();
        m_board.undo();
    });
    connect(m_toolbar, &FlagsToolbar::addWanted, this, &FlagsPage::askForFlag);
    connect(m_toolbar, &FlagsToolbar::demoWanted, this, &FlagsPage::demoWanted);
    connect(find(), &QLineEdit::textChanged, &m_model, &FlagListModel::setFind);
    connect(m_scenes, &SceneBar::rehearsalWanted, this, &FlagsPage::rehearsalWanted);
    connect(m_scenes, &SceneBar::saveSceneWanted, this, &FlagsPage::saveScene);
    connect(m_detail, &FlagDetail::saveSceneWanted, this, &FlagsPage::saveScene);
}

QLineEdit *FlagsPage::find() const
{
    return m_toolbar->find();
}

void FlagsPage::sawReport()
{
    const std::vector<FlagState> &flags = m_board.report().flags;
    m_toolbar->setSeen(static_cast<int>(
        std::ranges::count_if(flags, [](const FlagState &flag) { return flag.lastServedAt.has_value(); })));
    m_toolbar->setOverrides(m_board.overrideCount());
    if (std::exchange(m_mayUndo, false)) {
        // What was only replaced is still overridden: there is nothing to say about it.
        const auto gone = std::ranges::count_if(m_board.removedLast(), [this](const FlagOverride &each) {
            const FlagState *const flag = m_board.find(each.key);
            return !flag || !flag->override;
        });
        if (gone > 0) {
            m_toolbar->offerUndo(static_cast<int>(gone));
            m_undoEnds.start();
        } else {
            m_toolbar->endUndo();
        }
    }
    showUpstream();
    if (!m_view->currentIndex().isValid())
        m_view->setCurrentIndex(m_model.index(0, 0));
    m_model.setNow(m_clock());
    m_detail->refresh();
    m_log->refresh();
}

void FlagsPage::showUpstream()
{
    const UpstreamState &upstream = m_board.report().upstream;
    if (!upstream.error) {
        m_note->clear();
        return;
    }
    const bool hasValues = std::ranges::any_of(
        m_board.report().flags, [](const FlagState &flag) { return flag.upstream.has_value(); });
    const QString since = upstream.since ? formatMinute(*upstream.since) : QString();
    m_note->show(NoteBar::Tone::Warning,
        (hasValues ? tr("Serving overrides and the last upstream values from %1. %2")
                   : tr("Serving overrides only: the upstream is away since %1. %2"))
            .arg(since, fromUtf8(toText(*upstream.error))));
}

void FlagsPage::tick()
{
    m_model.setNow(m_clock());
    m_detail->refresh();
}

void FlagsPage::select(const QString &key)
{
    if (m_model.rowOf(key.toStdString()) < 0)
        find()->clear();
    m_view->select(key.toStdString());
}

void FlagsPage::addFlag(const QString &key)
{
    const QString trimmed = key.trimmed();
    if (trimmed.isEmpty())
        return;
    m_model.addFlag(trimmed.toStdString());
    find()->clear();
    select(trimmed);
    m_view->setFocus();
}

void FlagsPage::askForFlag()
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Add a flag"));
    dialog->setLabelText(tr("Key of the flag, as the program asks for it"));
    dialog->setOkButtonText(tr("Add"));
    dialog->setTextValue(find()->text());
    connect(dialog, &QInputDialog::textValueSelected, this, &FlagsPage::addFlag);
    dialog->open();
}

void FlagsPage::saveScene()
{
    std::vector<FlagOverride> overrides;
    for (const FlagState &flag : m_board.report().flags) {
        if (flag.override)
            overrides.push_back(*flag.override);
    }
    emit saveSceneWanted(overrides);
}

void FlagsPage::offerDemo()
{
    m_toolbar->setDemoOffered(true);
}

void FlagsPage::offerSavingScenes()
{
    m_scenes->setSavingOffered(true);
    m_detail->setSavingOffered(true);
}

void FlagsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    tick();
    m_tick.start();
}

void FlagsPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_tick.stop();
}

bool FlagsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const bool isEnter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (!isEnter && key != Qt::Key_Escape && key != Qt::Key_Down)
        return false;
    event->accept();
    if (event->type() == QEvent::ShortcutOverride)
        return false;
    if (isEnter && m_model.rowCount() == 0)
        addFlag(find()->text());
    else if (key == Qt::Key_Escape)
        find()->clear();
    if (!m_view->currentIndex().isValid())
        m_view->setCurrentIndex(m_model.index(0, 0));
    m_view->setFocus();
    return true;
}

} // namespace Weir
