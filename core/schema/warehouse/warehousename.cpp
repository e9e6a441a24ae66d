#include "core/schema/warehouse/warehousename.h"

#include "core/schema/warehouse/warehousejson.h"

#include <algorithm>
#include <array>

#include <QString>

namespace Weir {

namespace {

constexpr std::string_view snowflakeWords[] = {
    "ACCOUNT",
    "ALL",
    "ALTER",
    "AND",
    "ANY",
    "AS",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CHECK",
    "COLUMN",
    "CONNECT",
    "CONNECTION",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "CURRENT",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "DATABASE",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "EXISTS",
    "FALSE",
    "FOLLOWING",
    "FOR",
    "FROM",
    "FULL",
    "GRANT",
    "GROUP",
    "GSCLUSTER",
    "HAVING",
    "ILIKE",
    "IN",
    "INCREMENT",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "ISSUE",
    "JOIN",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "MINUS",
    "NATURAL",
    "NOT",
    "NULL",
    "OF",
    "ON",
    "OR",
    "ORDER",
    "ORGANIZATION",
    "QUALIFY",
    "REGEXP",
    "REVOKE",
    "RIGHT",
    "RLIKE",
    "ROW",
    "ROWS",
    "SAMPLE",
    "SCHEMA",
    "SELECT",
    "SET",
    "SOME",
    "START",
    "TABLE",
    "TABLESAMPLE",
    "THEN",
    "TO",
    "TRIGGER",
    "TRUE",
    "TRY_CAST",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHENEVER",
    "WHERE",
    "WITH",
};

constexpr std::string_view bigQueryWords[] = {
    "ALL",
    "AND",
    "ANY",
    "ARRAY",
    "AS",
    "ASC",
    "ASSERT_ROWS_MODIFIED",
    "AT",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COLLATE",
    "CONTAINS",
    "CREATE",
    "CROSS",
    "CUBE",
    "CURRENT",
    "DEFAULT",
    "DEFINE",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "ENUM",
    "ESCAPE",
    "EXCEPT",
    "EXCLUDE",
    "EXISTS",
    "EXTRACT",
    "FALSE",
    "FETCH",
    "FOLLOWING",
    "FOR",
    "FROM",
    "FULL",
    "GROUP",
    "GROUPING",
    "GROUPS",
    "HASH",
    "HAVING",
    "IF",
    "IGNORE",
    "IN",
    "INNER",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "IS",
    "JOIN",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LIMIT",
    "LOOKUP",
    "MERGE",
    "NATURAL",
    "NEW",
    "NO",
    "NOT",
    "NULL",
    "NULLS",
    "OF",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "PRECEDING",
    "PROTO",
    "RANGE",
    "RECURSIVE",
    "RESPECT",
    "RIGHT",
    "ROLLUP",
    "ROWS",
    "SELECT",
    "SET",
    "SOME",
    "STRUCT",
    "TABLESAMPLE",
    "THEN",
    "TO",
    "TREAT",
    "TRUE",
    "UNBOUNDED",
    "UNION",
    "UNNEST",
    "USING",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
    "WITHIN",
};

constexpr std::size_t longestReservedWord = 24;
constexpr bool fits(std::string_view word)
{
    return word.size() <= longestReservedWord;
}
static_assert(std::ranges::all_of(snowflakeWords, fits) && std::ranges::all_of(bigQueryWords, fits));
static_assert(std::ranges::is_sorted(snowflakeWords) && std::ranges::is_sorted(bigQueryWords));

// The last two stay apart even where reserved words are not escaped.
constexpr std::string_view ownTables[] = {"tracks", "pages", "screens", "aliases", "groups", "accounts"};
constexpr std::string_view isolatedTables[] = {"users", "identifies"};

bool isLower(char c)
{
    return c >= 'a' && c <= 'z';
}
bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isWordCharacter(char c)
{
    return isLower(c) || isUpper(c) || isDigit(c);
}
char lower(char c)
{
    return isUpper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
char upper(char c)
{
    return isLower(c) ? static_cast<char>(c - ('a' - 'A')) : c;
}

template <typename Convert> std::string converted(std::string_view text, Convert convert)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), convert);
    return result;
}

/// The words of one run of letters and digits, each from `at` on; what RudderStack's word expressions find in
/// plain ASCII, where only a few of their alternatives can match.
class WordScanner
{
public:
    explicit WordScanner(std::string_view run)
        : m_run(run)
    {
    }

    /// The end of the word that starts at `at`, digits staying with their neighbours.
    std::size_t wordWithDigits(std::size_t at) const
    {
        if (isDigit(m_run[at]))
            return afterDigits(at);
        const std::size_t capital = isUpper(m_run[at]) ? at + 1 : at;
        if (const std::size_t low = all(isLower, capital); low > capital)
            return all(isDigit, low);
        const std::size_t capitals = all(isUpper, at);
        if (const std::size_t digits = all(isDigit, capitals); digits > capitals)
            return digits;
        return withoutNextWord(at, capitals);
    }

    /// The same with digits as words of their own, but for ordinals.
    std::size_t wordWithoutDigits(std::size_t at) const
    {
        if (isDigit(m_run[at])) {
            const std::size_t digits = all(isDigit, at);
            const std::size_t ordinal = ordinalEnd(at, digits);
            return ordinal > 0 ? ordinal : digits;
        }
        const std::size_t capital = isUpper(m_run[at]) ? at + 1 : at;
        if (const std::size_t low = all(isLower, capital); low > capital)
            return low;
        return withoutNextWord(at, all(isUpper, at));
    }

private:
    template <typename Test> std::size_t all(Test test, std::size_t at) const
    {
        while (at < m_run.size() && test(m_run[at]))
            ++at;
        return at;
    }

    std::size_t afterDigits(std::size_t at) const
    {
        const std::size_t digits = all(isDigit, at);
        const std::size_t capital = digits < m_run.size() && isUpper(m_run[digits]) ? digits + 1 : digits;
        if (const std::size_t low = all(isLower, capital); low > capital)
            return low;
        return all(isUpper, digits);
    }

    /// Of several capitals before small letters the last one starts the next word.
    std::size_t withoutNextWord(std::size_t at, std::size_t capitals) const
    {
        const bool isBeforeLower = capitals < m_run.size() && isLower(m_run[capitals]);
        return isBeforeLower && capitals > at + 1 ? capitals - 1 : capitals;
    }

    /// The end of "1st", "22nd", "4TH" and the like; 0: it is none. It must end the run or stand before the
    /// other case.
    std::size_t ordinalEnd(std::size_t at, std::size_t digits) const
    {
        if (digits == at || digits + 2 > m_run.size())
            return 0;
        const std::string_view suffix = m_run.substr(digits, 2);
        const bool areUpper = isUpper(suffix[0]) && isUpper(suffix[1]);
        if (!areUpper && !(isLower(suffix[0]) && isLower(suffix[1])))
            return 0;
        const char last = m_run[digits - 1];
        const std::string_view wanted = last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th";
        if (converted(suffix, lower) != wanted)
            return 0;
        if (digits + 2 == m_run.size())
            return digits + 2;
        const char next = m_run[digits + 2];
        return (areUpper ? isLower(next) : isUpper(next)) ? digits + 2 : 0;
    }

    std::string_view m_run;
};

void appendWords(std::string &out, std::string_view run, bool divideNumbers)
{
    const WordScanner scanner(run);
    for (std::size_t at = 0; at < run.size();) {
        const std::size_t end = divideNumbers ? scanner.wordWithoutDigits(at) : scanner.wordWithDigits(at);
        if (!out.empty() && out.back() != '_')
            out += '_';
        for (; at < end; ++at)
            out += lower(run[at]);
    }
}

/// The number of UTF-16 units of the character that starts with `first`; 0 inside a character.
int utf16Units(char first)
{
    const auto byte = static_cast<unsigned char>(first);
    if ((byte & 0xC0) == 0x80)
        return 0;
    return byte >= 0xF0 ? 2 : 1;
}

std::string blendoColumnName(std::string_view name)
{
    std::string result;
    for (const char c : name) {
        if (isWordCharacter(c) || c == '\\' || c == '$')
            result += lower(c);
        else
            result.append(static_cast<std::size_t>(utf16Units(c)), '_');
    }
    if (result.empty() || !(isLower(result.front()) || result.front() == '_'))
        result.insert(0, 1, '_');
    return result;
}

} // namespace

std::string snakeCase(std::string_view name, bool divideNumbers)
{
    std::string result(std::min(name.find_first_not_of('_'), name.size()), '_');
    const bool hasUnderscore = !result.empty();
    for (std::size_t at = 0; at < name.size();) {
        std::size_t end = at;
        while (end < name.size() && isWordCharacter(name[end]))
            ++end;
        appendWords(result, name.substr(at, end - at), divideNumbers);
        at = end + 1;
    }
    if (!hasUnderscore && !result.empty() && isDigit(result.front()))
        result.insert(0, 1, '_');
    return result;
}

std::string plainTableName(const WarehouseNaming &naming, std::string_view name)
{
    if (!naming.blendoCasing)
        return snakeCase(name, naming.divideNumbers);
    const std::string_view trimmed = withoutJsBlanks(name);
    return QString::fromUtf8(trimmed.data(), static_cast<qsizetype>(trimmed.size())).toLower().toStdString();
}

std::string plainColumnName(const WarehouseNaming &naming, std::string_view name)
{
    return naming.blendoCasing ? blendoColumnName(name) : snakeCase(name, naming.divideNumbers);
}

bool isReservedWord(Warehouse warehouse, std::string_view name)
{
    // Asked for every column of every event: without a copy on the heap.
    std::array<char, longestReservedWord> word{};
    if (name.size() > word.size())
        return false;
    std::ranges::transform(name, word.begin(), upper);
    const std::string_view wanted(word.data(), name.size());
    return warehouse == Warehouse::Snowflake ? std::ranges::binary_search(snowflakeWords, wanted)
                                             : std::ranges::binary_search(bigQueryWords, wanted);
}

std::string warehouseName(const WarehouseNaming &naming, std::string_view plain)
{
    std::string name
        = naming.warehouse == Warehouse::Snowflake ? converted(plain, upper) : converted(plain, lower);
    if (naming.escapeReserved && isReservedWord(naming.warehouse, name))
        name.insert(0, 1, '_');
    // All that comes here is ASCII, so bytes are characters.
    name.resize(std::min(name.size(), longestWarehouseName));
    return name;
}

std::string eventTableName(const WarehouseNaming &naming, std::string_view plain)
{
    std::string table = warehouseName(naming, plainColumnName(naming, plain));
    const std::string small = converted(table, lower);
    const bool isIsolated = std::ranges::find(isolatedTables, small) != std::end(isolatedTables);
    const bool isOwn = std::ranges::find(ownTables, small) != std::end(ownTables);
    if (isIsolated || (isOwn && naming.escapeReserved))
        table.insert(0, 1, '_');
    return table;
}

} // namespace Weir
