#include "ui/panels/factlist.h"

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QGridLayout>

namespace Weir {

namespace {

Token tokenOf(Fact::Tone tone)
{
    return tone == Fact::Tone::Error ? Token::Err : tone == Fact::Tone::Warn ? Token::Warn : Token::T1;
}

} // namespace

FactList::FactList(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    setAccessibleName(name);
    m_grid->setContentsMargins(px(14), px(4), px(14), px(4));
    m_grid->setHorizontalSpacing(px(8));
    m_grid->setVerticalSpacing(px(4));
    m_grid->setColumnMinimumWidth(0, px(118));
    m_grid->setColumnStretch(1, 1);
}

void FactList::setFacts(const QList<Fact> &facts)
{
    while (m_labels.size() < facts.size()) {
        const auto row = static_cast<int>(m_labels.size());
        auto *label = new TextLabel({}, TextStyle::CaptionRegular, Token::T2, this);
        auto *value = new TextLabel({}, TextStyle::Mono, Token::T1, this);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        value->setWordWrap(true);
        m_grid->addWidget(label, row, 0, Qt::AlignTop);
        m_grid->addWidget(value, row, 1);
        m_labels.append(label);
        m_values.append(value);
    }
    for (qsizetype row = 0; row < m_labels.size(); ++row) {
        const bool used = row < facts.size();
        m_labels[row]->setVisible(used);
        m_values[row]->setVisible(used);
        if (!used)
            continue;
        m_labels[row]->setText(facts[row].label);
        m_values[row]->setText(facts[row].value);
        m_values[row]->setAccessibleName(facts[row].label + QStringLiteral(": ") + facts[row].value);
        m_values[row]->setLook(TextStyle::Mono, tokenOf(facts[row].tone));
    }
}

} // namespace Weir
