#pragma once

#include "core/base/error.h"
#include "core/event/event.h"
#include "core/store/recentmap.h"
#include "core/store/sqlite/database.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace Weir {

/// The tables of texts that repeat, for the writer. Ids of texts written lately come from memory. All calls
/// belong into a write transaction; forget() everything when one is undone.
class TextTable
{
public:
    /// `nextId` is where new ids come from; it belongs to the caller, who stores it.
    TextTable(Database &database, std::int64_t &nextId);

    /// What a text is about. Each has its own short memory, since one client says the same again and again.
    enum class Role { Method, Target, Peer, User, Workspace, Anonymous, Session, Flow, Carrier, TraceName };
    /// The id of a text; a forgotten one gets a new id. 0 for the empty one.
    Result<std::int64_t> text(Role role, std::string_view value);
    /// As text(), for header blocks: 0 when it is seen for the first time, since most that come once never
    /// come again.
    Result<std::int64_t> head(std::string_view value);
    /// The id of an event name: the same text has always the same id. Counts one event.
    Result<std::int64_t> eventName(std::string_view name);
    Result<std::int64_t> sdk(const Sdk &sdk);
    /// One event of this name has been pruned.
    void uncountName(std::int64_t id) { --m_nameCounts[id]; }

    /// Writes the counts of names. Before each commit.
    Result<void> flush();
    /// Lets go of what was not used lately. After each commit.
    void trim();
    /// After a rollback, and when the file was emptied.
    void forget();

private:
    Result<std::int64_t> insertText(std::string_view value);
    struct Last
    {
        std::string value;
        std::int64_t id = 0;
    };
    std::array<Last, 10> m_lastTexts; ///< By role.
    Sdk m_lastSdk;
    std::int64_t m_lastSdkId = 0;

    Database &m_database;
    RecentMap<std::int64_t> m_texts, m_heads, m_names, m_sdks;
    std::unordered_map<std::int64_t, std::int64_t> m_nameCounts;
    std::int64_t &m_nextId;
    std::string m_sdkKey;
};

} // namespace Weir
