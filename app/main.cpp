#include "app/cli/command.h"
#include "app/windowmain.h"

#include <string>
#include <vector>

int main(int argc, char **argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (const auto code = Weir::runCommand(arguments))
        return *code;
    const auto parsed = Weir::parseArguments(arguments, Weir::engineOptions());
    if (!parsed)
        return Weir::complain(parsed.error());
    auto settings = Weir::loadSettings(*parsed, Weir::processSources());
    if (!settings)
        return Weir::complain(settings.error());
    if (parsed->positionals.size() > 1)
        return Weir::complain({Weir::Error::Kind::BadInput, "One session at a time", parsed->positionals[1]});
    if (!parsed->positionals.empty())
        settings->session = parsed->positionals.front();
    if (const auto safe = Weir::checkExposure(*settings); !safe)
        return Weir::complain(safe.error());
    return Weir::runWindow(*settings, argc, argv);
}
