#include "ui/panels/detailtabs.h"

#include "ui/models/format.h"
#include "ui/models/jsonmembers.h"
#include "ui/models/propertymodel.h"
#include "ui/panels/codeview.h"
#include "ui/panels/factlist.h"
#include "ui/panels/propertyview.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr std::size_t required = 0, properties = 1, flags = 2, context = 3; ///< PropertyModel::Group
constexpr std::size_t groupCount = 4;
constexpr int flagHeight = 38, mostFlags = 2; ///< At the bottom; more are scrolled to.

// Up to here a text is ready within the frame, and showing it at once spares a flicker. A wire body of 4 KB
// may be a thousand times that when it is inflated.
constexpr qsizetype quickBodyBytes = 4096, quickTextBytes = 65'536;

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QLabel *sectionTitle(const QString &text, QWidget *parent)
{
    auto *title = new TextLabel(text, TextStyle::CaptionStrong, Token::T2, parent);
    title->setContentsMargins(px(14), px(8), px(14), px(2));
    return title;
}

/// Facts scroll; they must not push the text out of a low pane.
QScrollArea *scrolled(QWidget *content, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(content);
    area->setFocusPolicy(Qt::NoFocus);
    return area;
}

/// Goes through the parts of a long text; out of sight while there is one.
QWidget *partSwitch(CodeView *code, QWidget *parent)
{
    auto *row = new QWidget(parent);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(px(2));
    auto *back = iconButton(u"chevron-left"_s, RawTab::tr("Previous part"), row);
    auto *place = new TextLabel({}, TextStyle::CaptionRegular, Token::T2, row);
    auto *on = iconButton(u"chevron-right"_s, RawTab::tr("Next part"), row);
    for (QWidget *each :
        {static_cast<QWidget *>(back), static_cast<QWidget *>(place), static_cast<QWidget *>(on)})
        layout->addWidget(each);
    const auto show = [=] {
        row->setVisible(code->parts() > 1);
        place->setText(RawTab::tr("Part %1 of %2").arg(code->part() + 1).arg(code->parts()));
        back->setEnabled(code->part() > 0);
        on->setEnabled(code->part() + 1 < code->parts());
    };
    QObject::connect(code, &CodeView::partChanged, row, show);
    QObject::connect(back, &QToolButton::clicked, code, [code] { code->showPart(code->part() - 1); });
    QObject::connect(on, &QToolButton::clicked, code, [code] { code->showPart(code->part() + 1); });
    show();
    return row;
}

QBoxLayout *plainLayout(QWidget *widget)
{
    auto *layout = new QBoxLayout(QBoxLayout::TopToBottom, widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    return layout;
}

} // namespace

/// One group of properties at the bottom.
struct PropertiesTab::Column
{
    QWidget *box;
    QLabel *title;
    PropertyView *view;
};

PropertiesTab::PropertiesTab(PropertyModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_list(new PropertyView(model, {}, this))
    , m_columns(new QWidget(this))
{
    auto *layout = plainLayout(this);
    layout->addWidget(m_list);
    layout->addWidget(m_columns);
    auto *columns = new QHBoxLayout(m_columns);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    for (std::size_t group = 0; group < groupCount; ++group)
        buildColumn(group);
    auto *last = new QVBoxLayout; // The context is long and scrolls anyway: it gives the flags their room.
    last->setSpacing(0);
    last->addWidget(m_groups[flags].box);
    last->addWidget(m_groups[context].box, 1);
    last->addStretch();
    for (const std::size_t group : {required, properties})
        columns->addWidget(m_groups[group].box, 1);
    columns->addLayout(last, 1);
    join(m_list);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&model, signal, this, &PropertiesTab::fitColumns);
    connect(&model, &QAbstractItemModel::modelReset, this, &PropertiesTab::fitColumns);
    setFocusProxy(m_list);
    setColumns(false);
    fitColumns();
}

PropertiesTab::~PropertiesTab() = default;

void PropertiesTab::buildColumn(std::size_t group)
{
    auto *box = new QWidget(m_columns);
    auto *column = plainLayout(box);
    Column made{
        box, sectionTitle({}, box), new PropertyView(m_model, static_cast<PropertyModel::Group>(group), box)};
    column->addWidget(made.title);
    column->addWidget(made.view, 1);
    join(made.view);
    m_groups.push_back(made);
}

void PropertiesTab::join(PropertyView *view)
{
    connect(view, &PropertyView::filterRequested, this, &PropertiesTab::filterRequested);
    connect(view, &PropertyView::eventWanted, this, &PropertiesTab::eventWanted);
}

/// Shows the groups that there are.
void PropertiesTab::fitColumns()
{
    for (std::size_t group = 0; group < groupCount; ++group) {
        const Column &column = m_groups[group];
        const QModelIndex index = m_model.groupIndex(static_cast<PropertyModel::Group>(group));
        column.title->setText(index.data().toString());
        column.view->setAccessibleName(index.data().toString());
        column.box->setVisible(index.isValid());
    }
    const int count = m_model.rowCount(m_model.groupIndex(PropertyModel::Group::Flags));
    const bool hasFlags = m_model.groupIndex(PropertyModel::Group::Flags).isValid() && count > 0;
    m_groups[flags].box->setVisible(hasFlags);
    m_groups[flags].view->setFixedHeight(px(flagHeight * qMin(count, mostFlags) + 2));
}

void PropertiesTab::setColumns(bool columns)
{
    m_list->setVisible(!columns);
    m_columns->setVisible(columns);
    setFocusProxy(columns ? m_groups[properties].view : m_list);
}

bool PropertiesTab::find(const QString &text, FindStep step)
{
    if (!m_columns->isVisibleTo(this))
        return m_list->find(text, step);
    if (m_groups[m_found].box->isVisibleTo(this) && m_groups[m_found].view->find(text, step, false))
        return true;
    // On to the next columns, each from its beginning, and at last the rest of the first.
    const std::size_t count = m_groups.size();
    const std::size_t way = step == FindStep::Previous ? count - 1 : 1;
    for (std::size_t looked = 0; looked < count; ++looked) {
        m_groups[m_found].view->setCurrentIndex({});
        m_found = (m_found + way) % count;
        const Column &column = m_groups[m_found];
        const FindStep first = step == FindStep::Previous ? step : FindStep::Here;
        if (column.box->isVisibleTo(this) && column.view->find(text, first, false))
            return true;
    }
    return false;
}

RequestTab::RequestTab(QWidget *parent)
    : QWidget(parent)
    , m_layout(plainLayout(this))
    , m_facts(new FactList(tr("Request"), this))
    , m_headers(new FactList(tr("Headers"), this))
    , m_body(new CodeView(tr("Decoded body"), this))
{
    auto *top = new QWidget(this);
    auto *facts = plainLayout(top);
    facts->addWidget(m_facts);
    facts->addWidget(sectionTitle(tr("Headers"), top));
    facts->addWidget(m_headers);
    facts->addStretch();
    auto *bottom = new QWidget(this);
    auto *body = plainLayout(bottom);
    auto *title = new QHBoxLayout;
    title->setContentsMargins(0, 0, px(8), 0);
    title->addWidget(sectionTitle(tr("Decoded body"), bottom), 1);
    title->addWidget(partSwitch(m_body, bottom));
    body->addLayout(title);
    body->addWidget(m_body, 1);
    m_layout->addWidget(scrolled(top, this), 1);
    m_layout->addWidget(bottom, 1);
    setFocusProxy(m_body);
}

void RequestTab::setSideBySide(bool sideBySide)
{
    m_layout->setDirection(sideBySide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void RequestTab::setRequest(const StoredRequest &stored, const Event &event)
{
    m_headers->setFacts(requestHeaders(stored.request));
    const auto show = [this, stored](const BodyText &body) {
        m_body->setCode(body.text);
        setFacts(stored, body.eventIndex);
    };
    if (stored.request.body.size() <= quickBodyBytes) {
        m_decoding.drop();
        show(bodyText(stored, event));
        return;
    }
    setFacts(stored, -1);
    m_body->setPending(tr("Decoding the body"));
    m_decoding.run([stored, event] { return bodyText(stored, event); }, show);
}

void RequestTab::setFacts(const StoredRequest &stored, std::int64_t eventIndex)
{
    QList<Fact> facts = requestFacts(stored, eventIndex);
    facts.insert(1, {fromUtf8(stored.request.method), fromUtf8(stored.request.target)});
    m_facts->setFacts(facts);
}

RawTab::RawTab(QWidget *parent)
    : QWidget(parent)
    , m_layout(plainLayout(this))
    , m_clocks(new FactList(tr("Clocks"), this))
    , m_code(new CodeView(tr("Event as JSON"), this))
    , m_pretty(new QPushButton(tr("Indented"), this))
    , m_exact(new QPushButton(tr("As sent"), this))
{
    auto *bottom = new QWidget(this);
    auto *body = plainLayout(bottom);
    auto *choice = new QHBoxLayout;
    choice->setContentsMargins(px(14), px(8), px(14), px(4));
    choice->setSpacing(px(2));
    auto *group = new QButtonGroup(this);
    for (QPushButton *button : {m_pretty, m_exact}) {
        setButtonLook(button, ButtonKind::Segment);
        button->setCheckable(true);
        group->addButton(button);
        choice->addWidget(button);
    }
    m_pretty->setChecked(true);
    choice->addStretch();
    choice->addWidget(partSwitch(m_code, bottom));
    body->addLayout(choice);
    body->addWidget(m_code, 1);
    auto *top = new QWidget(this);
    auto *facts = plainLayout(top);
    facts->addWidget(m_clocks);
    facts->addStretch();
    m_layout->addWidget(scrolled(top, this), 2);
    m_layout->addWidget(bottom, 3);
    connect(group, &QButtonGroup::buttonToggled, this, &RawTab::showCode);
    setFocusProxy(m_code);
}

void RawTab::setSideBySide(bool sideBySide)
{
    m_layout->setDirection(sideBySide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void RawTab::setEvent(const StoredEvent &event)
{
    m_payload = event.payload;
    m_clocks->setFacts(eventClocks(event.event));
    showCode();
}

void RawTab::showCode()
{
    const auto print = [payload = m_payload, indented = m_pretty->isChecked()] {
        return payload.isEmpty() ? tr("The body of this event is gone.")
            : indented           ? jsonPretty(viewOf(payload))
                                 : fromUtf8(viewOf(payload));
    };
    if (m_payload.size() <= quickTextBytes) {
        m_printing.drop();
        m_code->setCode(print());
        return;
    }
    m_code->setPending(tr("Preparing the text"));
    m_printing.run(print, [this](const QString &text) { m_code->setCode(text); });
}

} // namespace Weir
