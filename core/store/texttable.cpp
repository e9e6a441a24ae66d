#include "core/store/texttable.h"

namespace Weir {

namespace {

constexpr std::size_t rememberedTexts = 16384, rememberedHeads = 512, rememberedNames = 2048;

} // namespace

TextTable::TextTable(Database &database, std::int64_t &nextId)
    : m_database(database)
    , m_texts(rememberedTexts)
    , m_heads(rememberedHeads)
    , m_names(rememberedNames)
    , m_sdks(rememberedNames)
    , m_nextId(nextId)
{
}

Result<std::int64_t> TextTable::insertText(std::string_view value)
{
    WEIR_TRY(Query insert, m_database.query("INSERT INTO text VALUES (?1, ?2)"));
    insert->bind(1, m_nextId);
    insert->bindText(2, value);
    if (!insert->run())
        return m_database.error();
    return m_nextId++;
}

Result<std::int64_t> TextTable::text(Role role, std::string_view value)
{
    if (value.empty())
        return 0;
    Last &last = m_lastTexts[static_cast<std::size_t>(role)];
    if (last.value == value)
        return last.id;
    if (const auto *id = m_texts.find(value)) {
        last.value = value;
        return last.id = *id;
    }
    WEIR_TRY(const auto id, insertText(value));
    return m_texts.insert(value, id);
}

Result<std::int64_t> TextTable::head(std::string_view value)
{
    std::int64_t *known = m_heads.find(value);
    if (!known) {
        m_heads.insert(value, 0);
        return 0;
    }
    if (*known == 0) {
        WEIR_TRY(*known, insertText(value));
    }
    return *known;
}

Result<std::int64_t> TextTable::eventName(std::string_view name)
{
    const auto *known = m_names.find(name);
    if (!known) {
        WEIR_TRY(Query insert, m_database.query("INSERT OR IGNORE INTO name VALUES (?1, ?2, 0)"));
        insert->bind(1, m_nextId++);
        insert->bindText(2, name);
        if (!insert->run())
            return m_database.error();
        WEIR_TRY(Query select, m_database.query("SELECT id FROM name WHERE name = ?1"));
        select->bindText(1, name);
        if (!select->step())
            return m_database.error();
        known = &m_names.insert(name, select->integer(0));
    }
    ++m_nameCounts[*known];
    return *known;
}

Result<std::int64_t> TextTable::sdk(const Sdk &sdk)
{
    if (sdk == m_lastSdk)
        return m_lastSdkId;
    m_sdkKey.assign(sdk.name).append(1, '\0').append(sdk.version);
    if (const auto *id = m_sdks.find(m_sdkKey)) {
        m_lastSdk = sdk;
        return m_lastSdkId = *id;
    }
    WEIR_TRY(Query insert, m_database.query("INSERT OR IGNORE INTO sdk VALUES (?1, ?2, ?3)"));
    insert->bind(1, m_nextId++);
    insert->bindText(2, sdk.name);
    insert->bindText(3, sdk.version);
    if (!insert->run())
        return m_database.error();
    WEIR_TRY(Query select, m_database.query("SELECT id FROM sdk WHERE name = ?1 AND version = ?2"));
    select->bindText(1, sdk.name);
    select->bindText(2, sdk.version);
    if (!select->step())
        return m_database.error();
    return m_sdks.insert(m_sdkKey, select->integer(0));
}

Result<void> TextTable::flush()
{
    WEIR_TRY(Query update, m_database.query("UPDATE name SET events = events + ?2 WHERE id = ?1"));
    for (const auto &[id, events] : m_nameCounts) {
        update->bind(1, id);
        update->bind(2, events);
        if (!update->run())
            return m_database.error();
    }
    m_nameCounts.clear();
    return {};
}

void TextTable::trim()
{
    m_texts.trim();
    m_heads.trim();
    m_names.trim();
    m_sdks.trim();
}

void TextTable::forget()
{
    m_texts.clear();
    m_heads.clear();
    m_names.clear();
    m_sdks.clear();
    m_nameCounts.clear();
    m_lastTexts = {};
    m_lastSdk = {};
    m_lastSdkId = 0;
}

} // namespace Weir
