#include "app/sessionlock.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Weir {

namespace {

std::string holderOf(int descriptor)
{
    char text[32] = {};
    const auto size = ::pread(descriptor, text, sizeof text - 1, 0);
    return size > 0 ? " (process " + std::string(text) + ")" : std::string();
}

/// False when the file was unlinked between open() and flock(), by the one who held it before.
bool isStill(int descriptor, const std::string &path)
{
    struct stat ours = {}, named = {};
    return ::fstat(descriptor, &ours) == 0 && ::stat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino
        && ours.st_dev == named.st_dev;
}

void writeHolder(int descriptor)
{
    const std::string text = std::to_string(::getpid());
    // Only for the message that a second Weir prints.
    if (::ftruncate(descriptor, 0) == 0) [[maybe_unused]]
        const auto written = ::pwrite(descriptor, text.data(), text.size(), 0);
}

} // namespace

Result<std::unique_ptr<SessionLock>> SessionLock::take(const std::string &sessionPath)
{
    std::error_code ignored;
    // One lock for one file, however it is spelled.
    const auto canonical = std::filesystem::weakly_canonical(sessionPath, ignored);
    const std::string path = (ignored ? sessionPath : canonical.string()) + "-lock";
    while (true) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor < 0)
            return std::unique_ptr<SessionLock>();
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const bool taken = errno == EWOULDBLOCK;
            const std::string holder = taken ? holderOf(descriptor) : std::string();
            ::close(descriptor);
            if (!taken) // A file system without locks.
                return std::unique_ptr<SessionLock>();
            return Error{Error::Kind::Storage, "Another Weir has this session open" + holder, sessionPath};
        }
        if (isStill(descriptor, path)) {
            writeHolder(descriptor);
            return std::unique_ptr<SessionLock>(new SessionLock(path, descriptor));
        }
        ::close(descriptor);
    }
}

SessionLock::~SessionLock()
{
    ::unlink(m_path.c_str()); // Before the lock goes, so that nobody locks a file that is then unlinked.
    ::close(m_descriptor);
}

} // namespace Weir
