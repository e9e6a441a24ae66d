#pragma once

#include "core/base/error.h"

#include <memory>
#include <string>

namespace Weir {

/// Keeps a second Weir off a session file, for as long as it lives. It is a lock on a file beside the session
/// (SESSION-lock), which the kernel drops when the process dies in whatever way. The session file itself is
/// left to SQLite, whose own locks would be lost with any other descriptor of it that is closed.
class SessionLock
{
public:
    /// Fails when another Weir has the session. Where no lock file can be made (a read-only folder) there is
    /// nothing to guard, and the lock is empty.
    static Result<std::unique_ptr<SessionLock>> take(const std::string &sessionPath);
    ~SessionLock();
    SessionLock(const SessionLock &) = delete;
    SessionLock &operator=(const SessionLock &) = delete;

private:
    SessionLock(std::string path, int descriptor)
        : m_path(std::move(path))
        , m_descriptor(descriptor)
    {
    }

    std::string m_path;
    int m_descriptor = -1;
};

} // namespace Weir
