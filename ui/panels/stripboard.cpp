#include "ui/panels/stripboard.h"

#include "ui/models/format.h"
#include "ui/panels/democontrols.h"
#include "ui/panels/switchrow.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr int moreWidth = 32; ///< Of "+12".
} // namespace

StripBoard::StripBoard(QWidget *parent)
    : BoardForm(Token::S1, {}, parent)
    , m_row(new QWidget(this))
    , m_cellRow(new QHBoxLayout)
    , m_scene(new DemoChip(tr("Upstream"), DemoChip::Look::Menu, m_row))
    , m_more(new TextLabel({}, TextStyle::RowMedium, Token::T2, m_row))
    , m_question(new ClosingQuestion(this, this))
{
    buildRow();
    m_question->hide();
    auto *all = new QHBoxLayout(this);
    all->setContentsMargins(px(14), 0, px(10), 0);
    all->addWidget(m_row, 1);
    all->addWidget(m_question, 1);
    setFixedHeight(px(60));
}

void StripBoard::buildRow()
{
    auto *back = iconButton(u"undo-2"_s, tr("Back to upstream: removes all overrides"), m_row);
    auto *form = iconButton(u"maximize-2"_s, tr("Show as a pane"), m_row);
    connect(m_scene, &QPushButton::clicked, this, &StripBoard::openMenu);
    connect(back, &QToolButton::clicked, this, [this] { emit sceneWanted(-1); });
    connect(form, &QToolButton::clicked, this, &BoardForm::formWanted);
    m_cellRow->setSpacing(0);
    auto *row = new QHBoxLayout(m_row);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(4));
    row->addWidget(new DemoGlyph(u"weir"_s, 20, Token::Accent, m_row));
    row->addSpacing(px(8));
    row->addWidget(m_scene);
    row->addSpacing(px(8));
    row->addLayout(m_cellRow);
    row->addWidget(m_more);
    row->addStretch(1);
    for (QToolButton *button : {back, form})
        setButtonLook(button, ButtonKind::Ghost, ButtonSize::Small);
    row->addWidget(back);
    row->addWidget(new Divider(m_row)); // What is of the switches, and what of the window.
    m_buttons = {back, makePin(m_row), makeMinimise(m_row), form, makeClose(m_row)};
    for (QToolButton *button : m_buttons.sliced(1))
        row->addWidget(button);
}

void StripBoard::buildCells(int count)
{
    while (m_cells.size() > count)
        retire(m_cells.takeLast());
    while (m_cells.size() < count) {
        const auto place = static_cast<int>(m_cells.size());
        auto *cell = new StripCell(place + 1, m_row);
        m_cellRow->addWidget(cell);
        cell->show();
        join(cell, place);
        m_cells.append(cell);
    }
}

void StripBoard::setView(const BoardView &view)
{
    m_view = view;
    m_scene->setText(view.activeScene >= 0 ? view.scenes.value(view.activeScene)
            : view.overrides > 0           ? tr("By hand")
                                           : tr("Upstream"));
    m_scene->setChecked(view.activeScene >= 0);
    m_scene->setAccessibleName(tr("Scene: %1").arg(m_scene->text()));
    m_scene->updateGeometry();
    buildCells(static_cast<int>(view.switches.size()));
    for (qsizetype i = 0; i < m_cells.size(); ++i)
        m_cells[i]->setSwitch(view.switches[static_cast<std::size_t>(i)], view.now);
    m_question->setCount(view.overrides);
    fit();
}

/// What the other controls leave of a strip of this width.
int StripBoard::roomForCells(int width) const
{
    int controls = px(20) + m_scene->sizeHint().width() + 1;
    for (const QToolButton *button : m_buttons)
        controls += button->sizeHint().width();
    const int gaps = px(14) + px(10) + 2 * px(8) + (5 + int(m_buttons.size())) * px(4);
    return width - controls - gaps;
}

int StripBoard::wantedWidth() const
{
    int wanted = -roomForCells(0);
    for (const SwitchCell *cell : m_cells)
        wanted += cell->sizeHint().width();
    return m_view.hidden > 0 ? wanted + px(moreWidth) : wanted;
}

/// Shows the switches that there is room for, and says how many there are besides: their keys work.
void StripBoard::fit()
{
    int room = roomForCells(width());
    if (wantedWidth() > width())
        room -= px(moreWidth);
    int left = 0;
    for (SwitchCell *cell : std::as_const(m_cells)) {
        room -= cell->sizeHint().width();
        const bool fits = room >= 0;
        if (cell->isVisibleTo(m_row) != fits)
            cell->setVisible(fits);
        left += fits ? 0 : 1;
    }
    m_more->setVisible(left > 0 || m_view.hidden > 0);
    m_more->setText(u'+' + formatCount(left + m_view.hidden));
    m_more->setToolTip(tr("%1 more switches, %2 of them by their keys")
                           .arg(formatCount(left + m_view.hidden), formatCount(left)));
}

void StripBoard::openMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString &name, int place, bool isOn) {
        QAction *action = menu->addAction(name, this, [this, place] { emit sceneWanted(place); });
        action->setCheckable(true);
        action->setChecked(isOn);
    };
    add(tr("Upstream"), -1, m_view.overrides == 0);
    for (int i = 0; i < static_cast<int>(m_view.scenes.size()); ++i)
        add(m_view.scenes[i], i, i == m_view.activeScene);
    menu->popup(m_scene->mapToGlobal(QPoint(0, m_scene->height())));
}

void StripBoard::setAsking(bool asking)
{
    m_row->setVisible(!asking);
    m_question->setVisible(asking);
    if (asking)
        m_question->keep()->setFocus();
}

void StripBoard::resizeEvent(QResizeEvent *event)
{
    BoardForm::resizeEvent(event);
    fit();
}

} // namespace Weir
