#include "ui/window/navsection.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr qsizetype shownRows = 8;

class NavRow : public QAbstractButton
{
public:
    NavRow(const NavSection::Row &row, QWidget *parent)
        : QAbstractButton(parent)
        , m_value(row.value)
    {
        setText(row.name);
        setAccessibleName(row.name + u": "_s + row.value);
        setToolTip(accessibleName());
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
    }
    QSize sizeHint() const override { return {px(48), px(25)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const QRect body = rect().adjusted(px(8), 0, -px(8), 0);
        if (underMouse())
            drawRounded(&painter, body, 5, color(Token::S2), {});
        painter.setFont(Weir::font(TextStyle::Mono));
        const QFontMetrics metrics = painter.fontMetrics();
        const QRect inner = body.adjusted(px(8), 0, -px(8), 0);
        const QString value = metrics.elidedText(m_value, Qt::ElideRight, inner.width() / 2);
        painter.setPen(color(Token::T3));
        painter.drawText(inner, Qt::AlignVCenter | Qt::AlignRight, value);
        painter.setPen(color(Token::T2));
        const int room = inner.width() - metrics.horizontalAdvance(value) - px(8);
        painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft,
            metrics.elidedText(text(), Qt::ElideRight, qMax(0, room)));
        if (hasFocus())
            drawRounded(&painter, body, 5, {}, color(Token::Focus), 2);
    }

private:
    QString m_value;
};

} // namespace

NavSection::NavSection(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
    , m_name(new TextLabel(title, TextStyle::Caption, Token::T3, this))
    , m_state(new TextLabel({}, TextStyle::Caption, Token::Accent, this))
    , m_more(new TextLabel({}, TextStyle::CaptionRegular, Token::T3, this))
    , m_column(new QVBoxLayout(this))
{
    setAccessibleName(title);
    auto *head = new QHBoxLayout;
    head->addWidget(m_name, 1);
    head->addWidget(m_state);
    m_column->setSpacing(0);
    m_column->addLayout(head);
    m_column->addWidget(m_more);
    fit();
}

void NavSection::setRows(const QList<Row> &rows, const QString &state)
{
    m_state->setText(state);
    if (std::exchange(m_rows, rows) != rows) {
        qDeleteAll(std::exchange(m_buttons, {}));
        for (const Row &row : rows.first(qMin(shownRows, rows.size()))) {
            auto *button = new NavRow(row, this);
            connect(button, &QAbstractButton::clicked, this, [this, id = row.id] { emit rowRequested(id); });
            m_column->insertWidget(m_column->count() - 1, button);
            m_buttons.append(button);
        }
    }
    m_more->setText(tr("and %1 more").arg(rows.size() - shownRows));
    fit();
}

void NavSection::setRoom(bool hasRoom)
{
    m_hasRoom = hasRoom;
    fit();
}

void NavSection::fit()
{
    m_column->setContentsMargins(0, px(16), 0, 0);
    m_column->itemAt(0)->layout()->setContentsMargins(px(16), 0, px(16), px(6));
    m_more->setContentsMargins(px(16), px(2), 0, 0);
    m_more->setVisible(m_rows.size() > shownRows);
    setVisible(m_hasRoom && !m_rows.isEmpty());
}

void NavSection::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fit();
}

} // namespace Weir
