#pragma once

#include "ui/delegates/livecolumns.h"
#include "ui/delegates/liverowpainter.h"
#include "ui/models/livemodel.h"

#include <QAbstractScrollArea>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace Weir {

class LiveHeader;
class NewEventsPill;

/// The Live list: a window onto as many rows as there are, painted, with keyboard and screen reader access.
/// Nothing in it moves unless the user moved it. Scroll positions are 64 bit pixels, because ten million rows
/// are more than an int.
class LiveView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit LiveView(LiveModel *model, QWidget *parent = nullptr);

    LiveModel *model() const { return m_model; }
    LiveColumns &columns() { return m_columns; }
    const LiveColumns &columns() const { return m_columns; }
    void columnsChanged(); ///< After a change to columns().

    const LiveRow &current() const { return m_current; } ///< Kind::None: nothing is selected.
    LiveColumn currentColumn() const { return m_column; }
    bool isSelected(std::int64_t position) const;
    /// First and last selected position; first > last when nothing is.
    std::pair<std::int64_t, std::int64_t> selection() const;
    /// What is selected, for copying: events, and for a closed group, or one selected alone, its trace
    /// without an event. At most `limit` rows are looked at.
    std::vector<ScanHit> selectedEvents(std::int64_t limit) const;
    /// Selects, brings into sight and stops following.
    void setCurrent(std::int64_t position, bool extend = false);
    void clearCurrent();
    void toggle(const LiveRow &row);

    std::int64_t firstVisible() const; ///< Also partly.
    int visibleCount() const;
    QRect rowRect(std::int64_t position) const; ///< In the viewport.
    std::int64_t positionAt(int y) const; ///< -1 below the last row.

public slots:
    void goToEnd(); ///< And follow.

signals:
    void currentChanged(const Weir::LiveRow &row);
    /// Enter or a double click on an event.
    void activated(const Weir::LiveRow &row);
    void pauseWanted();
    void filterWanted(const QString &key, const QString &value, bool exclude);
    void copyWanted(); ///< selectedEvents(), as JSON.
    void menuWanted(const Weir::LiveRow &row, const QPoint &globalPosition);
    void columnsArranged(); ///< The user changed widths or order.
    void problemWanted(bool forward);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool viewportEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void rememberPlace();
    void restorePlace();
    void setTop(std::int64_t top);
    void scrolledByUser();
    void updateScrollBar();
    void tellVisible();
    void placeChildren();
    std::int64_t maxTop() const;
    void ensureVisible(std::int64_t position);
    void paintRow(QPainter &painter, std::int64_t position, const LiveRow &row);
    void paintCursorLine(QPainter &painter, std::int64_t first, std::int64_t last);
    std::int64_t currentPosition() const; ///< -1 without one.
    // liveviewinput.cpp
    bool moveByKey(QKeyEvent *event);
    bool actByKey(QKeyEvent *event);
    bool goLeft();
    bool goRight(bool allBelow);
    void goToEvent(int step);
    void copyCell();
    void showMenu(const LiveRow &row, const QPoint &globalPosition);
    void filterByCell(bool exclude);
    void showToolTip(const QPoint &position, const QPoint &globalPosition);
    void setHovered(std::int64_t position);

    LiveModel *m_model;
    LiveColumns m_columns;
    LiveRowPainter m_painter;
    LiveHeader *m_header;
    NewEventsPill *m_pill;
    std::int64_t m_top = 0; ///< Pixels of the list above the viewport.
    std::int64_t m_pixelsPerStep = 1; ///< Of the scroll bar.
    bool m_settingScrollBar = false;
    LiveRow m_anchor; ///< What stays in its place while rows come and go…
    int m_anchorOffset = 0; ///< …so many pixels below the viewport's top.
    LiveRow m_current, m_selectionStart;
    LiveColumn m_column = LiveColumn::Event;
    std::int64_t m_hovered = -1;
};

} // namespace Weir
