#include "core/store/traceflags.h"

#include "core/store/servedrows.h"
#include "core/store/sqlite/database.h"
#include "core/store/tracerows.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace Weir {

std::vector<TraceFlag> latestServed(std::span<const ServedFlags> answers)
{
    struct Reader
    {
        std::set<std::string_view> keys; ///< Known already.
        bool isDone = false;
    };
    std::map<std::pair<std::string_view, std::string_view>, Reader> readers; // By SDK and user.
    std::map<std::string_view, TraceFlag> flags;
    for (const ServedFlags &answer : answers) {
        Reader &reader = readers[{answer.sdk.name, answer.distinctId}];
        if (reader.isDone)
            continue;
        for (const ServedValue &value : *answer.values) {
            if (reader.keys.insert(value.key).second)
                flags.try_emplace(value.key,
                    TraceFlag{value, answer.at, answer.path, answer.endpoint, answer.version, answer.sdk,
                        answer.distinctId});
        }
        // A payload is asked for by itself, beside the values.
        reader.isDone = answer.askedKeys.empty() && answer.path != FlagPath::Payload;
    }
    std::vector<TraceFlag> all;
    all.reserve(flags.size());
    for (auto &[key, flag] : flags)
        all.push_back(std::move(flag));
    return all;
}

namespace {

/// The texts of one column of the trace's events, each once.
template <typename TextOf>
Result<std::vector<std::string>> textsOf(
    ReaderState &state, TraceRow row, const char *column, const TextOf &textOf)
{
    std::vector<std::int64_t> ids;
    {
        WEIR_TRY(const Query select,
            state.query(std::string("SELECT DISTINCT ") + column + " FROM event WHERE trace = ?1 AND "
                + column + " > 0"));
        select->bind(1, raw(row));
        while (select->step())
            ids.push_back(select->integer(0));
        if (auto done = state.stepped(); !done)
            return done.error();
    }
    std::vector<std::string> texts;
    for (const std::int64_t id : ids) {
        WEIR_TRY(std::string text, textOf(id));
        texts.push_back(std::move(text));
    }
    return texts;
}

} // namespace

Result<std::vector<TraceFlag>> readTraceFlags(ReaderState &state, TraceRow row)
{
    WEIR_TRY(const auto traces, readTraceSummaries(state, {row}));
    if (traces.empty() || traces.front().traceId.empty() || !traces.front().lastAt)
        return std::vector<TraceFlag>(); // Events without a trace id are no run.
    ServedAudience audience;
    audience.until = *traces.front().lastAt;
    const auto textOf = [&state](std::int64_t id) { return state.text(id); };
    const auto nameOf = [&state](std::int64_t id) -> Result<std::string> {
        WEIR_TRY(Sdk sdk, state.sdk(id));
        return std::move(sdk.name);
    };
    WEIR_TRY(audience.users, textsOf(state, row, "user", textOf));
    WEIR_TRY(auto anonymous, textsOf(state, row, "anonymous", textOf));
    audience.users.insert(audience.users.end(), anonymous.begin(), anonymous.end());
    WEIR_TRY(audience.sdks, textsOf(state, row, "sdk", nameOf));
    WEIR_TRY(const auto answers, readServedRows(state.database(), audience));
    return latestServed(answers);
}

} // namespace Weir
