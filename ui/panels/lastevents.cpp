#include "ui/panels/lastevents.h"

#include "ui/models/demoswitches.h"
#include "ui/models/format.h"
#include "ui/models/maskedtext.h"
#include "ui/panels/democontrols.h"
#include "ui/theme/familylook.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr int lineHeight = 22, widestName = 230;
} // namespace

LastEvents::LastEvents(QWidget *parent)
    : QWidget(parent)
    , m_none(new TextLabel(tr("None yet"), TextStyle::Row, Token::T3, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(px(16), px(10), px(16), px(10));
    column->setSpacing(0);
    column->addWidget(new TextLabel(tr("Last events"), TextStyle::CaptionRegular, Token::T3, this));
    column->addSpacing(px(4));
    m_none->setFixedHeight(px(lineHeight));
    column->addWidget(m_none);
    for (Line &line : m_lines) {
        line.box = new QWidget(this);
        line.box->setFixedHeight(px(lineHeight));
        line.glyph = new DemoGlyph({}, 15, Token::T3, line.box);
        line.name = new TextLabel({}, TextStyle::Nav, Token::T1, line.box);
        line.summary = new TextLabel({}, TextStyle::Row, Token::T3, line.box);
        line.summary->setEliding(true);
        line.age = new TextLabel({}, TextStyle::Mono, Token::T3, line.box);
        auto *row = new QHBoxLayout(line.box);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(px(6));
        row->addWidget(line.glyph);
        row->addWidget(line.name);
        row->addWidget(line.summary, 1);
        row->addWidget(line.age);
        column->addWidget(line.box);
    }
    setEvents({}, {}, {});
}

void LastEvents::setEvents(const std::vector<EventRow> &events, const QStringList &personal, UtcTime now)
{
    m_events = events;
    m_none->setVisible(events.empty());
    for (std::size_t i = 0; i < lines; ++i) {
        const Line &line = m_lines[i];
        // The place is kept, so that what is below does not move.
        line.glyph->setVisible(i < events.size());
        line.box->setVisible(i < events.size() || !events.empty() || i > 0);
        for (TextLabel *label : {line.name, line.summary, line.age})
            label->setText({});
        if (i >= events.size())
            continue;
        const EventRow &event = events[i];
        const FamilyLook look = familyLook(event.family);
        const QStringList known = personal + QStringList{fromUtf8(event.userId)};
        line.glyph->setIcon(look.icon.toString(), look.ink);
        const QString name = maskedText(fromUtf8(event.name).simplified(), known); // One line.
        line.name->setText(line.name->fontMetrics().elidedText(name, Qt::ElideRight, px(widestName)));
        line.summary->setText(maskedText(fromUtf8(event.summary).simplified(), known));
    }
    setTime(now);
}

void LastEvents::setTime(UtcTime now)
{
    for (std::size_t i = 0; i < lines && i < m_events.size(); ++i)
        m_lines[i].age->setText(roughAge(now - m_events[i].timestamp));
}

} // namespace Weir
