#pragma once

#include "core/store/eventquery.h"

#include <QWidget>

#include <optional>

namespace Weir {

/// Events over the time of the session, with a brush that limits the list to a part of it. Drag to set it,
/// click or Esc to clear it; with the keyboard Left and Right move it, with Shift they move its end.
class OverviewStrip : public QWidget
{
    Q_OBJECT
public:
    explicit OverviewStrip(QWidget *parent = nullptr);

    void setHistogram(const Histogram &histogram);
    /// What the filter says: a side that is open reaches to the edge.
    void setBrush(std::optional<UtcTime> since, std::optional<UtcTime> until);
    int wantedBuckets() const; ///< One bar is 6 px wide.
    QSize sizeHint() const override;

signals:
    /// Both empty: no limit.
    void brushChanged(const std::optional<Weir::UtcTime> &since, const std::optional<Weir::UtcTime> &until);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QRect chart() const;
    UtcTime end() const;
    UtcTime timeAt(int x) const; ///< On a bucket's edge.
    int xOf(UtcTime time) const;
    void paintBars(QPainter &painter) const;
    void paintAxis(QPainter &painter) const;
    void paintBrush(QPainter &painter) const;
    void moveBrush(int buckets, bool endOnly);
    void describe();

    Histogram m_histogram;
    std::optional<UtcTime> m_since, m_until;
    std::optional<int> m_dragStart;
    int m_dragEnd = 0;
};

} // namespace Weir
