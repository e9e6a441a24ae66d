#include "ui/panels/livetoolbar.h"

#include "ui/panels/tokenedit.h"
#include "ui/theme/icons.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int margin = 12, spacing = 8, segmentHeight = 28;

/// The frame around the choices of a segment.
class SegmentFrame : public QWidget
{
public:
    explicit SegmentFrame(QWidget *parent)
        : QWidget(parent)
    {
        auto *layout = new QHBoxLayout(this);
        layout->setContentsMargins(3, 3, 3, 3);
        layout->setSpacing(2);
        setFixedHeight(px(segmentHeight));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        drawRounded(&painter, rect(), 5, color(Token::S1), color(Token::Line2));
    }
};

} // namespace

LiveToolbar::LiveToolbar(QWidget *parent)
    : Surface(Token::S2, Qt::BottomEdge, parent)
    , m_pause(new QPushButton(tr("Pause"), this))
    , m_filter(new TokenEdit(this))
    , m_byTrace(new QPushButton(tr("By trace"), this))
    , m_flat(new QPushButton(tr("Flat"), this))
    , m_columns(iconButton(u"columns-3"_s, tr("Columns"), this))
    , m_rows(iconButton(u"rows-3"_s, tr("Row height"), this))
    , m_detail(iconButton(u"panel-right"_s, tr("Detail pane"), this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(px(margin), 0, px(margin), 1);
    layout->setSpacing(px(spacing));
    setKeyHint(m_pause, tr("Space"));
    layout->addWidget(m_pause);
    QToolButton *clear = iconButton(u"trash-2"_s, tr("Clear events…"), this);
    layout->addWidget(clear);
    layout->addWidget(m_filter, 1);
    buildGrouping();
    m_detail->setCheckable(true);
    for (QToolButton *button : {m_columns, m_rows, m_detail})
        layout->addWidget(button);
    connect(m_pause, &QPushButton::clicked, this, [this] { emit pauseToggled(!m_paused); });
    connect(clear, &QToolButton::clicked, this, &LiveToolbar::clearWanted);
    connect(m_columns, &QToolButton::clicked, this, &LiveToolbar::columnsMenuWanted);
    connect(m_rows, &QToolButton::clicked, this, &LiveToolbar::showDensities);
    connect(m_detail, &QToolButton::clicked, this, &LiveToolbar::detailToggled);
    setPaused(false);
    setGrouping(LiveRows::Grouping::ByTrace);
}

void LiveToolbar::buildGrouping()
{
    auto *frame = new SegmentFrame(this);
    auto *group = new QButtonGroup(this);
    for (QPushButton *button : {m_byTrace, m_flat}) {
        setButtonLook(button, ButtonKind::Segment);
        button->setCheckable(true);
        group->addButton(button);
        frame->layout()->addWidget(button);
    }
    connect(m_flat, &QPushButton::toggled, this, &LiveToolbar::flatToggled);
    layout()->addWidget(frame);
}

void LiveToolbar::setPaused(bool paused)
{
    m_paused = paused;
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_pause->setIcon(paused ? themeIcon(u"play"_s, Token::Warn) : themeIcon(u"pause"_s));
    m_pause->setToolTip(paused ? tr("Show what came meanwhile")
                               : tr("Hold the view. Capture goes on and everything is stored."));
    setButtonLook(m_pause, paused ? ButtonKind::Warning : ButtonKind::Normal);
}

void LiveToolbar::setGrouping(LiveRows::Grouping grouping)
{
    (grouping == LiveRows::Grouping::Flat ? m_flat : m_byTrace)->setChecked(true);
}

void LiveToolbar::setDetail(bool shown, bool atBottom)
{
    m_detail->setChecked(shown);
    m_detail->setIcon(themeIcon(atBottom ? u"panel-bottom"_s : u"panel-right"_s));
}

void LiveToolbar::showDensities()
{
    struct Choice
    {
        Density density;
        QString text;
    };
    const Choice choices[] = {{Density::Dense, tr("Dense")}, {Density::Compact, tr("Compact")},
        {Density::Comfortable, tr("Comfortable")}};
    const int dense = px(22), comfortable = px(26);
    const Density now = rowHeight() < dense ? Density::Dense
        : rowHeight() > comfortable         ? Density::Comfortable
                                            : Density::Compact;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const Choice &choice : choices) {
        QAction *action = menu->addAction(choice.text);
        action->setCheckable(true);
        action->setChecked(choice.density == now);
        connect(action, &QAction::triggered, this,
            [this, density = choice.density] { emit densityWanted(density); });
    }
    menu->popup(m_rows->mapToGlobal(QPoint(0, m_rows->height())));
}

} // namespace Weir
