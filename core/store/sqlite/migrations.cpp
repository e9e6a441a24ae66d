#include "core/store/sqlite/migrations.h"

#include "core/store/sqlite/database.h"

#include <filesystem>
#include <system_error>

namespace Weir {

namespace {

namespace fs = std::filesystem;

int newestOf(std::span<const Migration> migrations)
{
    return migrations.empty() ? 0 : migrations.back().version;
}

Result<void> applyOne(Database &database, const Migration &migration)
{
    WEIR_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::Write));
    const std::string version = "PRAGMA user_version = " + std::to_string(migration.version);
    if (auto done = database.execute(migration.sql + std::string(";") + version); !done)
        return done.error();
    return transaction.commit();
}

Result<void> applyFrom(Database &database, std::span<const Migration> migrations, int version)
{
    for (const Migration &migration : migrations) {
        if (migration.version <= version)
            continue;
        if (auto done = applyOne(database, migration); !done)
            return done.error();
    }
    return {};
}

Result<std::string> backUp(Database &database, int version)
{
    const std::string base = database.path() + ".v" + std::to_string(version) + ".bak";
    std::string path = base;
    std::error_code ignored;
    for (int n = 2; fs::exists(path, ignored); ++n) // An earlier copy is never written over.
        path = base + std::to_string(n);
    WEIR_TRY(auto copy, Database::open(path, Database::Mode::ReadWrite));
    if (auto done = copy->replaceWith(database); !done)
        return Error{Error::Kind::Storage,
            "No backup could be made before the session was to be migrated: " + done.error().message, path};
    return path;
}

Result<void> makeFolder(const std::string &path)
{
    const fs::path folder = fs::path(path).parent_path();
    std::error_code failure;
    if (!folder.empty() && !fs::is_directory(folder, failure))
        fs::create_directories(folder, failure);
    if (failure)
        return Error{Error::Kind::Storage, "The session's folder cannot be made: " + failure.message(), path};
    return {};
}

Error newerVersion(const std::string &path, int version, int newest)
{
    return {Error::Kind::Storage,
        "This session is from a newer Weir (schema " + std::to_string(version) + ", this one knows "
            + std::to_string(newest) + "): it is shown, but nothing is captured into it",
        path};
}

/// The file again, in a mode that changes nothing.
Result<std::unique_ptr<Database>> openToShow(const std::string &path)
{
    auto opened = Database::open(path, Database::Mode::ReadOnly);
    return opened ? std::move(opened) : Database::open(path, Database::Mode::Immutable);
}

Result<std::unique_ptr<Database>> openForWriting(const std::string &path, bool exists)
{
    auto opened = Database::open(path, Database::Mode::ReadWrite);
    if (!opened || !exists)
        return opened;
    // What a crash left in the write-ahead log is taken in here; a damaged page shows itself.
    if (const auto tables = (*opened)->integer("SELECT count(*) FROM sqlite_schema"); !tables)
        return tables.error();
    return opened;
}

bool isNew(Database &database)
{
    const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
    const auto id = database.integer("PRAGMA application_id");
    return tables && *tables == 0 && id && (*id == 0 || *id == sessionApplicationId);
}

/// Not the whole check, which reads every page: only whether the tables can be read at both ends.
Result<void> probe(Database &database)
{
    // One aggregate a query: SQLite goes straight to an end of a tree for max() or min() alone, and reads all
    // of it for both.
    for (const char *sql : {"SELECT next_event FROM session", "SELECT min(id) FROM event",
             "SELECT max(id) FROM event", "SELECT min(id) FROM request", "SELECT max(id) FROM request",
             "SELECT min(id) FROM trace", "SELECT max(id) FROM trace", "SELECT min(trace) FROM event",
             "SELECT max(trace) FROM event", "SELECT min(name) FROM event", "SELECT max(name) FROM event"}) {
        if (const auto value = database.integer(sql); !value)
            return value.error();
    }
    return {};
}

Result<OpenedSession> showOnly(const std::string &path, int version, Error why)
{
    WEIR_TRY(auto database, openToShow(path));
    return OpenedSession{std::move(database), version, true, std::move(why), {}};
}

Result<OpenedSession> openExisting(std::unique_ptr<Database> database, std::span<const Migration> migrations)
{
    const std::string path = database->path();
    const int newest = newestOf(migrations);
    WEIR_TRY(const auto id, database->integer("PRAGMA application_id"));
    if (id != sessionApplicationId)
        return Error{Error::Kind::Storage, "This is an SQLite file, but no Weir session", path};
    WEIR_TRY(const auto stored, database->integer("PRAGMA user_version"));
    const int version = static_cast<int>(stored);
    if (version > newest) {
        database.reset();
        return showOnly(path, version, newerVersion(path, version, newest));
    }
    if (database->isReadOnly()) {
        database.reset();
        return showOnly(path, version,
            {Error::Kind::Storage,
                "The session file may not be written: it is shown, but nothing is captured into it", path});
    }
    std::string backup;
    if (version < newest) {
        WEIR_TRY(backup, backUp(*database, version));
        if (auto done = applyFrom(*database, migrations, version); !done)
            return done.error();
    }
    return OpenedSession{std::move(database), newest, false, {}, std::move(backup)};
}

} // namespace

Result<void> createSession(Database &database, std::span<const Migration> migrations)
{
    if (auto done = database.execute(
            "PRAGMA page_size = 4096; PRAGMA application_id = " + std::to_string(sessionApplicationId));
        !done)
        return done.error();
    return applyFrom(database, migrations, 0);
}

Result<OpenedSession> openSession(const std::string &path, std::span<const Migration> migrations)
{
    std::error_code ignored;
    const bool exists = fs::exists(path, ignored);
    if (!exists) {
        if (auto made = makeFolder(path); !made)
            return made.error();
    }
    auto database = openForWriting(path, exists);
    if (!database)
        return database.error();
    if (isNew(**database)) {
        if (auto made = (*database)->execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL"); !made)
            return made.error();
        if (auto made = createSession(**database, migrations); !made)
            return made.error();
        return OpenedSession{*std::move(database), newestOf(migrations), false, {}, {}};
    }
    WEIR_TRY(auto session, openExisting(*std::move(database), migrations));
    if (session.readOnly)
        return session;
    if (auto probed = probe(*session.database); !probed) {
        if (session.database->trouble() != StorageTrouble::Damaged)
            return probed.error();
        session.database.reset();
        return showOnly(path, session.version,
            {Error::Kind::Storage,
                "The session file is damaged: what can be read is shown, but nothing is captured into it",
                path});
    }
    if (auto made = session.database->execute("PRAGMA journal_mode = WAL"); !made)
        return made.error();
    return session;
}

} // namespace Weir
