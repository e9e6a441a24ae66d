#include "ui/panels/completionpopup.h"

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int popupWidth = 330;

/// The keys of the popup's foot: "Tab accept  Enter apply  Esc close".
class KeyRow : public QWidget
{
public:
    using QWidget::QWidget;
    QSize sizeHint() const override { return {px(popupWidth), px(28)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(0, 0, width(), 1, color(Token::Line2));
        int x = px(10);
        for (const auto &[key, does] : {std::pair(u"Tab"_s, u"accept"_s), std::pair(u"Enter"_s, u"apply"_s),
                 std::pair(u"Esc"_s, u"close"_s)}) {
            drawKeyChip(&painter, QRect(x, 1, 0, height() - 1), key);
            x += keyChipWidth(key) + px(6);
            painter.setFont(Weir::font(TextStyle::CaptionRegular));
            painter.setPen(color(Token::T3));
            painter.drawText(QRect(x, 1, width(), height() - 1), Qt::AlignVCenter | Qt::AlignLeft, does);
            x += painter.fontMetrics().horizontalAdvance(does) + px(8);
        }
    }
};

class SuggestionDelegate : public QStyledItemDelegate
{
public:
    SuggestionDelegate(const SuggestionModel &model, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_model(model)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        return {px(100), px(startsOperators(index.row()) ? 33 : 25)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Suggestion &suggestion = m_model.at(index.row());
        QRect rect = option.rect;
        if (startsOperators(index.row())) {
            painter->fillRect(rect.x(), rect.y() + px(4), rect.width(), 1, color(Token::Line2));
            rect.setTop(rect.top() + px(8));
        }
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        if (selected || option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(rect, color(selected ? Token::Sel : Token::Hover));
        const QRect body = rect.adjusted(px(10), 0, -px(10), 0);
        if (suggestion.kind == Suggestion::Kind::Operator)
            paintOperator(painter, body, suggestion);
        else
            paintValue(painter, body, suggestion);
    }

private:
    bool startsOperators(int row) const
    {
        return row > 0 && m_model.at(row).kind == Suggestion::Kind::Operator
            && m_model.at(row - 1).kind != Suggestion::Kind::Operator;
    }

    static void paintOperator(QPainter *painter, const QRect &rect, const Suggestion &suggestion)
    {
        painter->setFont(Weir::font(TextStyle::Mono));
        painter->setPen(color(Token::T1));
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, suggestion.text);
        painter->setFont(Weir::font(TextStyle::Row));
        painter->setPen(color(Token::T3));
        painter->drawText(
            rect.adjusted(px(84), 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, suggestion.detail);
    }

    static void paintValue(QPainter *painter, const QRect &rect, const Suggestion &suggestion)
    {
        painter->setFont(Weir::font(TextStyle::Mono));
        painter->setPen(color(Token::T3));
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, suggestion.detail);
        const int room = rect.width() - painter->fontMetrics().horizontalAdvance(suggestion.detail) - px(8);
        const QString text = QFontMetrics(Weir::font(TextStyle::RowStrong))
                                 .elidedText(suggestion.text, Qt::ElideMiddle, room);
        const auto at
            = suggestion.match.isEmpty() ? -1 : text.indexOf(suggestion.match, 0, Qt::CaseInsensitive);
        int x = rect.x();
        const auto part = [&](const QString &piece, TextStyle style) {
            painter->setFont(Weir::font(style));
            painter->drawText(
                QRect(x, rect.y(), rect.width(), rect.height()), Qt::AlignVCenter | Qt::AlignLeft, piece);
            x += painter->fontMetrics().horizontalAdvance(piece);
        };
        painter->setPen(color(Token::T1));
        if (at < 0)
            return part(text, TextStyle::Row);
        part(text.left(at), TextStyle::Row);
        part(text.mid(at, suggestion.match.size()), TextStyle::RowStrong);
        part(text.mid(at + suggestion.match.size()), TextStyle::Row);
    }

    const SuggestionModel &m_model;
};

} // namespace

void SuggestionModel::setSuggestions(const QList<Suggestion> &suggestions)
{
    if (suggestions == m_suggestions)
        return;
    beginResetModel();
    m_suggestions = suggestions;
    endResetModel();
}

int SuggestionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_suggestions.size());
}

QVariant SuggestionModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Suggestion &suggestion = m_suggestions[index.row()];
    if (role == Qt::DisplayRole)
        return suggestion.text;
    if (role == Qt::AccessibleTextRole)
        return suggestion.detail.isEmpty() ? suggestion.text : suggestion.text + u", "_s + suggestion.detail;
    return {};
}

CompletionPopup::CompletionPopup(QWidget *field)
    : QFrame(field)
    , m_field(field)
    , m_model(this)
    , m_list(new QListView(this))
    , m_heading(new TextLabel({}, TextStyle::CaptionRegular, Token::T3, this))
    , m_scope(new TextLabel({}, TextStyle::CaptionRegular, Token::T3, this))
{
    hide();
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Filter suggestions"));
    m_list->setAccessibleName(tr("Filter suggestions"));
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new SuggestionDelegate(m_model, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);
    connect(m_list, &QListView::clicked, this,
        [this](const QModelIndex &index) { emit picked(m_model.at(index.row())); });
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, px(4), 1, 1);
    layout->setSpacing(0);
    auto *headings = new QHBoxLayout;
    headings->setContentsMargins(px(10), px(4), px(10), px(4));
    headings->addWidget(m_heading, 1);
    headings->addWidget(m_scope);
    layout->addLayout(headings);
    layout->addWidget(m_list);
    layout->addWidget(new KeyRow(this));
}

void CompletionPopup::suggest(
    const Heading &heading, const QList<Suggestion> &suggestions, const QRect &anchor)
{
    if (suggestions.isEmpty())
        return hide();
    m_heading->setText(heading.left);
    m_scope->setText(heading.right);
    m_model.setSuggestions(suggestions);
    m_list->setCurrentIndex(m_model.index(0));
    m_chosen = false;
    place(anchor);
    show();
    raise();
}

void CompletionPopup::moveCurrent(int steps)
{
    const int rows = m_model.rowCount();
    if (rows == 0)
        return;
    const int row = (m_list->currentIndex().row() + steps + rows) % rows;
    m_list->setCurrentIndex(m_model.index(row));
    m_chosen = true;
}

const Suggestion *CompletionPopup::current() const
{
    const QModelIndex index = m_list->currentIndex();
    return isVisible() && index.isValid() ? &m_model.at(index.row()) : nullptr;
}

void CompletionPopup::place(const QRect &anchor)
{
    QWidget *window = m_field->window();
    if (parentWidget() != window)
        setParent(window);
    int rows = 0;
    for (int row = 0; row < m_model.rowCount(); ++row)
        rows += m_list->sizeHintForRow(row);
    m_list->setFixedHeight(rows);
    const QPoint corner = m_field->mapTo(window, QPoint(anchor.x(), m_field->height() + px(2)));
    const int width = qMin(px(popupWidth), window->width() - px(16));
    const int height = qMin(layout()->sizeHint().height(), window->height() - corner.y() - px(8));
    setGeometry(
        qBound(px(8), corner.x(), qMax(px(8), window->width() - width - px(8))), corner.y(), width, height);
}

void CompletionPopup::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    drawRounded(&painter, rect(), 5, color(Token::S2), color(Token::Line3));
}

} // namespace Weir
