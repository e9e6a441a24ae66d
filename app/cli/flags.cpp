#include "app/cli/command.h"
#include "app/cli/flagcases.h"
#include "app/cli/flagsclient.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>

namespace Weir {

namespace {

/// What follows `weir flags`.
struct Verb
{
    std::string_view name;
    /// Nothing when this version does not have it yet.
    int (*run)(const Arguments &arguments);
    bool takesMore = false; ///< Words or options of its own: it judges them itself.
};

constexpr OptionSpec specs[] = {
    {"format", "FORMAT", "list: human or json (human)"},
    {"payload", "JSON", "set: what the SDKs get beside the value"},
    {"user", "ID", "set: only for this distinct_id"},
    {"workspace", "ID", "set: only for this workspace"},
    {"for", "TIME", "set: only so long, such as 45m"},
    {"pinned", "", "set: stays when Weir closes"},
    {"scenes", "FILE", "scene: the file that has it (weir/scenes.json in the user's config folder)"},
    {"all", "", "clear: all overrides"},
    {"port", "PORT", "port of the running Weir (9347)"},
    {"host", "ADDRESS", "address of the running Weir (127.0.0.1)"},
};

int evaluateCases(const Arguments &)
{
    std::ios::sync_with_stdio(false);
    FlagCases cases;
    std::string line;
    for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
        if (line.find_first_not_of(" \t\r") == line.npos)
            continue;
        const FlagCases::Answer answer = cases.answer(line, systemNow());
        for (const Error &problem : answer.problems) {
            std::fprintf(stderr, "weir: line %zu: %s\n", number, toText(problem).c_str());
        }
        std::fwrite(answer.line.data(), 1, answer.line.size(), stdout);
        std::fputc('\n', stdout);
        // Who writes a case and waits for its result must get it; who pipes a file gets it in blocks.
        if (std::cin.rdbuf()->in_avail() <= 0)
            std::fflush(stdout);
    }
    return std::fflush(stdout) == 0 ? exitDone : exitCannot;
}

constexpr Verb verbs[] = {
    {"evaluate", evaluateCases},
    {"list", listFlags, true},
    {"set", setFlag, true},
    {"clear", clearFlags, true},
    {"scene", flagScene, true},
};

} // namespace

std::span<const OptionSpec> flagsOptions()
{
    return specs;
}

int flags(const Arguments &arguments)
{
    const std::string word = arguments.positionals.empty() ? "" : arguments.positionals.front();
    const auto verb = std::ranges::find(verbs, std::string_view(word), &Verb::name);
    if (verb == std::end(verbs))
        return complain(
            {Error::Kind::BadInput, "Expected list, set, clear, scene or evaluate behind flags", word});
    if (!verb->run)
        return complain(
            {Error::Kind::BadInput, "This command is not part of Weir " WEIR_VERSION, "flags " + word});
    if (!verb->takesMore && arguments.positionals.size() > 1)
        return complain({Error::Kind::BadInput, "This command takes options only",
            "flags " + word + " " + arguments.positionals[1]});
    if (!verb->takesMore && !arguments.options.empty())
        return complain({Error::Kind::BadInput, "This command takes no options",
            "flags " + word + " --" + arguments.options.begin()->first});
    return verb->run(arguments);
}

} // namespace Weir
