#include "ui/panels/propertyview.h"

#include "ui/delegates/flagpaint.h"
#include "ui/theme/controls.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTextLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

using RowKind = PropertyModel::RowKind;

constexpr int lineHeight = 16, rowPadding = 3, mostLines = 8;
constexpr int markRoom = 18, markGap = 4; ///< At the right, for the glyph of required rows.

RowKind kindOf(const QModelIndex &index)
{
    return static_cast<RowKind>(index.data(PropertyModel::RowKindRole).toInt());
}

/// Of a flag: the event that a click leads to; 0: there is none, as for all other rows.
qint64 eventOf(const QModelIndex &index)
{
    return kindOf(index) == RowKind::Flag ? index.data(PropertyModel::EventRole).toLongLong() : 0;
}

Token valueToken(const QModelIndex &index)
{
    switch (kindOf(index)) {
    case RowKind::Missing:
        return Token::Err;
    case RowKind::Violation:
        return index.data(PropertyModel::InvalidRole).toBool() ? Token::Err : Token::Warn;
    case RowKind::Fact:
    case RowKind::More:
        return Token::T2;
    case RowKind::Group:
    case RowKind::Flag:
    case RowKind::Value:
        break;
    }
    switch (static_cast<JsonKind>(index.data(PropertyModel::JsonKindRole).toInt())) {
    case JsonKind::String:
        return Token::JsonStr;
    case JsonKind::Number:
        return Token::JsonNum;
    case JsonKind::True:
    case JsonKind::False:
    case JsonKind::Null:
        return Token::JsonBool;
    default:
        return Token::T2;
    }
}

/// A value broken into lines; objects and arrays are one line of preview, since they open.
class ValueLayout
{
public:
    ValueLayout(const QModelIndex &index, int width)
        : m_layout(index.data().toString(), Weir::font(TextStyle::Mono))
    {
        const auto json = static_cast<JsonKind>(index.data(PropertyModel::JsonKindRole).toInt());
        const bool preview
            = kindOf(index) == RowKind::Value && (json == JsonKind::Object || json == JsonKind::Array);
        QTextOption wrap;
        wrap.setWrapMode(preview ? QTextOption::WrapAnywhere : QTextOption::WrapAtWordBoundaryOrAnywhere);
        m_layout.setTextOption(wrap);
        m_width = qMax(20, width);
        m_layout.beginLayout();
        const int most = preview ? 1 : mostLines;
        while (m_lines < most) {
            QTextLine line = m_layout.createLine();
            if (!line.isValid())
                break;
            line.setLineWidth(m_width);
            line.setPosition(QPointF(0, m_lines * px(lineHeight)));
            ++m_lines;
        }
        m_layout.endLayout();
    }

    int height() const { return qMax(1, m_lines) * px(lineHeight); }
    void draw(QPainter *painter, QPointF at) const
    {
        // The font's own line is lower than the design's.
        const double gap = (px(lineHeight) - QFontMetrics(Weir::font(TextStyle::Mono)).height()) / 2.0;
        for (int i = 0; i < m_lines; ++i)
            m_layout.lineAt(i).draw(painter, at + QPointF(0, gap));
        if (m_lines == 0)
            return;
        const QTextLine last = m_layout.lineAt(m_lines - 1);
        if (last.textStart() + last.textLength() >= m_layout.text().size())
            return;
        const double x = qMin(last.naturalTextWidth(), double(m_width));
        painter->setFont(Weir::font(TextStyle::Mono));
        painter->drawText(at + QPointF(x, gap + last.y() + last.ascent()), u"…"_s);
    }

private:
    QTextLayout m_layout;
    int m_lines = 0, m_width = 0;
};

/// How much of a key stands on the first of two lines: whole words, where they are not too long.
qsizetype firstLine(const QString &key, const QFontMetrics &metrics, int width)
{
    qsizetype fits = key.size();
    while (fits > 1 && metrics.horizontalAdvance(key.left(fits)) > width)
        --fits;
    const qsizetype word = fits < key.size() ? key.lastIndexOf(u'_', fits - 1) + 1 : fits;
    return word > 0 ? word : fits;
}

class PropertyDelegate : public QStyledItemDelegate
{
public:
    explicit PropertyDelegate(QTreeView *view)
        : QStyledItemDelegate(view)
        , m_view(view)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        if (kindOf(index) == RowKind::Group)
            return {px(100), px(28)};
        if (kindOf(index) == RowKind::Flag)
            return {px(60), 2 * px(lineHeight) + 2 * px(rowPadding)};
        if (index.column() == 0)
            return {px(60), px(lineHeight + 2 * rowPadding)};
        const int note = index.data(PropertyModel::NoteRole).toString().isEmpty() ? 0 : px(lineHeight);
        return {px(60),
            ValueLayout(index, valueWidth(m_view->columnWidth(1))).height() + note + 2 * px(rowPadding)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (kindOf(index) == RowKind::Group)
            paintGroup(painter, option.rect, index);
        else if (kindOf(index) == RowKind::Flag)
            paintFlag(painter, option.rect, index);
        else if (index.column() == 0)
            paintKey(painter, option.rect, index);
        else
            paintValue(painter, option.rect, index);
    }

private:
    static int valueWidth(int column) { return column - px(markRoom + markGap); }

    void paintGroup(QPainter *painter, const QRect &rect, const QModelIndex &index) const
    {
        const QRect body = rect.adjusted(px(14) - rect.x(), px(4), -px(14), 0);
        painter->setFont(Weir::font(TextStyle::CaptionStrong));
        painter->setPen(color(Token::T2));
        painter->drawText(body, Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
        const bool open = m_view->isExpanded(index);
        const QRect arrow(body.right() - px(13), body.y(), px(13), body.height());
        drawIcon(painter, arrow, open ? u"chevron-down" : u"chevron-right", px(13), Token::T3);
        painter->setFont(Weir::font(TextStyle::CaptionRegular));
        painter->setPen(color(Token::T3));
        const int count = index.data(PropertyModel::CountRole).toInt();
        painter->drawText(body.adjusted(0, 0, -px(20), 0), Qt::AlignVCenter | Qt::AlignRight,
            count < 0 ? QString() : QString::number(count));
    }

    /// The key on two lines, since the value has two: the value itself, and where it was seen.
    static void paintFlag(QPainter *painter, const QRect &rect, const QModelIndex &index)
    {
        const QRect upper(rect.x(), rect.y() + px(rowPadding), rect.width(), px(lineHeight));
        const QRect lower = upper.translated(0, px(lineHeight));
        if (index.column() == 0) {
            painter->setFont(Weir::font(TextStyle::Mono));
            painter->setPen(color(Token::T2));
            const QString key = index.data().toString();
            const int width = rect.width() - px(8);
            const qsizetype first = firstLine(key, painter->fontMetrics(), width);
            painter->drawText(upper, Qt::AlignVCenter | Qt::AlignLeft, key.left(first));
            painter->drawText(lower, Qt::AlignVCenter | Qt::AlignLeft,
                painter->fontMetrics().elidedText(key.mid(first), Qt::ElideRight, width));
            return;
        }
        drawFlagValue(painter, upper.adjusted(0, 0, -px(markRoom), 0), index.data().toString(),
            index.data(PropertyModel::OverriddenRole).toBool());
        painter->setFont(Weir::font(TextStyle::CaptionRegular));
        painter->setPen(color(eventOf(index) ? Token::Accent : Token::T2)); // A link where it leads to one.
        const QString where = index.data(PropertyModel::WhereRole).toString();
        painter->drawText(lower, Qt::AlignVCenter | Qt::AlignLeft,
            painter->fontMetrics().elidedText(where, Qt::ElideMiddle, lower.width() - px(markGap)));
    }

    static void paintKey(QPainter *painter, const QRect &rect, const QModelIndex &index)
    {
        const bool fact = kindOf(index) == RowKind::Fact || kindOf(index) == RowKind::More
            || kindOf(index) == RowKind::Violation;
        painter->setFont(Weir::font(fact ? TextStyle::CaptionRegular : TextStyle::Mono));
        painter->setPen(color(Token::T2));
        const QRect line(rect.x(), rect.y() + px(rowPadding), rect.width() - px(8), px(lineHeight));
        const QString key
            = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, line.width());
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft, key);
    }

    static void paintValue(QPainter *painter, const QRect &rect, const QModelIndex &index)
    {
        painter->save();
        painter->setClipRect(rect);
        painter->setPen(color(valueToken(index)));
        const ValueLayout value(index, valueWidth(rect.width()));
        value.draw(painter, QPointF(rect.x(), rect.y() + px(rowPadding)));
        const QString note = index.data(PropertyModel::NoteRole).toString();
        const bool isInvalid = index.data(PropertyModel::InvalidRole).toBool();
        if (!note.isEmpty()) {
            painter->setFont(Weir::font(TextStyle::CaptionRegular));
            painter->setPen(color(isInvalid ? Token::Err : Token::Warn));
            painter->drawText(
                QRect(rect.x(), rect.y() + px(rowPadding) + value.height(), rect.width(), px(lineHeight)),
                Qt::AlignVCenter | Qt::AlignLeft,
                painter->fontMetrics().elidedText(note, Qt::ElideRight, rect.width()));
        }
        const QRect mark(rect.right() - px(markRoom), rect.y() + px(rowPadding), px(13), px(lineHeight));
        if (index.data(PropertyModel::RequiredRole).toBool())
            drawIcon(painter, mark, u"check", px(13), Token::Ok);
        else if (kindOf(index) == RowKind::Missing || (isInvalid && !note.isEmpty()))
            drawIcon(painter, mark, u"circle-x", px(13), Token::Err);
        painter->restore();
    }

    QTreeView *m_view;
};

} // namespace

PropertyView::PropertyView(PropertyModel &model, std::optional<PropertyModel::Group> group, QWidget *parent)
    : QTreeView(parent)
    , m_model(model)
    , m_group(group)
{
    setModel(&model);
    setItemDelegate(new PropertyDelegate(this));
    setAccessibleName(tr("Properties"));
    setFrameShape(QFrame::NoFrame);
    setHeaderHidden(true);
    setRootIsDecorated(group.has_value());
    setMouseTracking(true);
    setExpandsOnDoubleClick(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionBehavior(SelectRows);
    header()->setStretchLastSection(true);
    header()->setMinimumSectionSize(20);
    connect(&model, &QAbstractItemModel::modelReset, this, &PropertyView::modelReset);
    connect(this, &QTreeView::clicked, this, &PropertyView::activateRow);
    applyPalette();
    modelReset();
}

void PropertyView::applyPalette()
{
    if (m_applying)
        return;
    m_applying = true;
    QPalette own = palette();
    own.setColor(QPalette::Base, color(Token::S2));
    setPalette(own);
    setIndentation(px(14));
    fitColumns();
    m_applying = false;
}

void PropertyView::modelReset()
{
    if (m_group) {
        setRootIndex(m_model.groupIndex(*m_group)); // Where there is none, the column is hidden.
        return;
    }
    for (int row = 0; row < m_model.rowCount(); ++row) {
        setFirstColumnSpanned(row, {}, true);
        expand(m_model.index(row, 0));
    }
}

void PropertyView::fitColumns()
{
    const int key = m_group ? px(118) : px(150);
    header()->resizeSection(0, qMin(key, viewport()->width() / 2));
    scheduleDelayedItemsLayout(); // Values wrap anew.
}

void PropertyView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    fitColumns();
}

void PropertyView::changeEvent(QEvent *event)
{
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        applyPalette();
}

void PropertyView::drawRow(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const bool hasNote = !index.data(PropertyModel::NoteRole).toString().isEmpty();
    const bool wrong
        = kindOf(index) == RowKind::Missing || (hasNote && index.data(PropertyModel::InvalidRole).toBool());
    const bool odd = hasNote && !wrong;
    if (selectionModel()->isRowSelected(index.row(), index.parent()))
        painter->fillRect(option.rect, color(hasFocus() ? Token::Sel : Token::SelQuiet));
    else if (wrong || odd)
        painter->fillRect(option.rect, color(wrong ? Token::ErrBg : Token::WarnBg));
    if (wrong || odd)
        painter->fillRect(option.rect.x(), option.rect.y(), 3, option.rect.height(),
            color(wrong ? Token::Err : Token::Warn));
    QStyleOptionViewItem plain = option;
    plain.state.setFlag(QStyle::State_Selected, false); // The style would fill over it.
    plain.state.setFlag(QStyle::State_MouseOver, false);
    QTreeView::drawRow(painter, plain, index);
}

bool PropertyView::find(const QString &text, FindStep step, bool wraps)
{
    QModelIndexList visible;
    QModelIndex index = m_model.index(0, 0, rootIndex());
    for (; index.isValid(); index = indexBelow(index))
        visible.append(index);
    const auto count = visible.size();
    const auto current = visible.indexOf(currentIndex().siblingAtColumn(0)); // −1: none.
    const int way = step == FindStep::Previous ? -1 : 1;
    auto at = step == FindStep::Here ? qMax(qsizetype(0), current) : current + way;
    if (step == FindStep::Previous && current < 0)
        at = count - 1;
    for (qsizetype looked = 0; looked < count; ++looked, at += way) {
        if (!wraps && (at < 0 || at >= count))
            return false;
        const QModelIndex &candidate = visible[(at + count) % count];
        const bool hit = candidate.data().toString().contains(text, Qt::CaseInsensitive)
            || candidate.siblingAtColumn(1)
                   .data(PropertyModel::TextRole)
                   .toString()
                   .contains(text, Qt::CaseInsensitive);
        if (!hit || kindOf(candidate) == RowKind::Group)
            continue;
        setCurrentIndex(candidate);
        scrollTo(candidate);
        return true;
    }
    return false;
}

void PropertyView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy) && currentIndex().isValid()) {
        QGuiApplication::clipboard()->setText(currentIndex().data(PropertyModel::TextRole).toString());
        return;
    }
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && currentIndex().isValid() && kindOf(currentIndex()) == RowKind::Flag)
        return activateRow(currentIndex());
    QTreeView::keyPressEvent(event);
}

void PropertyView::mouseMoveEvent(QMouseEvent *event)
{
    QTreeView::mouseMoveEvent(event);
    const QModelIndex index = indexAt(event->pos());
    viewport()->setCursor(index.isValid() && eventOf(index) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void PropertyView::activateRow(const QModelIndex &index)
{
    if (kindOf(index) == RowKind::Group)
        setExpanded(index, !isExpanded(index));
    else if (const qint64 event = eventOf(index))
        emit eventWanted(event);
}

void PropertyView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
    if (index.isValid() && kindOf(index) == RowKind::Flag)
        openFlagMenu(
            index, byKey ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
    else if (index.isValid() && kindOf(index) != RowKind::Group)
        openMenu(index, byKey ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
}

void PropertyView::openFlagMenu(const QModelIndex &index, QPoint globalPosition)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto copies = [menu](const QString &title, const QString &text) {
        menu->addAction(title, menu, [text] { QGuiApplication::clipboard()->setText(text); });
    };
    copies(tr("Copy value"), index.data(PropertyModel::TextRole).toString());
    copies(tr("Copy key"), index.siblingAtColumn(0).data().toString());
    if (const qint64 event = eventOf(index)) {
        menu->addSeparator();
        menu->addAction(tr("Show the event"), this, [this, event] { emit eventWanted(event); });
    }
    menu->popup(globalPosition);
}

void PropertyView::openMenu(const QModelIndex &index, QPoint globalPosition)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto copies = [menu](const QString &title, const QString &text) {
        QAction *action
            = menu->addAction(title, menu, [text] { QGuiApplication::clipboard()->setText(text); });
        action->setEnabled(!text.isEmpty());
    };
    const QString value = index.data(PropertyModel::TextRole).toString();
    const QString key = index.siblingAtColumn(0).data().toString();
    copies(tr("Copy value"), value);
    copies(tr("Copy path"), index.data(PropertyModel::PathRole).toString());
    copies(tr("Copy as JSON"), jsonQuoted(key) + u": "_s + index.data(PropertyModel::JsonRole).toString());
    const QString filterKey = index.data(PropertyModel::FilterKeyRole).toString();
    if (!filterKey.isEmpty() && !value.isEmpty()) {
        menu->addSeparator();
        const auto filters = [&](const QString &title, FilterOp op) {
            menu->addAction(
                title, this, [this, term = FilterTerm{filterKey, op, value}] { emit filterRequested(term); });
        };
        filters(tr("Filter by this value"), FilterOp::Is);
        filters(tr("Exclude this value"), FilterOp::IsNot);
    }
    menu->popup(globalPosition);
}

} // namespace Weir
