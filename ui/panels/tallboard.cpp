#include "ui/panels/tallboard.h"

#include "ui/models/format.h"
#include "ui/panels/democontrols.h"
#include "ui/panels/lastevents.h"
#include "ui/panels/switchrow.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int chipsInRow = 3;
constexpr auto copiedFor = 2s;

QVBoxLayout *plainColumn(QWidget *widget)
{
    auto *column = new QVBoxLayout(widget);
    column->setContentsMargins(widget->contentsMargins());
    column->setSpacing(0);
    return column;
}

/// As high as what it holds, where there is room.
class RowsArea : public QScrollArea
{
public:
    using QScrollArea::QScrollArea;
    QSize sizeHint() const override { return widget() ? widget()->sizeHint() : QSize(); }
    QSize minimumSizeHint() const override { return {px(100), px(90)}; }
};

} // namespace

TallBoard::TallBoard(QWidget *parent)
    : BoardForm(Token::S1, {}, parent)
    , m_sceneBox(new Surface(Token::S2, Qt::BottomEdge, this))
    , m_rows(new QWidget)
    , m_moreBox(new Surface(Token::S1, Qt::BottomEdge, this))
    , m_sceneGrid(new QGridLayout(m_sceneBox))
    , m_rowColumn(plainColumn(m_rows))
    , m_scroll(new RowsArea(this))
    , m_events(new LastEvents(this))
{
    m_sceneGrid->setContentsMargins(px(16), px(12), px(16), px(12) + 1);
    m_sceneGrid->setSpacing(px(8));
    m_rowColumn->addStretch();
    m_scroll->setWidget(m_rows);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_rows->setAutoFillBackground(false);
    auto *more = new QHBoxLayout(m_moreBox);
    more->setContentsMargins(px(16), px(6), px(16), px(6));
    m_more = new TextLabel({}, TextStyle::RowMedium, Token::Accent, m_moreBox);
    more->addWidget(m_more);
    auto *column = plainColumn(this);
    column->addWidget(buildHeader());
    column->addWidget(m_sceneBox);
    column->addWidget(m_scroll, 1);
    column->addWidget(m_moreBox);
    column->addWidget(m_events);
    column->addWidget(buildFooter());
    buildScenes({});
}

QWidget *TallBoard::buildHeader()
{
    auto *header = new Surface(Token::S2, Qt::BottomEdge, this);
    header->setFixedHeight(px(40));
    m_sdkDot = new DemoGlyph(u"plug"_s, 14, Token::T3, header);
    m_sdks = new TextLabel({}, TextStyle::Row, Token::T2, header);
    m_sdks->setEliding(true);
    auto *strip = iconButton(u"panel-bottom"_s, tr("Show as a strip"), header);
    setButtonLook(strip, ButtonKind::Ghost, ButtonSize::Small);
    connect(strip, &QToolButton::clicked, this, &BoardForm::formWanted);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(px(14), 0, px(8), 0);
    row->setSpacing(px(8));
    row->addWidget(new DemoGlyph(u"weir"_s, 20, Token::Accent, header));
    row->addWidget(new TextLabel(tr("Demo"), TextStyle::CardTitle, Token::T1, header));
    row->addSpacing(px(2));
    row->addWidget(m_sdkDot);
    row->addWidget(m_sdks, 1);
    for (QToolButton *button : {makePin(header), makeMinimise(header), strip, makeClose(header)})
        row->addWidget(button);
    return header;
}

QWidget *TallBoard::buildFooter()
{
    auto *footer = new Surface(Token::S2, Qt::TopEdge, this);
    m_actions = new QWidget(footer);
    auto *back = new QPushButton(themeIcon(u"undo-2"_s), tr("Back to upstream"), m_actions);
    setButtonLook(back, ButtonKind::Normal, ButtonSize::Large);
    setKeyHint(back, u"0"_s);
    back->setToolTip(tr("Removes all overrides"));
    m_copy = new QPushButton(tr("Copy reload call"), m_actions);
    setButtonLook(m_copy, ButtonKind::Ghost, ButtonSize::Large);
    m_copy->setToolTip(tr("Copies posthog.reloadFeatureFlags() for the console of the page"));
    connect(back, &QPushButton::clicked, this, [this] { emit sceneWanted(-1); });
    connect(m_copy, &QPushButton::clicked, this, &TallBoard::copyReloadCall);
    auto *actions = new QHBoxLayout(m_actions);
    actions->setContentsMargins(0, 0, 0, 0);
    actions->addWidget(back);
    actions->addStretch();
    actions->addWidget(m_copy);
    m_question = new ClosingQuestion(this, footer);
    m_question->hide();
    auto *row = new QHBoxLayout(footer);
    row->setContentsMargins(px(16), px(10) + 1, px(12), px(10));
    row->addWidget(m_actions, 1);
    row->addWidget(m_question, 1);
    return footer;
}

void TallBoard::buildScenes(const QStringList &scenes)
{
    m_sceneNames = scenes;
    for (DemoChip *old : std::exchange(m_chips, {}))
        retire(old);
    const QStringList names = QStringList{tr("Upstream")} + scenes;
    for (qsizetype i = 0; i < names.size(); ++i) {
        auto *chip = new DemoChip(names[i], DemoChip::Look::Scene, m_sceneBox);
        chip->setAccessibleName(i == 0 ? tr("Upstream: no overrides") : tr("Scene %1").arg(names[i]));
        chip->setToolTip(i == 0 ? tr("Removes all overrides") : names[i]);
        const int place = static_cast<int>(i);
        m_sceneGrid->addWidget(chip, place / chipsInRow, place % chipsInRow);
        connect(chip, &QPushButton::clicked, this, [this, place] { emit sceneWanted(place - 1); });
        chip->show();
        m_chips.append(chip);
    }
    // Of equal width, whatever they say.
    for (int i = 0; i < chipsInRow; ++i)
        m_sceneGrid->setColumnStretch(i, i < names.size() ? 1 : 0);
}

void TallBoard::buildCells(int count)
{
    while (m_cells.size() > count)
        retire(m_cells.takeLast());
    while (m_cells.size() < count) {
        const auto place = static_cast<int>(m_cells.size());
        auto *row = new SwitchRow(place + 1, m_rows);
        m_rowColumn->insertWidget(place, row);
        row->show(); // Now, or the window would not know its height.
        join(row, place);
        m_cells.append(row);
    }
}

void TallBoard::setView(const BoardView &view)
{
    if (view.scenes != m_sceneNames)
        buildScenes(view.scenes);
    for (int i = 0; i < static_cast<int>(m_chips.size()); ++i)
        m_chips[i]->setChecked(i == 0 ? view.overrides == 0 : i - 1 == view.activeScene);
    buildCells(static_cast<int>(view.switches.size()));
    for (qsizetype i = 0; i < m_cells.size(); ++i)
        m_cells[i]->setSwitch(view.switches[static_cast<std::size_t>(i)], view.now);
    showSdks(view.sdks, view.silentSdks);
    m_more->setText(view.hidden == 1 ? tr("1 more override is on")
                                     : tr("%1 more overrides are on").arg(formatCount(view.hidden)));
    m_moreBox->setVisible(view.hidden > 0);
    m_question->setCount(view.overrides);
    m_events->setTime(view.now);
    // A scroll area does not hear of another height of what it holds.
    m_rowColumn->invalidate();
    m_scroll->updateGeometry();
}

void TallBoard::showSdks(const QStringList &sdks, const QStringList &silent)
{
    m_sdkDot->setIcon(u"plug"_s, sdks.isEmpty() ? Token::T3 : Token::Ok);
    m_sdks->setText(!sdks.isEmpty() ? tr("%1 connected").arg(counted(sdks.size(), tr("SDK")))
            : silent.isEmpty()      ? tr("No SDK yet")
                                    : tr("No SDK connected"));
    QStringList lines;
    if (!sdks.isEmpty())
        lines << tr("Asked for flags, or sent an event:") << sdks;
    if (!silent.isEmpty())
        lines << tr("Last heard of:") << silent;
    m_sdks->setToolTip(lines.isEmpty() ? tr("No SDK has asked for flags") : lines.join(u'\n'));
}

void TallBoard::setAsking(bool asking)
{
    m_actions->setVisible(!asking);
    m_question->setVisible(asking);
    if (asking)
        m_question->keep()->setFocus();
}

void TallBoard::copyReloadCall()
{
    QGuiApplication::clipboard()->setText(u"posthog.reloadFeatureFlags()"_s);
    m_copy->setText(tr("Copied"));
    QTimer::singleShot(copiedFor, m_copy, [this] { m_copy->setText(tr("Copy reload call")); });
}

} // namespace Weir
