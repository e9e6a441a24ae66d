#include "ui/panels/boardform.h"

#include "ui/models/format.h"
#include "ui/panels/switchrow.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QPushButton>

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
