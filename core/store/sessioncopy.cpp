#include "core/store/sessioncopy.h"

#include "core/store/sqlite/database.h"

#include <filesystem>
#include <system_error>

namespace Weir {

namespace {

namespace fs = std::filesystem;

/// What SQLite keeps beside a file. Left behind, it would be taken for the new file's.
void removeLogs(const std::string &path)
{
    std::error_code ignored;
    for (const char *suffix : {"-wal", "-shm", "-journal"})
        fs::remove(path + suffix, ignored);
}

void removeAll(const std::string &path)
{
    std::error_code ignored;
    fs::remove(path, ignored);
    removeLogs(path);
}

Result<void> copyPages(const std::string &from, const std::string &to)
{
    WEIR_TRY(const auto source, Database::open(from, Database::Mode::ReadOnly));
    WEIR_TRY(const auto copy, Database::open(to, Database::Mode::ReadWrite));
    return copy->replaceWith(*source);
}

} // namespace

Result<void> copySession(const std::string &from, const std::string &to)
{
    const std::string part = to + ".part";
    removeAll(part);
    if (auto copied = copyPages(from, part); !copied) {
        removeAll(part);
        return Error{Error::Kind::Storage, "The session could not be saved: " + copied.error().message, to};
    }
    removeLogs(to);
    std::error_code failure;
    fs::rename(part, to, failure);
    if (failure) {
        removeAll(part);
        return Error{Error::Kind::Storage, "The session could not be saved: " + failure.message(), to};
    }
    return {};
}

} // namespace Weir
