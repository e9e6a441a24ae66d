#pragma once

#include "ui/models/liverows.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

class QPushButton;
class QToolButton;

namespace Weir {

class TokenEdit;

/// The header bar of Live: pause, clear, filter, grouping, columns, density, detail pane.
class LiveToolbar : public Surface
{
    Q_OBJECT
public:
    explicit LiveToolbar(QWidget *parent = nullptr);

    TokenEdit *filter() const { return m_filter; }
    QToolButton *columnsButton() const { return m_columns; }

    void setPaused(bool paused);
    void setGrouping(LiveRows::Grouping grouping);
    void setDetail(bool shown, bool atBottom);

signals:
    void pauseToggled(bool paused);
    void clearWanted();
    void flatToggled(bool flat);
    void columnsMenuWanted();
    void densityWanted(Weir::Density density);
    void detailToggled(bool shown);

private:
    void buildGrouping();
    void showDensities();

    bool m_paused = false;
    QPushButton *m_pause;
    TokenEdit *m_filter;
    QPushButton *m_byTrace;
    QPushButton *m_flat;
    QToolButton *m_columns;
    QToolButton *m_rows;
    QToolButton *m_detail;
};

} // namespace Weir
