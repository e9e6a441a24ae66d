#pragma once

#include "ui/theme/controls.h"

class QLineEdit;
class QPushButton;

namespace Weir {

/// The header bar of Flags: how many were seen, find, add, back to upstream, and the way to the switchboard.
class FlagsToolbar : public Surface
{
    Q_OBJECT
public:
    explicit FlagsToolbar(QWidget *parent = nullptr);

    QLineEdit *find() const { return m_find; }
    void setSeen(int flags); ///< How many flags SDKs got values of.
    void setOverrides(int overrides);
    /// That many were taken away: for ten seconds they can be had back.
    void offerUndo(int overrides);
    void endUndo();
    void setDemoOffered(bool isOffered);

signals:
    void removeAllWanted();
    void undoWanted();
    void addWanted();
    void demoWanted();

private:
    TextLabel *m_seen;
    QLineEdit *m_find;
    QPushButton *m_remove, *m_demo;
    QWidget *m_undo;
    TextLabel *m_undoText;
};

} // namespace Weir
