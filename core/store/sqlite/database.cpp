#include "core/store/sqlite/database.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace Weir {

namespace {

constexpr int progressSteps = 5000; // About a millisecond.
constexpr std::size_t keptStatements = 64;

StorageTrouble troubleOf(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return StorageTrouble::None;
    case SQLITE_FULL:
        return StorageTrouble::Full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return StorageTrouble::Locked;
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
        return StorageTrouble::Io;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return StorageTrouble::ReadOnly;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return StorageTrouble::Damaged;
    case SQLITE_INTERRUPT:
        return StorageTrouble::Cancelled;
    default:
        return StorageTrouble::Other;
    }
}

std::string systemReason(sqlite3 *handle)
{
    const int number = sqlite3_system_errno(handle);
    return number ? std::string(": ") + std::strerror(number) : std::string();
}

std::string sentence(sqlite3 *handle)
{
    const int code = sqlite3_errcode(handle);
    if (code == SQLITE_NOTADB)
        return "This is not a Weir session: it is no SQLite file, or its head is damaged";
    if (code == SQLITE_CANTOPEN)
        return "The session file cannot be opened" + systemReason(handle);
    switch (troubleOf(code)) {
    case StorageTrouble::Full:
        return "The disk is full";
    case StorageTrouble::Locked:
        return "Another program has locked the session file";
    case StorageTrouble::Io:
        return sqlite3_system_errno(handle) == ENOSPC
            ? "The disk is full"
            : "The session file cannot be read or written" + systemReason(handle);
    case StorageTrouble::ReadOnly:
        return "The session file or its folder cannot be written";
    case StorageTrouble::Damaged:
        return "The session file is damaged";
    case StorageTrouble::Cancelled:
        return "Cancelled";
    default:
        return std::string("SQLite: ") + sqlite3_errmsg(handle);
    }
}

int onProgress(void *cancelled)
{
    return (*static_cast<std::function<bool()> *>(cancelled))() ? 1 : 0;
}

std::string fileUri(const std::string &path, const char *parameters)
{
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '?' || c == '#' || c == '%') {
            char escaped[4];
            std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
            uri += escaped;
        } else {
            uri += c;
        }
    }
    return uri + parameters;
}

} // namespace

Statement::~Statement()
{
    sqlite3_finalize(m_handle);
}

void Statement::bind(int parameter, std::int64_t value)
{
    sqlite3_bind_int64(m_handle, parameter, value);
}

void Statement::bind(int parameter, double value)
{
    sqlite3_bind_double(m_handle, parameter, value);
}

void Statement::bindText(int parameter, std::string_view value)
{
    sqlite3_bind_text(
        m_handle, parameter, value.data() ? value.data() : "", static_cast<int>(value.size()), SQLITE_STATIC);
}

void Statement::bindBlob(int parameter, std::string_view value)
{
    // A null pointer would bind NULL, and an empty body is not an absent one.
    sqlite3_bind_blob(
        m_handle, parameter, value.data() ? value.data() : "", static_cast<int>(value.size()), SQLITE_STATIC);
}

void Statement::bindNull(int parameter)
{
    sqlite3_bind_null(m_handle, parameter);
}

bool Statement::step()
{
    return sqlite3_step(m_handle) == SQLITE_ROW;
}

void Statement::reset()
{
    sqlite3_reset(m_handle);
}

bool Statement::run()
{
    const int code = sqlite3_step(m_handle);
    return sqlite3_reset(m_handle) == SQLITE_OK && (code == SQLITE_DONE || code == SQLITE_ROW);
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_handle, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_handle, column);
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_handle, column) == SQLITE_NULL;
}

bool Statement::isBlob(int column) const
{
    return sqlite3_column_type(m_handle, column) == SQLITE_BLOB;
}

bool Statement::isInteger(int column) const
{
    return sqlite3_column_type(m_handle, column) == SQLITE_INTEGER;
}

std::string_view Statement::bytes(int column) const
{
    const void *data = sqlite3_column_blob(m_handle, column);
    return {static_cast<const char *>(data),
        data ? static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column)) : 0};
}

Database::Database(sqlite3 *handle, std::string path)
    : m_handle(handle)
    , m_path(std::move(path))
{
}

Database::~Database()
{
    m_statements.clear();
    sqlite3_close_v2(m_handle);
}

Result<std::unique_ptr<Database>> Database::open(const std::string &path, Mode mode)
{
    const int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        | (mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    const std::string uri = fileUri(path, mode == Mode::Immutable ? "?immutable=1" : "");
    sqlite3 *handle = nullptr;
    const int code = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Database> database(new Database(handle, path));
    if (code != SQLITE_OK)
        return database->error();
    // Nothing is read before the first statement: a directory or a file that is none shows itself here.
    WEIR_TRY([[maybe_unused]] const auto version, database->integer("PRAGMA schema_version"));
    return database;
}

Result<std::unique_ptr<Database>> Database::openInMemory()
{
    sqlite3 *handle = nullptr;
    const int code = sqlite3_open_v2(
        ":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Database> database(new Database(handle, ":memory:"));
    if (code != SQLITE_OK)
        return database->error();
    return database;
}

Result<void> Database::execute(const std::string &sql)
{
    if (sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return error();
    return {};
}

Result<std::int64_t> Database::integer(const std::string &sql)
{
    WEIR_TRY(Statement statement, prepare(sql));
    const bool row = statement.step();
    if (!row && trouble() != StorageTrouble::None)
        return error();
    return row ? statement.integer(0) : 0;
}

Result<Statement> Database::prepare(std::string_view sql)
{
    sqlite3_stmt *handle = nullptr;
    const int code = sqlite3_prepare_v3(
        m_handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK)
        return error();
    return Statement(handle);
}

Result<Query> Database::query(std::string_view sql)
{
    if (const auto found = m_statements.find(sql); found != m_statements.end())
        return Query(found->second);
    WEIR_TRY(Statement prepared, prepare(sql));
    if (m_statements.size() >= keptStatements)
        m_statements.clear(); // Those in use live on in their Query.
    auto kept = std::make_shared<Statement>(std::move(prepared));
    m_statements.emplace(std::string(sql), kept);
    return Query(std::move(kept));
}

void Database::forgetStatements()
{
    m_statements.clear();
}

bool Database::isReadOnly() const
{
    return sqlite3_db_readonly(m_handle, "main") == 1;
}

bool Database::inTransaction() const
{
    return !sqlite3_get_autocommit(m_handle);
}

StorageTrouble Database::trouble() const
{
    const int code = sqlite3_errcode(m_handle);
    if ((code & 0xFF) == SQLITE_IOERR && sqlite3_system_errno(m_handle) == ENOSPC)
        return StorageTrouble::Full;
    return troubleOf(code);
}

Error Database::error() const
{
    const bool cancelled = trouble() == StorageTrouble::Cancelled;
    return {cancelled ? Error::Kind::Cancelled : Error::Kind::Storage, sentence(m_handle), m_path};
}

void Database::setCancelled(std::function<bool()> cancelled)
{
    m_cancelled = std::move(cancelled);
    if (m_cancelled)
        sqlite3_progress_handler(m_handle, progressSteps, onProgress, &m_cancelled);
    else
        sqlite3_progress_handler(m_handle, 0, nullptr, nullptr);
}

Result<void> Database::replaceWith(Database &source)
{
    sqlite3_backup *backup = sqlite3_backup_init(m_handle, "main", source.m_handle, "main");
    if (!backup)
        return error();
    sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK)
        return error();
    return {};
}

Result<Transaction> Transaction::begin(Database &database, Kind kind)
{
    WEIR_TRY(Query statement, database.query(kind == Kind::Write ? "BEGIN IMMEDIATE" : "BEGIN"));
    if (!statement->run())
        return database.error();
    return Transaction(database);
}

Transaction::~Transaction()
{
    // SQLite may have undone it by itself, after a full disk.
    if (m_database && m_database->inTransaction())
        (void)m_database->execute("ROLLBACK");
}

Result<void> Transaction::commit()
{
    WEIR_TRY(Query statement, m_database->query("COMMIT"));
    if (!statement->run())
        return m_database->error();
    m_database = nullptr;
    return {};
}

} // namespace Weir
