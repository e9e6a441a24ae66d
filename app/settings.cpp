#include "app/settings.h"

#include "core/http/upstream.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <sys/stat.h>

namespace Weir {

namespace {

using Json = nlohmann::json;

/// What one source says about one option.
struct Given
{
    std::vector<std::string> values; ///< Several only for `host`.
    std::string where; ///< "--port", "WEIR_PORT", "/home/ada/weir.json › port"
};
using Layer = std::map<std::string, Given, std::less<>>;

Error bad(std::string where, std::string message)
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

std::string inQuotes(std::string_view text)
{
    return "\"" + std::string(text) + "\"";
}

Result<void> applyPort(Settings &settings, const Given &given)
{
    WEIR_TRY(const auto port, parseInteger(given.values.back(), 0, 65535, given.where));
    settings.port = static_cast<std::uint16_t>(port);
    return {};
}

Result<void> applyHost(Settings &settings, const Given &given)
{
    if (given.values.empty() || std::ranges::any_of(given.values, &std::string::empty))
        return bad(given.where, "Expected an address to listen on, got none");
    settings.hosts = given.values;
    return {};
}

Result<void> applySession(Settings &settings, const Given &given)
{
    if (given.values.back().empty())
        return bad(given.where, "Expected the path of a session file, got none");
    settings.session = given.values.back();
    return {};
}

Result<void> applyMaxSize(Settings &settings, const Given &given)
{
    const auto size = parseSize(given.values.back());
    if (!size) {
        return bad(given.where,
            "Expected a size such as 2GB or 500MB, or 0 for none, got " + inQuotes(given.values.back()));
    }
    settings.maxBytes = *size;
    return {};
}

Result<void> applySync(Settings &settings, const Given &given)
{
    const std::string &text = given.values.back();
    if (text != "full" && text != "normal")
        return bad(given.where, "Expected full or normal, got " + inQuotes(text));
    settings.sync = text == "full" ? Settings::Sync::Full : Settings::Sync::Normal;
    return {};
}

Result<void> applyLogLevel(Settings &settings, const Given &given)
{
    constexpr std::array<std::string_view, 4> levels = {"debug", "info", "warning", "error"};
    const auto found = std::ranges::find(levels, given.values.back());
    if (found == levels.end())
        return bad(
            given.where, "Expected debug, info, warning or error, got " + inQuotes(given.values.back()));
    settings.logLevel = static_cast<Settings::LogLevel>(found - levels.begin());
    return {};
}

Result<void> applyUpstream(Settings &settings, const Given &given)
{
    const std::string &text = given.values.back();
    if (!text.empty()) {
        if (const auto url = UpstreamUrl::parse(text); !url)
            return bad(given.where, url.error().message);
    }
    settings.upstreamPostHog = text;
    return {};
}

Result<void> applyFlags(Settings &settings, const Given &given)
{
    if (given.values.back().empty())
        return bad(given.where, "Expected the path of a file of flag definitions, got none");
    settings.flags = given.values.back();
    return {};
}

Result<void> applyScenes(Settings &settings, const Given &given)
{
    if (given.values.back().empty())
        return bad(given.where, "Expected the path of a file of scenes, got none");
    settings.scenes = given.values.back();
    return {};
}

Result<void> applyPlan(Settings &settings, const Given &given)
{
    if (given.values.back().empty())
        return bad(given.where, "Expected the path of a tracking plan, got none");
    settings.plan = given.values.back();
    return {};
}

Result<void> applyToken(Settings &settings, const Given &given)
{
    // Not quoted back: it is a secret.
    const std::string &token = given.values.back();
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (token.empty() || !std::ranges::all_of(token, printable))
        return bad(given.where, "Expected a token of visible ASCII characters");
    settings.token = token;
    return {};
}

constexpr OptionSpec engineSpecs[] = {
    {"port", "PORT", "port to listen on, 0 = any free one (9347)"},
    {"host", "ADDRESS", "address to listen on, repeatable (127.0.0.1)"},
    {"session", "FILE", "session file (weir/session.weir in the user's data folder)"},
    {"max-size", "SIZE", "size that the session is kept below, oldest traces go first, 0 = off (2GB)"},
    {"sync", "MODE", "full: an answered event survives a power cut; normal: a crash of Weir (full)"},
    {"flags", "FILE",
        "flag definitions to answer flag requests by, as PostHog's /flags/definitions gives them"},
    {"scenes", "FILE", "scenes: named sets of overrides (weir/scenes.json in the user's config folder)"},
    {"log-level", "LEVEL", "debug, info, warning or error, on standard error (warning)"},
    {"capture", "MODE", "answer: Weir answers the SDKs itself (answer)"},
    {"forward", "MODE", "off: nothing leaves this machine (off)"},
    {"plan", "FILE",
        "tracking plan that events are checked by, a file or a folder (the session's, else the built-in)"},
    {"mapping", "FILE", ""},
    {"contracts", "DIR", ""},
    {"upstream-posthog", "URL",
        "PostHog server that flag, config and script requests are asked first (none)"},
    {"posthog-key", "KEY", ""},
    {"rudderstack-url", "URL", ""},
    {"rudderstack-key", "KEY", ""},
};

/// A setting that this version acts on.
struct Known
{
    std::string_view name;
    Result<void> (*apply)(Settings &, const Given &);
};
constexpr Known served[] = {
    {"port", applyPort},
    {"host", applyHost},
    {"session", applySession},
    {"max-size", applyMaxSize},
    {"sync", applySync},
    {"flags", applyFlags},
    {"scenes", applyScenes},
    {"plan", applyPlan},
    {"upstream-posthog", applyUpstream},
    {"log-level", applyLogLevel},
    {"token", applyToken},
};

/// Options whose work this version does not do. Only the value that asks for nothing is accepted.
struct NotServed
{
    std::string_view name, idleValue;
};
constexpr NotServed notServed[] = {
    {"capture", "answer"},
    {"forward", "off"},
    {"mapping", ""},
    {"contracts", ""},
    {"posthog-key", ""},
    {"rudderstack-url", ""},
    {"rudderstack-key", ""},
};

std::string variableName(std::string_view option)
{
    std::string name = "WEIR_";
    for (const char c : option)
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

std::vector<std::string> split(const std::string &text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

bool isKnown(std::string_view name)
{
    return std::ranges::find(served, name, &Known::name) != std::end(served)
        || std::ranges::find(notServed, name, &NotServed::name) != std::end(notServed);
}

Layer argumentLayer(const Arguments &arguments)
{
    Layer layer;
    for (const auto &[name, values] : arguments.options) {
        if (isKnown(name))
            layer[name] = {values, "--" + name};
    }
    return layer;
}

Layer environmentLayer(const SettingsSources &sources)
{
    Layer layer;
    const auto take = [&](std::string_view name) {
        const std::string variable = variableName(name);
        const auto value = sources.environment(variable);
        if (!value || value->empty()) // An empty variable is how shells and CI systems say "unset".
            return;
        layer[std::string(name)]
            = {name == "host" ? split(*value, ',') : std::vector<std::string>{*value}, variable};
    };
    std::ranges::for_each(served, take, &Known::name);
    std::ranges::for_each(notServed, take, &NotServed::name);
    return layer;
}

Result<std::string> scalarText(const Json &value, const std::string &where)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_integer())
        return value.dump();
    return bad(where, "Expected a text or a whole number");
}

Result<std::vector<std::string>> valuesOf(const Json &value, bool repeatable, const std::string &where)
{
    std::vector<std::string> values;
    if (!repeatable || !value.is_array()) {
        WEIR_TRY(auto text, scalarText(value, where));
        values.push_back(std::move(text));
        return values;
    }
    for (const Json &item : value) {
        WEIR_TRY(auto text, scalarText(item, where));
        values.push_back(std::move(text));
    }
    return values;
}

std::string lineOf(const std::string &text, std::size_t byte)
{
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
    return std::to_string(1 + std::count(text.begin(), end, '\n'));
}

Result<Json> parseFile(const std::string &path, const std::string &text)
{
    try {
        return Json::parse(text, nullptr, true, true);
    } catch (const Json::parse_error &failure) {
        // nlohmann reports a place only by throwing.
        return bad(path, "Line " + lineOf(text, failure.byte) + " is not JSON");
    }
}

enum class FileKind { Project, User };

Result<void> checkSecretPlace(const std::string &path, const std::string &where, FileKind kind)
{
    if (kind == FileKind::Project) {
        return bad(where,
            "A secret does not belong in a project's file; set WEIR_TOKEN, or put it into config.json");
    }
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 077) != 0)
        return bad(where, "This file holds a secret, so its mode must be 0600");
    return {};
}

/// An absent file is an empty layer; one that is there must be readable and right.
Result<Layer> fileLayer(const std::string &path, FileKind kind)
{
    Layer layer;
    std::error_code failure;
    if (!std::filesystem::exists(path, failure) && !failure)
        return layer;
    std::ifstream stream(path, std::ios::binary);
    std::stringstream text;
    if (!stream || !(text << stream.rdbuf()))
        return bad(path, "Cannot read this settings file");
    WEIR_TRY(const Json document, parseFile(path, text.str()));
    if (!document.is_object())
        return bad(path, "Expected a JSON object of settings");
    for (const auto &[key, value] : document.items()) {
        const std::string where = path + " › " + key;
        std::string name = key;
        std::ranges::replace(name, '_', '-'); // max_size and max-size are the same.
        if (!isKnown(name))
            return bad(where, "There is no such setting");
        if (name == "token") {
            if (const auto done = checkSecretPlace(path, where, kind); !done)
                return done.error();
        }
        WEIR_TRY(auto values, valuesOf(value, name == "host", where));
        layer[name] = {std::move(values), where};
    }
    return layer;
}

std::string baseFolder(const SettingsSources &sources, const char *variable, const char *belowHome)
{
    const auto given = sources.environment(variable);
    if (given && given->starts_with('/')) // The XDG specification: relative paths are to be ignored.
        return *given;
    return sources.environment("HOME").value_or("/") + belowHome;
}

Result<void> applyLayer(Settings &settings, const Layer &layer)
{
    for (const auto &[name, given] : layer) {
        const auto idle = std::ranges::find(notServed, name, &NotServed::name);
        if (idle != std::end(notServed)) {
            if (given.values.back() != idle->idleValue)
                return bad(given.where, "This is not part of Weir " WEIR_VERSION);
            continue;
        }
        if (const auto done = std::ranges::find(served, name, &Known::name)->apply(settings, given); !done)
            return done.error();
    }
    return {};
}

} // namespace

SettingsSources processSources()
{
    const auto environment = [](const std::string &name) -> std::optional<std::string> {
        const char *value = std::getenv(name.c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
    std::error_code failure;
    return {environment, std::filesystem::current_path(failure).string()};
}

std::span<const OptionSpec> engineOptions()
{
    return engineSpecs;
}

std::span<const OptionSpec> clientOptions()
{
    static constexpr OptionSpec specs[] = {
        {"port", "PORT", "port of the running Weir (9347)"},
        {"host", "ADDRESS", "address of the running Weir (127.0.0.1)"},
    };
    return specs;
}

Result<Settings> loadSettings(const Arguments &arguments, const SettingsSources &sources)
{
    Settings settings;
    settings.session = baseFolder(sources, "XDG_DATA_HOME", "/.local/share") + "/weir/session.weir";
    const std::string configFolder = baseFolder(sources, "XDG_CONFIG_HOME", "/.config") + "/weir";
    const std::string config = configFolder + "/config.json";
    settings.scenes = configFolder + "/scenes.json";
    // Lowest first: what comes later overwrites.
    WEIR_TRY(const Layer user, fileLayer(config, FileKind::User));
    if (const auto done = applyLayer(settings, user); !done)
        return done.error();
    WEIR_TRY(const Layer project, fileLayer(sources.workingDirectory + "/weir.json", FileKind::Project));
    if (const auto done = applyLayer(settings, project); !done)
        return done.error();
    if (const auto done = applyLayer(settings, environmentLayer(sources)); !done)
        return done.error();
    if (const auto done = applyLayer(settings, argumentLayer(arguments)); !done)
        return done.error();
    return settings;
}

Result<void> checkExposure(const Settings &settings)
{
    if (!settings.token.empty())
        return {};
    for (const std::string &host : settings.hosts) {
        if (!isLoopback(host)) {
            return bad("--host " + host,
                "Listening beyond this machine needs a token: set WEIR_TOKEN, or \"token\" in config.json");
        }
    }
    return {};
}

bool isLoopback(std::string_view host)
{
    return host == "localhost" || host == "::1" || host == "[::1]"
        || (host.starts_with("127.") && std::ranges::count(host, '.') == 3
            && std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); }));
}

std::optional<std::int64_t> parseSize(std::string_view text)
{
    struct Unit
    {
        std::string_view name;
        double bytes;
    };
    constexpr Unit units[] = {{"", 1}, {"b", 1}, {"k", 1e3}, {"kb", 1e3}, {"m", 1e6}, {"mb", 1e6}, {"g", 1e9},
        {"gb", 1e9}, {"t", 1e12}, {"tb", 1e12}, {"kib", 1024.0}, {"mib", 1048576.0}, {"gib", 1073741824.0},
        {"tib", 1099511627776.0}};
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string number(text.substr(0, digits));
    text.remove_prefix(digits);
    while (text.starts_with(' '))
        text.remove_prefix(1);
    std::string name(text);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto unit = std::ranges::find(units, name, &Unit::name);
    if (unit == std::end(units) || number.empty() || number.front() == '.' || number.back() == '.'
        || std::ranges::count(number, '.') > 1)
        return std::nullopt;
    // Locale-free: from_chars for double exists since gcc 11.
    double value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    const double bytes = std::round(value * unit->bytes);
    return bytes < 9e18 ? std::optional<std::int64_t>(static_cast<std::int64_t>(bytes)) : std::nullopt;
}

} // namespace Weir
