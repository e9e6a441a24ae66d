#pragma once

#include "app/cli/options.h"
#include "core/base/error.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// All that a Weir can be told from outside, judged and complete. A value: made once at the start.
struct Settings
{
    enum class Sync : std::uint8_t { Full, Normal };
    enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

    std::uint16_t port = 9347; ///< 0: any free one.
    std::vector<std::string> hosts = {"127.0.0.1"}; ///< Addresses to listen on; never empty.
    std::string session; ///< Path of the session file.
    std::int64_t maxBytes = 2'000'000'000; ///< Size that the session is kept below; 0 = no limit.
    Sync sync = Sync::Full; ///< SQLite's `synchronous`.
    LogLevel logLevel = LogLevel::Warning;
    std::string upstreamPostHog; ///< URL of the PostHog server that is asked for flags; empty: none.
    std::string flags; ///< Path of a file of flag definitions; empty: none.
    std::string
        plan; ///< Path of the tracking plan, a file or a folder; empty: the session's or the built-in one.
    std::string scenes; ///< Path of the file of scenes; it need not be there.
    std::string token; ///< What `/weir/` calls must carry beyond loopback. A secret: never logged.

    bool operator==(const Settings &) const = default;
};

/// Where settings come from, beside the command line. Tests pass their own.
struct SettingsSources
{
    std::function<std::optional<std::string>(const std::string &name)> environment;
    std::string workingDirectory; ///< Holds weir.json, the project's settings.
};

/// The process' own environment and working directory.
SettingsSources processSources();

/// The options that the window and `weir serve` share. Each is also a WEIR_ variable and a key of the
/// settings files.
std::span<const OptionSpec> engineOptions();

/// Of those, what a client of a running Weir needs: port and host.
std::span<const OptionSpec> clientOptions();

/// Flag beats environment beats ./weir.json beats $XDG_CONFIG_HOME/weir/config.json beats the default.
/// `where` of an error names the flag, the variable, or the file and its key. A token is taken from the
/// environment or from config.json with mode 0600, never from the command line or the project's file.
Result<Settings> loadSettings(const Arguments &arguments, const SettingsSources &sources);

/// Fails when Weir would listen beyond this machine without a token.
Result<void> checkExposure(const Settings &settings);

/// True for 127.0.0.0/8, ::1 and "localhost".
bool isLoopback(std::string_view host);

/// "2GB", "500 MB", "1.5GiB", "4096": bytes. KB, MB, GB, TB are powers of 1000, KiB … of 1024.
std::optional<std::int64_t> parseSize(std::string_view text);

} // namespace Weir
