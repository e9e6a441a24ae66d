#include "app/cli/options.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace Weir {

namespace {

constexpr OptionSpec commonSpecs[] = {
    {"help", "", "show this text and exit"},
    {"version", "", "show the version and exit"},
};

const OptionSpec *find(std::span<const OptionSpec> specs, std::string_view name)
{
    const auto found = std::ranges::find(specs, name, &OptionSpec::name);
    return found == specs.end() ? nullptr : &*found;
}

Error badOption(std::string_view option, std::string message)
{
    return {Error::Kind::BadInput, std::move(message), std::string(option)};
}

std::string leftColumn(const OptionSpec &spec)
{
    std::string left = "  --" + std::string(spec.name);
    if (!spec.value.empty())
        left.append(" ").append(spec.value);
    return left;
}

} // namespace

std::string Arguments::last(std::string_view name, std::string_view otherwise) const
{
    const auto found = options.find(name);
    return found == options.end() ? std::string(otherwise) : found->second.back();
}

Result<Arguments> parseArguments(std::span<const std::string> arguments, std::span<const OptionSpec> specs)
{
    Arguments result;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string &argument = arguments[i];
        if (argument == "--") {
            result.positionals.insert(
                result.positionals.end(), arguments.begin() + std::ptrdiff_t(i) + 1, arguments.end());
            break;
        }
        if (!argument.starts_with("-") || argument == "-") {
            result.positionals.push_back(argument);
            continue;
        }
        const auto equals = argument.find('=');
        const std::string option = argument.substr(0, equals);
        const std::string_view name
            = std::string_view(option).substr(std::min<std::size_t>(2, option.size()));
        const OptionSpec *spec = option == "-h" ? &commonSpecs[0] : nullptr;
        if (option.starts_with("--"))
            spec = find(commonSpecs, name) ? find(commonSpecs, name) : find(specs, name);
        if (!spec)
            return badOption(option, "There is no such option");
        auto &values = result.options[std::string(spec->name)];
        if (spec->value.empty()) {
            if (equals != std::string::npos)
                return badOption(option, "This option takes no value");
            values.emplace_back();
        } else if (equals != std::string::npos) {
            values.push_back(argument.substr(equals + 1));
        } else if (i + 1 < arguments.size()) {
            values.push_back(arguments[++i]);
        } else {
            return badOption(option, "Expected a value behind this option");
        }
    }
    return result;
}

std::string helpText(std::span<const OptionSpec> specs)
{
    std::size_t width = 0;
    for (const OptionSpec &spec : specs) {
        if (!spec.help.empty())
            width = std::max(width, leftColumn(spec).size());
    }
    std::string text;
    const auto add = [&](const OptionSpec &spec) {
        if (spec.help.empty())
            return;
        std::string left = leftColumn(spec);
        left.resize(std::max(width, left.size()) + 2, ' ');
        text.append(left).append(spec.help).append("\n");
    };
    std::ranges::for_each(specs, add);
    std::ranges::for_each(commonSpecs, add);
    return text;
}

Result<std::int64_t> parseInteger(
    std::string_view text, std::int64_t low, std::int64_t high, std::string_view where)
{
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || value < low || value > high) {
        return Error{Error::Kind::BadInput,
            "Expected a whole number from " + std::to_string(low) + " to " + std::to_string(high) + ", got \""
                + std::string(text) + "\"",
            std::string(where)};
    }
    return value;
}

} // namespace Weir
