#pragma once

#include "core/base/error.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace Weir {

/// Why a call of SQLite failed, as far as it decides what to do next.
enum class StorageTrouble {
    None,
    Full, ///< No space, or over max_page_count.
    Locked, ///< Another connection holds the write lock.
    Io, ///< The operating system refused a read or a write.
    ReadOnly, ///< The file or its folder cannot be written.
    Damaged, ///< Not an SQLite file, or a broken one.
    Cancelled,
    Other,
};

/// One prepared statement. Parameters count from 1, columns from 0. Text and blobs are bound without a copy:
/// they must live until step() or reset().
class Statement
{
public:
    explicit Statement(sqlite3_stmt *handle = nullptr)
        : m_handle(handle)
    {
    }
    ~Statement();
    Statement(Statement &&other) noexcept
        : m_handle(std::exchange(other.m_handle, nullptr))
    {
    }
    Statement &operator=(Statement &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }

    void bind(int parameter, std::int64_t value);
    void bind(int parameter, double value);
    void bindText(int parameter, std::string_view value);
    void bindBlob(int parameter, std::string_view value);
    void bindNull(int parameter);

    /// True: there is a row. False: done or failed; Database::trouble() tells which.
    bool step();
    void reset();
    /// For statements without rows: step and reset. False when it failed.
    bool run();

    std::int64_t integer(int column) const;
    double real(int column) const;
    bool isNull(int column) const;
    bool isBlob(int column) const;
    bool isInteger(int column) const;
    /// Text or blob. Valid until the next step() or reset().
    std::string_view bytes(int column) const;
    std::string text(int column) const { return std::string(bytes(column)); }

private:
    sqlite3_stmt *m_handle;
};

/// A statement of Database::query(), reset when the scope ends, so that no read transaction stays open.
class Query
{
public:
    explicit Query(std::shared_ptr<Statement> statement)
        : m_statement(std::move(statement))
    {
    }
    ~Query()
    {
        if (m_statement)
            m_statement->reset();
    }
    Query(Query &&) noexcept = default;
    Query &operator=(Query &&) = delete;
    Statement *operator->() const { return m_statement.get(); }

private:
    std::shared_ptr<Statement> m_statement;
};

/// One connection to one SQLite file. Any thread, one at a time.
class Database
{
public:
    enum class Mode {
        ReadWrite, ///< Makes the file when it is not there.
        ReadOnly,
        Immutable, ///< Read-only, where not even the lock files can be made.
    };
    static Result<std::unique_ptr<Database>> open(const std::string &path, Mode mode);
    /// An empty database in memory.
    static Result<std::unique_ptr<Database>> openInMemory();
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    const std::string &path() const { return m_path; }

    /// One or more statements without rows.
    Result<void> execute(const std::string &sql);
    /// The first column of the first row; 0 when there is none.
    Result<std::int64_t> integer(const std::string &sql);
    Result<Statement> prepare(std::string_view sql);
    /// As prepare(), but kept and given again for the same text; the last 64 are kept. Not for two uses at
    /// once.
    Result<Query> query(std::string_view sql);
    /// Drops what query() keeps.
    void forgetStatements();

    bool isReadOnly() const; ///< Opened for writing, but the file does not allow it, counts too.
    bool inTransaction() const;
    /// Of the last call that failed; None after one that succeeded.
    StorageTrouble trouble() const;
    /// The last failure as a sentence, with the file as its place.
    Error error() const;

    /// Asked every few thousand steps; true ends the running statement with Cancelled.
    void setCancelled(std::function<bool()> cancelled);

    /// Overwrites this database with `source`, in one transaction, at a cost that does not grow with what is
    /// lost.
    Result<void> replaceWith(Database &source);

    sqlite3 *handle() const { return m_handle; }

private:
    Database(sqlite3 *handle, std::string path);

    sqlite3 *m_handle;
    std::string m_path;
    std::function<bool()> m_cancelled;
    struct TextHash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, std::shared_ptr<Statement>, TextHash, std::equal_to<>> m_statements;
};

/// A transaction that is undone unless commit() was called.
class Transaction
{
public:
    enum class Kind { Read, Write };
    static Result<Transaction> begin(Database &database, Kind kind);
    ~Transaction();
    Transaction(Transaction &&other) noexcept
        : m_database(std::exchange(other.m_database, nullptr))
    {
    }
    Transaction &operator=(Transaction &&) = delete;
    Result<void> commit();

private:
    explicit Transaction(Database &database)
        : m_database(&database)
    {
    }
    Database *m_database;
};

} // namespace Weir
