#include "app/cli/command.h"
#include "app/cli/flagcases.h"

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
    {"list", nullptr},
    {"set", nullptr},
    {"clear", nullptr},
    {"scene", nullptr},
};

} // namespace

std::span<const OptionSpec> flagsOptions()
{
    return {};
}

int flags(const Arguments &arguments)
{
    const std::string word = arguments.positionals.empty() ? "" : arguments.positionals.front();
    const auto verb = std::ranges::find(verbs, std::string_view(word), &Verb::name);
    if (verb == std::end(verbs))
        return complain({Error::Kind::BadInput, "Expected evaluate behind flags", word});
    if (!verb->run)
        return complain(
            {Error::Kind::BadInput, "This command is not part of Weir " WEIR_VERSION, "flags " + word});
    if (arguments.positionals.size() > 1)
        return complain({Error::Kind::BadInput, "This command takes options only",
            "flags " + word + " " + arguments.positionals[1]});
    return verb->run(arguments);
}

} // namespace Weir
