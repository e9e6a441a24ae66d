#include "core/store/sessionfile.h"

namespace Weir {

RecheckState SessionFile::recheckState() const
{
    return {m_totals.plan, EventId{m_totals.recheckFrom}, EventId{m_totals.recheckBelow}};
}

Result<void> SessionFile::usePlan(std::int64_t plan)
{
    if (plan == m_totals.plan || m_info.readOnly)
        return {};
    const auto done = changeWithoutRequests([&](Commit &) -> Result<void> {
        changePlan(m_totals, plan);
        return {};
    });
    return done ? Result<void>() : Result<void>(done.error());
}

Result<Commit> SessionFile::applyChecks(const CheckedEvents &checked)
{
    auto result = changeWithoutRequests([&](Commit &commit) {
        return Weir::applyChecks(*m_database, m_totals, m_violations, checked, commit.touched);
    });
    m_traces.forget(); // Rows in memory count what was.
    return result;
}

/// One transaction that a power cut may undo, since what it says can be found again.
Result<Commit> SessionFile::changeWithoutRequests(const std::function<Result<void>(Commit &)> &change)
{
    m_trouble = StorageTrouble::None;
    const SessionTotals before = m_totals;
    auto work = [&]() -> Result<Commit> {
        if (auto done = setSync(WriterOptions::Sync::Normal); !done)
            return done.error();
        auto begun = Transaction::begin(*m_database, Transaction::Kind::Write);
        if (!begun)
            return failure();
        Transaction transaction = *std::move(begun);
        if (auto done = noticeOthers(); !done)
            return done.error();
        Commit commit;
        if (auto done = change(commit); !done)
            return failure();
        const std::vector<TraceRow> touched = std::move(commit.touched);
        WEIR_TRY(commit, finish(transaction, std::move(commit)));
        commit.touched = touched;
        return commit;
    };
    auto result = work();
    if (!result) {
        m_totals = before;
        m_dataVersion = 0;
        forget();
    }
    return result;
}

} // namespace Weir
