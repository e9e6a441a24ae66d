#pragma once

#include "ui/panels/boardform.h"

class QGridLayout;
class QScrollArea;
class QVBoxLayout;

namespace Weir {

class DemoChip;
class DemoGlyph;
class LastEvents;

/// The switchboard as a pane, 400 px wide: header, scenes, a row a switch, the last events, the way back.
class TallBoard : public BoardForm
{
    Q_OBJECT
public:
    explicit TallBoard(QWidget *parent = nullptr);

    void setView(const BoardView &view) override;
    const QList<SwitchCell *> &cells() const override { return m_cells; }
    void setAsking(bool asking) override;
    LastEvents *events() const { return m_events; }

private:
    QWidget *buildHeader();
    QWidget *buildFooter();
    void buildScenes(const QStringList &scenes);
    void buildCells(int count);
    void showSdks(const QStringList &sdks, const QStringList &silent);
    void copyReloadCall();

    QList<SwitchCell *> m_cells;
    QStringList m_sceneNames;
    QList<DemoChip *> m_chips; ///< Upstream, and the scenes.
    DemoGlyph *m_sdkDot;
    TextLabel *m_sdks, *m_more;
    QWidget *m_sceneBox, *m_rows, *m_moreBox;
    QGridLayout *m_sceneGrid;
    QVBoxLayout *m_rowColumn;
    QScrollArea *m_scroll;
    LastEvents *m_events;
    QWidget *m_actions;
    QPushButton *m_copy;
    ClosingQuestion *m_question;
};

} // namespace Weir
