#include "app/flagswiring.h"

#include "app/engine.h"

#include <utility>

namespace Weir {

FlagsWiring::FlagsWiring(Engine &engine, FlagBoard &board, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_board(board)
{
    connect(&engine, &Engine::listening, this, &FlagsWiring::readReport);
    connect(&engine, &Engine::flagsChanged, this, &FlagsWiring::readReport);
    connect(&engine, &Engine::flagsAnswered, this, &FlagsWiring::sawAnswer);
    connect(&board, &FlagBoard::orderWanted, this, &FlagsWiring::order);
}

quint64 FlagsWiring::readServed(const ServedQuery &query)
{
    FlagOrder order;
    order.kind = FlagOrder::Kind::Served;
    order.served = query;
    const quint64 id = m_engine.orderFlags(order);
    m_orders.insert(id, order.kind);
    return id;
}

void FlagsWiring::rehearse(const FlagScene &scene)
{
    FlagOrder order;
    order.kind = FlagOrder::Kind::Rehearse;
    order.scene = scene;
    m_rehearsed = QString::fromStdString(scene.name);
    m_rehearsal = m_engine.orderFlags(order);
    m_orders.insert(m_rehearsal, order.kind);
}

void FlagsWiring::order(const FlagOrder &order)
{
    m_orders.insert(m_engine.orderFlags(order), order.kind);
    readReport(); // Shows what was done at once, not with the next news.
}

void FlagsWiring::readReport()
{
    if (std::exchange(m_reading, true)) {
        m_isOld = true;
        return;
    }
    FlagOrder order;
    order.kind = FlagOrder::Kind::Report;
    m_orders.insert(m_engine.orderFlags(order), order.kind);
}

void FlagsWiring::sawAnswer(quint64 id, const FlagAnswer &answer)
{
    const auto kind = m_orders.find(id);
    if (kind == m_orders.end())
        return;
    const FlagOrder::Kind what = *kind;
    m_orders.erase(kind);
    switch (what) {
    case FlagOrder::Kind::Report:
        m_reading = false;
        m_board.setReport(answer.report);
        if (std::exchange(m_isOld, false))
            readReport();
        break;
    case FlagOrder::Kind::Served:
        emit servedRead(id, answer.served);
        break;
    case FlagOrder::Kind::Rehearse:
        if (id == m_rehearsal)
            emit rehearsed(m_rehearsed, answer.changes);
        break;
    default:
        m_board.sawAnswer(answer);
        break;
    }
}

} // namespace Weir
