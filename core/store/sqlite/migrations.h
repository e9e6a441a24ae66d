#pragma once

#include "core/base/error.h"

#include <memory>
#include <span>
#include <string>

namespace Weir {

class Database;

/// "WEIR", in the file's head at byte 68: what file(1) and Weir know a session by.
constexpr int sessionApplicationId = 0x57454952;

/// One row per version of the schema: what makes it from the one before.
struct Migration
{
    int version; ///< 1, 2, 3 … without a gap.
    const char *sql;
};

/// All versions of the session file, oldest first.
std::span<const Migration> sessionMigrations();

/// A session file that has been opened.
struct OpenedSession
{
    std::unique_ptr<Database> database;
    int version = 0; ///< The schema version that the file has now.
    bool readOnly = false;
    Error why; ///< Meaningful when readOnly.
    std::string backup; ///< The copy made before migrating; empty when there was none.
};

/// Opens the file for writing and brings it to the newest of `migrations`. An empty or absent file is made
/// new; an older one is copied to "FILE.vN.bak" first. A newer one, a damaged one that can still be read, and
/// one whose file may not be written are opened read-only. Fails for a file that is no session.
Result<OpenedSession> openSession(
    const std::string &path, std::span<const Migration> migrations = sessionMigrations());

/// Makes the newest schema in an empty database.
Result<void> createSession(Database &database, std::span<const Migration> migrations = sessionMigrations());

} // namespace Weir
