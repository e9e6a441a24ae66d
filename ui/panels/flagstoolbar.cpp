#include "ui/panels/flagstoolbar.h"

#include "ui/models/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace Weir {

FlagsToolbar::FlagsToolbar(QWidget *parent)
    : Surface(Token::S2, Qt::BottomEdge, parent)
    , m_seen(new TextLabel({}, TextStyle::Row, Token::T2, this))
    , m_find(new QLineEdit(this))
    , m_remove(new QPushButton(tr("Remove all overrides"), this))
    , m_demo(new QPushButton(tr("Demo mode"), this))
    , m_undo(new QWidget(this))
    , m_undoText(new TextLabel({}, TextStyle::Row, Token::T2, m_undo))
{
    setFixedHeight(px(44));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(px(12), 0, px(12), 1);
    layout->setSpacing(px(8));
    layout->addWidget(new TextLabel(tr("Flags"), TextStyle::Title, Token::T1, this));
    m_seen->setEliding(true);
    layout->addWidget(m_seen, 1);
    auto *undo = new QPushButton(tr("Undo"), m_undo);
    setButtonLook(undo, ButtonKind::Link);
    auto *row = new QHBoxLayout(m_undo);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_undoText);
    row->addWidget(undo);
    m_undo->hide();
    layout->addWidget(m_undo);
    m_find->setPlaceholderText(tr("Find a flag"));
    m_find->setAccessibleName(tr("Find a flag"));
    m_find->setClearButtonEnabled(false);
    m_find->addAction(themeIcon(u"search"_s, Token::T3), QLineEdit::LeadingPosition);
    m_find->setFixedWidth(px(200));
    layout->addWidget(m_find);
    QToolButton *add = iconButton(u"plus"_s, tr("Add a flag by key…"), this);
    layout->addWidget(add);
    m_remove->setIcon(themeIcon(u"undo-2"_s));
    m_remove->setToolTip(tr("All flags go back to what the upstream says (Alt+0)"));
    layout->addWidget(m_remove);
    m_demo->setIcon(themeIcon(u"presentation"_s, Token::PrimaryText, Token::PrimaryText));
    setButtonLook(m_demo, ButtonKind::Primary);
    setKeyHint(m_demo, u"F9"_s);
    m_demo->hide();
    layout->addWidget(m_demo);
    connect(undo, &QPushButton::clicked, this, &FlagsToolbar::undoWanted);
    connect(add, &QToolButton::clicked, this, &FlagsToolbar::addWanted);
    connect(m_remove, &QPushButton::clicked, this, &FlagsToolbar::removeAllWanted);
    connect(m_demo, &QPushButton::clicked, this, &FlagsToolbar::demoWanted);
    setSeen(0);
    setOverrides(0);
}

void FlagsToolbar::setSeen(int flags)
{
    m_seen->setText(tr("%1 seen in SDK responses").arg(formatCount(flags)));
}

void FlagsToolbar::setOverrides(int overrides)
{
    m_remove->setEnabled(overrides > 0);
}

void FlagsToolbar::offerUndo(int overrides)
{
    m_undoText->setText(tr("%1 removed.").arg(counted(overrides, tr("override"))));
    m_undo->show();
}

void FlagsToolbar::endUndo()
{
    m_undo->hide();
}

void FlagsToolbar::setDemoOffered(bool isOffered)
{
    m_demo->setVisible(isOffered);
}

} // namespace Weir
