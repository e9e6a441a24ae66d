#include "core/store/servedrows.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"
#include "core/store/sqlite/database.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace Weir {

namespace {

/// How often what is too old goes: not with each answer.
constexpr std::int64_t trimmings = 20;
constexpr std::size_t rememberedSets = 20'000, rememberedValues = 100'000, longestKey = 4096;

/// Pruning goes by small steps, and each cut costs what is remembered.
constexpr auto dropStep = std::chrono::minutes(1);

using Values = std::vector<ServedValue>;

FlagValue valueOf(std::string_view json)
{
    if (json.starts_with('"'))
        return FlagValue::of(jsonStringText(json));
    return json == "true" ? FlagValue::on() : FlagValue::off();
}

/// Empty for none, which means all.
std::string jsonOf(const std::vector<std::string> &keys)
{
    if (keys.empty())
        return {};
    JsonText json;
    json.beginArray();
    for (const std::string &key : keys)
        json.text(key);
    return std::move(json.endArray()).str();
}

std::vector<std::string> keysOf(std::string_view json)
{
    std::vector<std::string> keys;
    const auto read = json.empty() ? Result<std::vector<std::string>>(keys) : readJsonArray(json);
    for (const std::string &each : read ? *read : keys)
        keys.push_back(jsonStringText(each));
    return keys;
}

std::string arrayOf(const std::vector<std::string> &texts)
{
    return texts.empty() ? "[]" : jsonOf(texts);
}

/// Reads answers, and each set and value once.
class Reading
{
public:
    explicit Reading(Database &database)
        : m_database(database)
    {
    }

    Result<std::shared_ptr<const Values>> set(std::int64_t id);
    Result<void> addSeen(ServedFlags &answer);

private:
    Result<const ServedValue *> value(std::int64_t id);

    Database &m_database;
    std::unordered_map<std::int64_t, std::shared_ptr<const Values>> m_sets;
    std::unordered_map<std::int64_t, ServedValue> m_values;
};

Result<const ServedValue *> Reading::value(std::int64_t id)
{
    if (const auto found = m_values.find(id); found != m_values.end())
        return &found->second;
    WEIR_TRY(Query select,
        m_database.query("SELECT flag, value, payload, overridden FROM served_value WHERE id = ?1"));
    select->bind(1, id);
    if (!select->step())
        return m_database.trouble() == StorageTrouble::None ? Result<const ServedValue *>(nullptr)
                                                            : m_database.error();
    ServedValue read;
    read.key = select->text(0);
    read.value = valueOf(select->bytes(1));
    if (!select->isNull(2))
        read.payload = select->text(2);
    read.isOverridden = select->integer(3) != 0;
    return &m_values.emplace(id, std::move(read)).first->second;
}

Result<std::shared_ptr<const Values>> Reading::set(std::int64_t id)
{
    std::shared_ptr<const Values> &known = m_sets[id];
    if (known)
        return known;
    std::string ids;
    {
        WEIR_TRY(Query select, m_database.query("SELECT value_ids FROM served_set WHERE id = ?1"));
        select->bind(1, id);
        if (select->step())
            ids = select->text(0);
        else if (m_database.trouble() != StorageTrouble::None)
            return m_database.error();
    }
    Values values;
    for (const char *at = ids.data(), *const end = at + ids.size(); at < end;) {
        std::int64_t valueId = 0;
        const auto [next, failure] = std::from_chars(at, end, valueId);
        if (failure == std::errc()) {
            WEIR_TRY(const ServedValue *const found, value(valueId));
            if (found)
                values.push_back(*found);
        }
        at = std::max(next, at + 1); // Brackets and commas.
    }
    return known = std::make_shared<const Values>(std::move(values));
}

Result<void> Reading::addSeen(ServedFlags &answer)
{
    WEIR_TRY(Query select,
        m_database.query("SELECT flag, at, event, trace_id FROM served_seen WHERE answer = ?1"));
    select->bind(1, answer.id);
    std::shared_ptr<Values> own;
    while (select->step()) {
        if (!own)
            own = std::make_shared<Values>(*answer.values);
        const auto found = std::ranges::find(*own, select->bytes(0), &ServedValue::key);
        if (found != own->end())
            found->seen = std::make_shared<const FlagSeen>(
                FlagSeen{fromMs(select->integer(1)), select->text(2), select->text(3)});
    }
    if (m_database.trouble() != StorageTrouble::None)
        return m_database.error();
    if (own)
        answer.values = std::move(own);
    return {};
}

} // namespace

ServedRows::ServedRows(Database &database, std::int64_t capacity)
    : m_database(database)
    , m_capacity(capacity)
{
}

Result<std::int64_t> ServedRows::insertValue(const ServedValue &value)
{
    m_valueKey.assign(value.key).append(1, '\0').append(toText(value.value)).append(1, '\0');
    m_valueKey.append(value.value.variant.empty() ? "-" : "v").append(value.isOverridden ? "o" : "-");
    if (value.payload)
        m_valueKey.append(1, '\0').append(*value.payload);
    if (const auto found = m_values.find(m_valueKey); found != m_values.end())
        return found->second;
    WEIR_TRY(Query insert,
        m_database.query(
            "INSERT INTO served_value (flag, value, payload, overridden) VALUES (?1, ?2, ?3, ?4) "
            "RETURNING id"));
    const std::string json = toJson(value.value);
    insert->bindText(1, value.key);
    insert->bindText(2, json);
    if (value.payload)
        insert->bindText(3, *value.payload);
    else
        insert->bindNull(3);
    insert->bind(4, std::int64_t(value.isOverridden));
    if (!insert->step())
        return m_database.error();
    const std::int64_t id = insert->integer(0);
    if (m_valueKey.size() <= longestKey) // A huge payload is written again sooner than remembered.
        m_values.emplace(m_valueKey, id);
    return id;
}

Result<std::int64_t> ServedRows::insertSet(const Values &values)
{
    std::int64_t first = 0;
    JsonText ids;
    ids.beginArray();
    for (const ServedValue &value : values) {
        WEIR_TRY(const std::int64_t id, insertValue(value));
        first = first == 0 ? id : std::min(first, id);
        ids.number(id);
    }
    ids.endArray();
    WEIR_TRY(Query insert,
        m_database.query("INSERT INTO served_set (first_value, value_ids) VALUES (?1, ?2) RETURNING id"));
    if (first == 0)
        insert->bindNull(1);
    else
        insert->bind(1, first);
    insert->bindText(2, ids.str());
    if (!insert->step())
        return m_database.error();
    return insert->integer(0);
}

Result<std::int64_t> ServedRows::setOf(const std::shared_ptr<const Values> &values)
{
    Known<Values> &known = m_sets[values.get()];
    if (known.id != 0 && known.thing.lock() == values)
        return known.id;
    WEIR_TRY(known.id, insertSet(*values));
    known.thing = values;
    return known.id;
}

Result<void> ServedRows::insert(const ServedFlags &answer)
{
    WEIR_TRY(const std::int64_t set, setOf(answer.values));
    WEIR_TRY(Query insert,
        m_database.query(
            "INSERT OR REPLACE INTO served VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"));
    insert->bind(1, answer.id);
    insert->bind(2, toMs(answer.at));
    insert->bind(3, std::int64_t(answer.path));
    insert->bindText(4, answer.endpoint);
    insert->bind(5, std::int64_t(answer.version));
    insert->bind(6, std::int64_t(answer.isUnchanged));
    insert->bindText(7, answer.sdk.name);
    insert->bindText(8, answer.sdk.version);
    insert->bindText(9, answer.distinctId);
    insert->bindText(10, answer.workspaceId);
    const std::string asked = jsonOf(answer.askedKeys);
    if (asked.empty())
        insert->bindNull(11);
    else
        insert->bindText(11, asked);
    insert->bind(12, set);
    return insert->run() ? Result<void>() : Result<void>(m_database.error());
}

Result<void> ServedRows::append(const std::vector<ServedFlags> &answers)
{
    if (answers.empty())
        return {};
    for (const ServedFlags &answer : answers) {
        if (auto done = insert(answer); !done)
            return done.error();
    }
    return trim(answers.back().id);
}

Result<void> ServedRows::append(const std::vector<SeenValue> &seen)
{
    WEIR_TRY(Query insert, m_database.query("INSERT OR IGNORE INTO served_seen VALUES (?1, ?2, ?3, ?4, ?5)"));
    for (const SeenValue &value : seen) {
        insert->bind(1, value.answer);
        insert->bindText(2, value.key);
        insert->bind(3, toMs(value.seen.at));
        insert->bindText(4, value.seen.eventName);
        insert->bindText(5, value.seen.traceId);
        if (!insert->run())
            return m_database.error();
    }
    return {};
}

/// Sets and values are let go of by age as well. That is sound because they are written anew once in a turn
/// of the ring: what is older than all that is referred to is used by nobody.
Result<void> ServedRows::trim(std::int64_t newest)
{
    if (newest - m_trimmedAt < m_capacity / trimmings)
        return {};
    if (m_trimmedAt / m_capacity != newest / m_capacity || m_sets.size() > rememberedSets
        || m_values.size() > rememberedValues)
        forget();
    m_trimmedAt = newest;
    return drop("id <= " + std::to_string(newest - m_capacity));
}

Result<void> ServedRows::dropBefore(UtcTime time)
{
    WEIR_TRY(const std::int64_t oldest, m_database.integer("SELECT at FROM served ORDER BY id LIMIT 1"));
    if (oldest == 0 || fromMs(oldest) + dropStep > time)
        return {};
    forget(); // What is remembered may go.
    return drop("at < " + std::to_string(toMs(time)));
}

Result<void> ServedRows::drop(const std::string &condition)
{
    return m_database.execute("DELETE FROM served WHERE " + condition
        + "; DELETE FROM served_seen WHERE answer < (SELECT ifnull(min(id), 0) FROM served)"
          "; DELETE FROM served_set WHERE id < (SELECT min(served_set) FROM served)"
          "; DELETE FROM served_value WHERE id < (SELECT min(first_value) FROM served_set)");
}

void ServedRows::forget()
{
    m_sets.clear();
    m_values.clear();
}

namespace {

constexpr std::string_view columns = "SELECT id, at, path, endpoint, version, unchanged, sdk, sdk_version, "
                                     "distinct_id, workspace_id, asked_keys, served_set FROM served ";

ServedFlags answerOf(const Query &row)
{
    ServedFlags answer;
    answer.id = row->integer(0);
    answer.at = fromMs(row->integer(1));
    answer.path = static_cast<FlagPath>(row->integer(2));
    answer.endpoint = row->text(3);
    answer.version = static_cast<int>(row->integer(4));
    answer.isUnchanged = row->integer(5) != 0;
    answer.sdk = {row->text(6), row->text(7)};
    answer.distinctId = row->text(8);
    answer.workspaceId = row->text(9);
    answer.askedKeys = keysOf(row->bytes(10));
    return answer;
}

/// `select` has its parameters.
Result<std::vector<ServedFlags>> readAll(Database &database, const Query &select)
{
    std::vector<ServedFlags> answers;
    std::vector<std::int64_t> sets;
    while (select->step()) {
        answers.push_back(answerOf(select));
        sets.push_back(select->integer(11));
    }
    if (database.trouble() != StorageTrouble::None)
        return database.error();
    Reading reading(database);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        WEIR_TRY(answers[i].values, reading.set(sets[i]));
        if (auto done = reading.addSeen(answers[i]); !done)
            return done.error();
    }
    return answers;
}

} // namespace

Result<std::vector<ServedFlags>> readServedRows(Database &database, std::int64_t before, int limit)
{
    WEIR_TRY(
        const Query select, database.query(std::string(columns) + "WHERE id < ?1 ORDER BY id DESC LIMIT ?2"));
    select->bind(1, before > 0 ? before : std::numeric_limits<std::int64_t>::max());
    select->bind(2, std::int64_t(limit));
    return readAll(database, select);
}

Result<std::vector<ServedFlags>> readServedRows(Database &database, const ServedAudience &audience)
{
    // json_each, so that one statement takes any number of names.
    WEIR_TRY(const Query select,
        database.query(std::string(columns)
            + "WHERE at <= ?1 AND (distinct_id IN (SELECT value FROM json_each(?2)) "
              "OR distinct_id = '' AND sdk IN (SELECT value FROM json_each(?3))) ORDER BY id DESC"));
    const std::string users = arrayOf(audience.users), sdks = arrayOf(audience.sdks);
    select->bind(1, toMs(audience.until));
    select->bindText(2, users);
    select->bindText(3, sdks);
    return readAll(database, select);
}

} // namespace Weir
