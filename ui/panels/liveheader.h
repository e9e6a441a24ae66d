#pragma once

#include "ui/delegates/livecolumns.h"

#include <QWidget>

namespace Weir {

/// The captions of the Live list's columns. Their edges are dragged to resize; a double click on one takes
/// the width back to the design's. A caption is dragged to another to take its place.
class LiveHeader : public QWidget
{
    Q_OBJECT
public:
    LiveHeader(LiveColumns &columns, QWidget *parent);

    QSize sizeHint() const override;

signals:
    void changed(); ///< Widths or order.

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    /// What the mouse has taken hold of.
    enum class Grip : std::uint8_t { None, Edge, Caption };
    struct Drag
    {
        Grip grip = Grip::None;
        LiveColumn column = LiveColumn::Time;
        int x = 0, width = 0; ///< At the press.
        bool moving = false; ///< A caption that went far enough to be no click.
        LiveColumn target = LiveColumn::Time; ///< Whose place it takes.
    };
    Drag gripAt(int x) const;
    void resizeTo(int x);
    void dragTo(int x);
    void paintTarget(QPainter &painter) const;

    LiveColumns &m_columns;
    Drag m_drag;
};

} // namespace Weir
