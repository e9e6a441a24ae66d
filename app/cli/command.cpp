#include "app/cli/command.h"

#include "app/settings.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace Weir {

namespace {

constexpr Subcommand table[] = {
    {"serve", "[OPTIONS]", "capture without a window, until SIGINT or SIGTERM", engineOptions, serve},
    {"demo", "[OPTIONS]", "send sample workflow runs to a running Weir", demoOptions, demo},
    {"tail", "[OPTIONS]", "print the events of a running Weir as they come", tailOptions, tail},
    {"check", "", "", nullptr, nullptr},
    {"plan", "check FILE… | list [FILE] | ddl --warehouse NAME --session FILE",
        "check, show and convert tracking plans; the tables that a session needs in a warehouse", planOptions,
        plan, true},
    {"flags",
        "list | set FLAG VALUE | clear FLAG… | scene list | scene apply|rehearse|remove NAME | evaluate",
        "override feature flags of a running Weir; evaluate cases from standard input", flagsOptions, flags,
        true},
    {"forward", "", "", nullptr, nullptr},
    {"import", "", "", nullptr, nullptr},
    {"export", "", "", nullptr, nullptr},
    {"run", "", "", nullptr, nullptr},
};

void print(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::string helpOf(const Subcommand &command)
{
    return "Usage: weir " + std::string(command.name) + " " + std::string(command.usage) + "\n"
        + std::string(command.summary) + "\n\n" + helpText(command.options());
}

int run(const Subcommand &command, std::span<const std::string> arguments)
{
    if (!command.run)
        return complain({Error::Kind::BadInput, "This command is not part of Weir " WEIR_VERSION,
            std::string(command.name)});
    const auto parsed = parseArguments(arguments, command.options());
    if (!parsed)
        return complain(parsed.error());
    if (parsed->has("help")) {
        print(helpOf(command));
        return exitDone;
    }
    if (parsed->has("version")) {
        print("weir " WEIR_VERSION "\n");
        return exitDone;
    }
    if (!command.takesWords && !parsed->positionals.empty()) {
        return complain({Error::Kind::BadInput, "This command takes options only",
            std::string(command.name) + " " + parsed->positionals.front()});
    }
    return command.run(*parsed);
}

/// What the window is asked to open, as opposed to a command that does not exist.
bool looksLikeSession(const std::string &text)
{
    std::error_code ignored;
    return text.ends_with(".weir") || text.find('/') != std::string::npos
        || std::filesystem::exists(text, ignored);
}

} // namespace

std::span<const Subcommand> subcommands()
{
    return table;
}

std::optional<int> runCommand(std::span<const std::string> arguments)
{
    if (arguments.empty())
        return std::nullopt;
    const auto found = std::ranges::find(table, std::string_view(arguments.front()), &Subcommand::name);
    if (found != std::end(table))
        return run(*found, arguments.subspan(1));
    if (!arguments.front().starts_with("-") && !looksLikeSession(arguments.front())) {
        return complain({Error::Kind::BadInput,
            "There is no such command, and no such session file; see weir --help", arguments.front()});
    }
    const auto parsed = parseArguments(arguments, engineOptions());
    if (!parsed)
        return complain(parsed.error());
    if (parsed->has("help")) {
        print(windowHelp());
        return exitDone;
    }
    if (parsed->has("version")) {
        print("weir " WEIR_VERSION "\n");
        return exitDone;
    }
    return std::nullopt;
}

int complain(const Error &error)
{
    std::fprintf(stderr, "weir: %s\n", toText(error).c_str());
    return exitCannot;
}

std::string windowHelp()
{
    std::string text = "Usage: weir [OPTIONS] [SESSION.weir]\n"
                       "       weir COMMAND [OPTIONS]\n"
                       "Captures the analytics events that SDKs send to this machine, and shows them.\n\n"
                       "Commands (weir COMMAND --help tells more):\n";
    for (const Subcommand &command : table) {
        if (!command.run)
            continue;
        std::string name(command.name);
        name.resize(8, ' ');
        text.append("  ").append(name).append(command.summary).append("\n");
    }
    return text + "\nOptions:\n" + helpText(engineOptions());
}

} // namespace Weir
