#include "ui/panels/boardform.h"

#include "ui/models/format.h"
#include "ui/panels/switchrow.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace Weir {

void BoardForm::retire(QWidget *widget)
{
    widget->hide();
    widget->deleteLater();
}

void BoardForm::join(SwitchCell *cell, int place)
{
    connect(cell, &SwitchCell::toggleWanted, this, [this, place] { emit toggleWanted(place); });
    connect(cell, &SwitchCell::variantWanted, this,
        [this, place](const QString &variant) { emit variantWanted(place, variant); });
}

QToolButton *BoardForm::makePin(QWidget *parent)
{
    m_pin = iconButton(u"pin"_s, tr("Always on top"), parent);
    m_pin->setCheckable(true);
    m_pin->setIcon(themeIcon(u"pin"_s, Token::T3, Token::Accent));
    setButtonLook(m_pin, ButtonKind::Link, ButtonSize::Small); // Its colour says it: no frame.
    connect(m_pin, &QToolButton::clicked, this, &BoardForm::pinWanted);
    return m_pin;
}

QToolButton *BoardForm::makeMinimise(QWidget *parent)
{
    auto *button = iconButton(u"minus"_s, tr("Minimise"), parent);
    setButtonLook(button, ButtonKind::Ghost, ButtonSize::Small);
    connect(button, &QToolButton::clicked, this, &BoardForm::minimiseWanted);
    return button;
}

QToolButton *BoardForm::makeClose(QWidget *parent)
{
    auto *button = iconButton(u"x"_s, tr("Close the switchboard"), parent);
    setButtonLook(button, ButtonKind::Ghost, ButtonSize::Small);
    connect(button, &QToolButton::clicked, this, &BoardForm::closeWanted);
    return button;
}

void BoardForm::setPinned(bool pinned)
{
    m_pin->setChecked(pinned);
}

void BoardForm::setPinHint(const QString &hint)
{
    m_pin->setEnabled(false);
    m_pin->setToolTip(hint);
}

ClosingQuestion::ClosingQuestion(BoardForm *form, QWidget *parent)
    : QWidget(parent)
    , m_text(new TextLabel({}, TextStyle::RowMedium, Token::T1, this))
    , m_keep(new QPushButton(tr("Keep"), this))
{
    auto *remove = new QPushButton(tr("Remove"), this);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    m_keep->setAccessibleName(tr("Keep the overrides and close"));
    remove->setAccessibleName(tr("Remove the overrides and close"));
    setButtonLook(m_keep, ButtonKind::Normal, ButtonSize::Large);
    setButtonLook(remove, ButtonKind::Normal, ButtonSize::Large);
    setButtonLook(cancel, ButtonKind::Ghost, ButtonSize::Large);
    m_text->setEliding(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(8));
    row->addWidget(m_text, 1);
    for (QPushButton *button : {m_keep, remove, cancel})
        row->addWidget(button);
    connect(m_keep, &QPushButton::clicked, form, &BoardForm::keepWanted);
    connect(remove, &QPushButton::clicked, form, &BoardForm::removeWanted);
    connect(cancel, &QPushButton::clicked, form, &BoardForm::cancelWanted);
}

void ClosingQuestion::setCount(int overrides)
{
    m_text->setText(counted(overrides, u"override"_s) + (overrides == 1 ? u" is on"_s : u" are on"_s));
}

} // namespace Weir
