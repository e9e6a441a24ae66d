#pragma once

#include "core/base/error.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// One `--name VALUE` that a command takes. A table of them is both the parser and the help text.
struct OptionSpec
{
    std::string_view name; ///< "max-size", without the dashes.
    std::string_view value; ///< "SIZE" as the help shows it; empty: a switch without a value.
    std::string_view help; ///< One line; empty: known, but not shown.
};

/// A command line, taken apart but not yet judged.
struct Arguments
{
    std::map<std::string, std::vector<std::string>, std::less<>> options; ///< By name, in the order given.
    std::vector<std::string> positionals;

    bool has(std::string_view name) const { return options.find(name) != options.end(); }
    /// The last value given, or `otherwise`.
    std::string last(std::string_view name, std::string_view otherwise = {}) const;
};

/// Takes `--name VALUE`, `--name=VALUE`, and positionals; "--" ends the options. `--help` and `--version` are
/// always known. Fails on an unknown option, a missing value, and a value for a switch; `where` is the
/// option.
Result<Arguments> parseArguments(std::span<const std::string> arguments, std::span<const OptionSpec> specs);

/// The options as the help shows them: one line each, aligned.
std::string helpText(std::span<const OptionSpec> specs);

/// A whole number from `low` to `high` written in decimal digits; `where` names the option.
Result<std::int64_t> parseInteger(
    std::string_view text, std::int64_t low, std::int64_t high, std::string_view where);

} // namespace Weir
