#include "core/schema/warehouse/warehousetables.h"

#include "core/schema/warehouse/warehousejson.h"
#include "core/schema/warehouse/warehousename.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace Weir {

namespace {

// BigQuery's limit; Snowflake names none.
constexpr std::size_t bigQueryColumns = 10000;
// A VARCHAR's bytes; COPY cuts what is longer.
constexpr std::size_t snowflakeText = std::size_t(16) * 1024 * 1024;
// A merge rule's type and value together; longer ones go to rudder_discards.
constexpr std::size_t longestMergeRule = 512;

constexpr std::size_t mostSpellings = 32;

using How = WarehouseStored::How;

double numberOf(const WarehouseValue &value)
{
    return jsNumber(value.text).value;
}

WarehouseValue wholeNumber(double value)
{
    return {WarehouseValue::Kind::Number, std::to_string(static_cast<std::int64_t>(value))};
}

/// The loader turns a double into 64 bits, which for what lies beyond them is the smallest number there is.
WarehouseStored asInteger(const WarehouseValue &value, How how)
{
    const double number = numberOf(value);
    const bool isInRange = number >= -9223372036854775808.0 && number < 9223372036854775808.0;
    if (!isInRange) {
        const auto least = std::to_string(std::numeric_limits<std::int64_t>::min());
        return {How::OutOfRange, {WarehouseValue::Kind::Number, least}};
    }
    if (how == How::Same)
        return {How::Same, value};
    return {how, wholeNumber(std::trunc(number))};
}

/// Go's "%v" of a double: as JavaScript's, but with two digits at least behind the e.
std::string goText(WarehouseType from, const WarehouseValue &value)
{
    if (from == WarehouseType::Int)
        return asInteger(value, How::Truncated).value.text;
    std::string text = value.text;
    const std::size_t e = text.find('e');
    if (e != text.npos && text.size() == e + 3)
        text.insert(e + 2, 1, '0');
    // Beyond 0.0001 JavaScript still writes zeros, Go does not.
    const double number = from == WarehouseType::Float ? std::fabs(numberOf(value)) : 1;
    if (e == text.npos && number > 0 && number < 1e-4) {
        const std::size_t first = text.find_first_of("123456789");
        std::string digits = text.substr(first);
        const std::size_t exponent = first - text.find('.');
        if (digits.size() > 1)
            digits.insert(1, 1, '.');
        text = (text[0] == '-' ? "-" : "") + digits + "e-0" + std::to_string(exponent);
    }
    return text;
}

WarehouseStored asText(WarehouseType from, const WarehouseValue &value)
{
    if (from == WarehouseType::String || from == WarehouseType::Json
        || value.kind == WarehouseValue::Kind::Null)
        return {How::Same, value};
    const bool isNumber = value.kind == WarehouseValue::Kind::Number;
    return {from == WarehouseType::DateTime ? How::Same : How::Coerced,
        {WarehouseValue::Kind::Text, isNumber ? goText(from, value) : value.text}};
}

WarehouseStored asJson(WarehouseType from, const WarehouseValue &value)
{
    if (value.kind != WarehouseValue::Kind::Text)
        return {How::Same, value};
    std::string quoted;
    appendJsString(quoted, value.text);
    return {from == WarehouseType::Json ? How::Same : How::Coerced, {WarehouseValue::Kind::Text, quoted}};
}

WarehouseRule ruleOf(How how)
{
    switch (how) {
    case How::Truncated:
        return WarehouseRule::Truncated;
    case How::OutOfRange:
        return WarehouseRule::OutOfRange;
    case How::Discarded:
        return WarehouseRule::Discarded;
    default:
        return WarehouseRule::Coerced;
    }
}

void addColumns(WarehouseTable &table, const WarehouseNaming &naming,
    std::initializer_list<std::pair<std::string_view, WarehouseType>> columns)
{
    for (const auto &[column, type] : columns)
        table[warehouseName(naming, column)].type = type;
}

} // namespace

WarehouseStored storedAs(WarehouseType to, WarehouseType from, const WarehouseValue &value)
{
    const bool isNull = value.kind == WarehouseValue::Kind::Null;
    if (from == to || isNull)
        return to == WarehouseType::Int && !isNull ? asInteger(value, How::Same)
                                                   : WarehouseStored{How::Same, value};
    if (to == WarehouseType::String)
        return asText(from, value);
    if (to == WarehouseType::Json)
        return asJson(from, value);
    if (to == WarehouseType::Float && from == WarehouseType::Int)
        return {How::Widened, value};
    if (to == WarehouseType::Int && from == WarehouseType::Float)
        return asInteger(value, How::Truncated);
    return {How::Discarded, {}};
}

void WarehouseTables::addExisting(const std::string &table, const std::string &column, WarehouseType type)
{
    m_tables[table][column].type = type;
}

std::vector<WarehouseFinding> WarehouseTables::add(std::int64_t event, const WarehouseRows &rows)
{
    std::vector<WarehouseFinding> findings = rows.findings;
    for (WarehouseFinding &finding : findings)
        finding.event = event;
    for (const WarehouseRow &row : rows.rows)
        addRow(event, row, findings);
    return findings;
}

void WarehouseTables::addRow(
    std::int64_t event, const WarehouseRow &row, std::vector<WarehouseFinding> &findings)
{
    if (!row.eventName.empty())
        tellShared(event, row.table, {}, row.eventName, findings);
    const std::size_t before = m_tables[row.table].size();
    for (const WarehouseColumn &column : row.columns)
        addValue(event, row.table, column, findings);
    const std::size_t after = m_tables[row.table].size();
    if (m_warehouse == Warehouse::BigQuery && before <= bigQueryColumns && after > bigQueryColumns) {
        findings.push_back({WarehouseRule::TooManyColumns, row.table, {}, {}, std::to_string(after),
            std::to_string(bigQueryColumns), event});
    }
    for (std::size_t at = 0; row.isMergeRule && at + 1 < row.columns.size(); at += 2) {
        const WarehouseColumn &value = row.columns[at + 1];
        if (row.columns[at].value.text.size() + value.value.text.size() > longestMergeRule) {
            findings.push_back({WarehouseRule::Discarded, row.table, value.name, value.path,
                value.value.toJson(), "null", event});
        }
    }
}

void WarehouseTables::tellShared(std::int64_t event, const std::string &table, const std::string &column,
    const std::string &spelling, std::vector<WarehouseFinding> &findings)
{
    Spellings &known = m_spellings[{table, column}];
    if (std::ranges::find(known, spelling) != known.end())
        return;
    // A sender that makes names up must not fill the memory.
    if (!known.empty() && known.size() < mostSpellings)
        findings.push_back({WarehouseRule::Shared, table, column, column.empty() ? "event" : spelling,
            spelling, known.front(), event});
    if (known.size() < mostSpellings)
        known.push_back(spelling);
}

void WarehouseTables::addValue(std::int64_t event, const std::string &table, const WarehouseColumn &column,
    std::vector<WarehouseFinding> &findings)
{
    const auto [place, isNew] = m_tables[table].try_emplace(column.name);
    WarehouseTableColumn &known = place->second;
    if (isNew)
        known = {column.type, event, column.path, column.value.toJson()};
    // Only where names differ: most columns have but one spelling, and none is kept for them.
    if (!column.path.empty() && !known.path.empty() && column.path != known.path) {
        tellShared(event, table, column.name, known.path, findings);
        tellShared(event, table, column.name, column.path, findings);
    }
    const auto tell = [&](WarehouseRule rule, std::string after) {
        findings.push_back(
            {rule, table, column.name, column.path, column.value.toJson(), std::move(after), event});
    };
    const WarehouseStored stored = storedAs(known.type, column.type, column.value);
    if (stored.how != How::Same && stored.how != How::Widened)
        tell(ruleOf(stored.how), stored.value.toJson());
    else if (m_warehouse == Warehouse::Snowflake && stored.value.text.size() > snowflakeText)
        tell(WarehouseRule::Shortened, std::to_string(snowflakeText) + " bytes");
}

std::map<std::string, WarehouseTable, std::less<>> WarehouseTables::tables() const
{
    auto tables = m_tables;
    WarehouseNaming naming;
    naming.warehouse = m_warehouse;
    const std::string users = warehouseName(naming, "users"), userId = warehouseName(naming, "user_id");
    const auto identifies = m_tables.find(warehouseName(naming, "identifies"));
    if (identifies != m_tables.end() && m_tables.contains(users)) {
        // The loader gives users the types of identifies, and its id that of the user_id there.
        WarehouseTable &table = tables[users];
        for (const auto &[name, column] : identifies->second) {
            if (name != userId)
                table[name] = column;
        }
        if (const auto found = identifies->second.find(userId); found != identifies->second.end())
            table[warehouseName(naming, "id")] = found->second;
    }
    if (tables.empty())
        return tables;
    using enum WarehouseType;
    WarehouseTable &discards = tables[warehouseName(naming, "rudder_discards")];
    addColumns(discards, naming,
        {{"table_name", String}, {"row_id", String}, {"column_name", String}, {"column_value", String},
            {"reason", String}, {"received_at", DateTime}, {"uuid_ts", DateTime}});
    if (m_warehouse == Warehouse::BigQuery)
        addColumns(discards, naming, {{"loaded_at", DateTime}});
    return tables;
}

} // namespace Weir
