#pragma once

#include "ui/panels/boardform.h"

class QHBoxLayout;

namespace Weir {

class DemoChip;

/// The switchboard as one row of 60 px, for a demo on the full screen.
class StripBoard : public BoardForm
{
    Q_OBJECT
public:
    explicit StripBoard(QWidget *parent = nullptr);

    void setView(const BoardView &view) override;
    const QList<SwitchCell *> &cells() const override { return m_cells; }
    void setAsking(bool asking) override;
    /// With room for all switches.
    int wantedWidth() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildRow();
    void buildCells(int count);
    void openMenu();
    int roomForCells(int width) const;
    void fit();

    BoardView m_view;
    QList<SwitchCell *> m_cells;
    QWidget *m_row;
    QHBoxLayout *m_cellRow;
    DemoChip *m_scene;
    QList<QToolButton *> m_buttons; ///< At the right.
    TextLabel *m_more;
    ClosingQuestion *m_question;
};

} // namespace Weir
