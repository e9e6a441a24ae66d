#pragma once

#include "core/base/time.h"
#include "ui/models/demoswitches.h"
#include "ui/theme/controls.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <vector>

class QPushButton;
class QToolButton;

namespace Weir {

class SwitchCell;

/// What both forms of the switchboard show. A value.
struct BoardView
{
    std::vector<DemoSwitch> switches; ///< At most nine.
    QStringList scenes;
    int activeScene = -1; ///< -1: none as a whole.
    int overrides = 0; ///< How many are on…
    int hidden = 0; ///< …and how many of these have no switch here.
    QStringList sdks; ///< Those that are connected: "posthog-js 1.270.0, 3 s ago"…
    QStringList silentSdks; ///< …and those that have asked before.
    UtcTime now{};

    bool operator==(const BoardView &) const = default;
};

/// One form of the switchboard: asks by signals and shows what it is told. Its bare ground can be dragged.
class BoardForm : public Surface
{
    Q_OBJECT
public:
    using Surface::Surface;

    virtual void setView(const BoardView &view) = 0;
    virtual const QList<SwitchCell *> &cells() const = 0;
    /// Shows or hides the question what becomes of the overrides.
    virtual void setAsking(bool asking) = 0;
    void setPinned(bool pinned);
    /// A compositor may not be told to keep a window on top: then there is no pin, but the hint where to find
    /// it.
    void setPinHint(const QString &hint);

signals:
    void toggleWanted(int place); ///< Of the switch, from 0.
    void variantWanted(int place, const QString &variant);
    void sceneWanted(int place); ///< -1: upstream.
    void formWanted(); ///< The other one.
    void pinWanted(bool pinned);
    void minimiseWanted();
    void closeWanted();
    void keepWanted(); ///< Answers: the overrides stay…
    void removeWanted(); ///< …or go, and the switchboard closes…
    void cancelWanted(); ///< …or it stays open.

protected:
    /// Removes a widget that may be in the middle of its own click.
    static void retire(QWidget *widget);
    /// Joins a new cell to the signals.
    void join(SwitchCell *cell, int place);
    // The controls of the window, in each form.
    QToolButton *makePin(QWidget *parent);
    QToolButton *makeMinimise(QWidget *parent);
    QToolButton *makeClose(QWidget *parent);

private:
    QToolButton *m_pin = nullptr;
};

/// The question of what becomes of the overrides, in one line.
class ClosingQuestion : public QWidget
{
    Q_OBJECT
public:
    ClosingQuestion(BoardForm *form, QWidget *parent);

    void setCount(int overrides);
    QPushButton *keep() const { return m_keep; }

private:
    TextLabel *m_text;
    QPushButton *m_keep;
};

} // namespace Weir
