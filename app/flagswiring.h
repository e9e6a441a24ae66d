#pragma once

#include "ui/models/flagboard.h"

#include <QHash>
#include <QObject>

namespace Weir {

class Engine;

/// Joins the board that the window shows of flags to the desk that the engine keeps: news of the desk become
/// reports, and what is wanted becomes orders. Lives on the window's thread; both outlive it.
class FlagsWiring : public QObject
{
    Q_OBJECT
public:
    FlagsWiring(Engine &engine, FlagBoard &board, QObject *parent = nullptr);

    /// The newest values that were served; answered by `servedRead` with the number that is returned.
    quint64 readServed(const ServedQuery &query);
    /// What applying a scene would change; answered by `rehearsed`.
    void rehearse(const FlagScene &scene);

signals:
    void servedRead(quint64 id, const Weir::ServedPage &page);
    void rehearsed(const QString &scene, const std::vector<Weir::SceneChange> &changes);

private:
    void order(const FlagOrder &order);
    void readReport();
    void sawAnswer(quint64 id, const FlagAnswer &answer);

    Engine &m_engine;
    FlagBoard &m_board;
    QHash<quint64, FlagOrder::Kind> m_orders; ///< Not answered yet.
    quint64 m_rehearsal = 0; ///< The last order of that kind.
    QString m_rehearsed; ///< The scene of it.
    bool m_reading = false; ///< A report is on its way.
    bool m_isOld = false; ///< It will be old when it comes.
};

} // namespace Weir
