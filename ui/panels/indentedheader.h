#pragma once

#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QPainter>

namespace Weir {

/// A header over a list whose first column stands farther from the edge than the gaps between columns.
class IndentedHeader : public QHeaderView
{
public:
    explicit IndentedHeader(QWidget *parent)
        : QHeaderView(Qt::Horizontal, parent)
    {
        setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        setSectionsMovable(false);
    }

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override
    {
        if (section > 0)
            return QHeaderView::paintSection(painter, rect, section);
        const int indent = px(6);
        painter->fillRect(rect.x(), rect.y(), indent, rect.height(), color(Token::S2));
        painter->fillRect(rect.x(), rect.bottom(), indent, 1, color(Token::Line2));
        QHeaderView::paintSection(painter, rect.adjusted(indent, 0, 0, 0), section);
    }
};

} // namespace Weir
