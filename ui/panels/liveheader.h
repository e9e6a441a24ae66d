#pragma once

#include "ui/delegates/livecolumns.h"

#include <QWidget>

namespace Weir {

/// The captions of the Live list's columns. Their edges are dragged to resize; a double click on one takes
/// the width back to the design's.
class LiveHeader : public QWidget
{
    Q_OBJECT
public:
    LiveHeader(LiveColumns &columns, QWidget *parent);

    QSize sizeHint() const override;

signals:
    void resized();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    /// The column whose edge is under x, and which way it grows; -1: none.
    int edgeAt(int x) const;
    bool growsToLeft(int column) const;

    LiveColumns &m_columns;
    int m_dragged = -1;
    int m_dragX = 0, m_dragWidth = 0;
};

} // namespace Weir
