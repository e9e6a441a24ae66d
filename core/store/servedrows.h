#pragma once

#include "core/base/error.h"
#include "core/flags/servedflags.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace Weir {

class Database;

/// The answers to flag requests as the session file keeps them: a ring of the newest. Each different value
/// stands there once, and each combination of values once, however many answers gave it. For the writer; all
/// calls belong into a write transaction.
class ServedRows
{
public:
    /// `capacity`: how many answers are kept.
    explicit ServedRows(Database &database, std::int64_t capacity = std::int64_t(rememberedAnswers));

    /// By rising ids, all of them above those that are there.
    Result<void> append(const std::vector<ServedFlags> &answers);
    /// What events have shown of answers that are there.
    Result<void> append(const std::vector<SeenValue> &seen);

    /// Lets go of older answers, a minute of them at least: what is left of the session has no use for them.
    Result<void> dropBefore(UtcTime time);

    /// After a rollback, and when the file was emptied.
    void forget();

private:
    template <typename Thing> struct Known
    {
        std::weak_ptr<const Thing> thing; ///< Gone: another one may have its address now.
        std::int64_t id = 0;
    };
    using Values = std::vector<ServedValue>;

    Result<void> insert(const ServedFlags &answer);
    Result<std::int64_t> setOf(const std::shared_ptr<const Values> &values);
    Result<std::int64_t> insertSet(const Values &values);
    Result<std::int64_t> insertValue(const ServedValue &value);
    Result<void> trim(std::int64_t newest);
    Result<void> drop(const std::string &condition);

    Database &m_database;
    std::int64_t m_capacity, m_trimmedAt = 0; ///< The newest id when the ring was cut last.
    std::unordered_map<const Values *, Known<Values>> m_sets;
    std::unordered_map<std::string, std::int64_t> m_values; ///< By what makes them differ.
    std::string m_valueKey;
};

/// Those below an id (0: all), newest first, with all their values and what was seen of them. What cannot be
/// read of an answer is left out.
Result<std::vector<ServedFlags>> readServedRows(Database &database, std::int64_t before, int limit);

/// Whose answers are wanted.
struct ServedAudience
{
    std::vector<std::string> users; ///< By distinct_id.
    std::vector<std::string> sdks; ///< By name: theirs for any user are wanted, too.
    UtcTime until{}; ///< No later ones.
};
/// Likewise.
Result<std::vector<ServedFlags>> readServedRows(Database &database, const ServedAudience &audience);

} // namespace Weir
