#include "app/cli/command.h"

#include <string>
#include <vector>

int main(int argc, char **argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (const auto code = Weir::runCommand(arguments))
        return *code;
    return Weir::complain({Weir::Error::Kind::BadInput, "The window is not built yet; use weir serve", {}});
}
