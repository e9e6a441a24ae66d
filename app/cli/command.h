#pragma once

#include "app/cli/options.h"
#include "core/base/error.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace Weir {

// What a command tells the shell. The same numbers for all commands.
constexpr int exitDone = 0;
constexpr int exitFailed = 1; ///< It ran, and the result is bad.
constexpr int exitCannot = 2; ///< It could not run: a wrong option, a port in use, an unreadable session.

/// One subcommand.
struct Subcommand
{
    std::string_view name;
    std::string_view usage; ///< Behind the name: "[--runs N]".
    std::string_view summary; ///< One line for `weir --help`.
    std::span<const OptionSpec> (*options)();
    /// Nothing when this version does not have the command yet. Runs to the end and gives the exit code.
    int (*run)(const Arguments &arguments);
    bool takesWords = false; ///< "evaluate" in `weir flags evaluate`. Else options only.
};

int serve(const Arguments &arguments);
int demo(const Arguments &arguments);
std::span<const OptionSpec> demoOptions();
int tail(const Arguments &arguments);
std::span<const OptionSpec> tailOptions();
int plan(const Arguments &arguments);
std::span<const OptionSpec> planOptions();
int flags(const Arguments &arguments);
std::span<const OptionSpec> flagsOptions();

/// All subcommands, those of later versions included.
std::span<const Subcommand> subcommands();

/// Runs the command that `arguments` begin with, `--help` and `--version`. Nothing when they ask for the
/// window.
std::optional<int> runCommand(std::span<const std::string> arguments);

/// Prints "weir: where: message" as one line on standard error and gives exitCannot.
int complain(const Error &error);

/// The help of `weir` itself.
std::string windowHelp();

} // namespace Weir
