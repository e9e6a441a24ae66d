#include "app/cli/flagsclient.h"

#include "app/cli/answerjson.h"
#include "app/cli/command.h"
#include "app/cli/taillines.h"
#include "app/httpclient.h"
#include "app/scenefile.h"
#include "app/settings.h"
#include "core/automation/parameters.h"
#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

#include <QByteArray>
#include <QString>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace Weir {

namespace {

using Json = nlohmann::json;
using namespace Qt::StringLiterals;

constexpr std::chrono::hours longestOverride{24 * 365};

enum class Rehearse : std::uint8_t { Yes, No };

Result<std::string> call(const Arguments &arguments, ClientRequest request)
{
    WEIR_TRY(const Settings settings, loadSettings(arguments, processSources()));
    WEIR_TRY(const auto client, HttpClient::connect(settings.hosts.front(), settings.port));
    if (!settings.token.empty())
        request.headers.emplace_back("Authorization", "Bearer " + settings.token);
    WEIR_TRY(ClientAnswer answer, client->exchange(request));
    if (answer.status != 200) {
        return Error{Error::Kind::BadInput,
            errorMessage(answer.body).value_or("Answered with status " + std::to_string(answer.status)), {}};
    }
    return std::move(answer.body);
}

std::string pathOf(const std::string &key)
{
    return "/weir/flags/" + QByteArray::fromStdString(key).toPercentEncoding().toStdString() + "/override";
}

/// The words behind the verb.
std::span<const std::string> wordsOf(const Arguments &arguments)
{
    return std::span(arguments.positionals).subspan(1);
}

/// However they are spelled: nobody means a variant called "ON" or "True".
std::string valueJson(const std::string &text)
{
    const QString word = QString::fromStdString(text).toLower();
    if (word == "on"_L1 || word == "true"_L1)
        return "true";
    if (word == "off"_L1 || word == "false"_L1)
        return "false";
    return JsonText().text(text).str();
}

Result<std::string> overrideBody(const Arguments &arguments)
{
    JsonText body;
    body.beginObject().key("value").raw(valueJson(wordsOf(arguments)[1]));
    if (arguments.has("payload")) {
        const std::string payload = arguments.last("payload");
        if (!isJson(payload))
            return Error{Error::Kind::BadInput, "Expected JSON, got \"" + payload + "\"", "--payload"};
        body.key("payload").raw(payload);
    }
    if (arguments.has("user") || arguments.has("workspace")) {
        body.key("scope").beginObject();
        if (arguments.has("user"))
            body.key("distinct_id").text(arguments.last("user"));
        if (arguments.has("workspace"))
            body.key("workspace_id").text(arguments.last("workspace"));
        body.endObject();
    }
    if (arguments.has("for")) {
        const std::string time = arguments.last("for");
        if (const auto read = parseDuration(time, "--for", longestOverride); !read)
            return read.error();
        body.key("expires_in").text(time);
    }
    if (arguments.has("pinned"))
        body.key("pinned").boolean(true);
    body.endObject();
    return std::move(body).str();
}

std::string valueText(const Json &value)
{
    if (value.is_null())
        return "-";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// How far the SDK that is last has come.
std::string weakestStage(const Json &pickUps)
{
    constexpr const char *stages[] = {"set", "served", "seen"};
    for (const char *stage : stages) {
        if (std::ranges::any_of(pickUps, [stage](const Json &each) {
                return each.value("possible", true) && each.value("stage", std::string()) == stage;
            }))
            return stage;
    }
    return "set";
}

std::string lineOf(const Json &flag)
{
    std::string line = flag.value("key", std::string());
    line.resize(std::max<std::size_t>(line.size() + 2, 34), ' ');
    std::string served = valueText(flag.value("served", Json()));
    served.resize(std::max<std::size_t>(served.size() + 2, 14), ' ');
    line += served;
    const Json override = flag.value("override", Json());
    if (override.is_null())
        return line + "upstream";
    line += "override " + valueText(override.value("value", Json()));
    const Json scope = override.value("scope", Json());
    for (const auto &[name, id] : scope.items()) {
        if (id.is_string())
            line += ", " + name + ' ' + id.get<std::string>();
    }
    if (const Json until = override.value("expires_at", Json()); until.is_string())
        line += ", until " + until.get<std::string>();
    return line + ", " + weakestStage(flag.value("pick_up", Json::array()));
}

/// For people: keys and values hold what anyone wrote.
void printLine(const std::string &line)
{
    const std::string shown = printable(line);
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    std::fputc('\n', stdout);
}

void printRemoved(int removed)
{
    printLine(std::to_string(removed) + (removed == 1 ? " override removed" : " overrides removed"));
}

/// "true", "v2 (distinct_id ada)", or "upstream" for none.
std::string overrideText(const Json &override)
{
    if (override.is_null())
        return "upstream";
    std::string text = valueText(override.value("value", Json()));
    const Json scope = override.value("scope", Json());
    for (const auto &[name, id] : scope.items()) {
        if (id.is_string())
            text += " (" + name + ' ' + id.get<std::string>() + ')';
    }
    return text;
}

std::string changeText(const Json &before, const Json &after)
{
    const std::string from = overrideText(before), to = overrideText(after);
    if (from != to)
        return from + " -> " + to;
    const auto payload = [](const Json &override) { return override.value("payload", Json()); };
    return to + (payload(before) == payload(after) ? ", as it is" : ", another payload");
}

/// Each change, and below it why someone may not see it.
void printChanges(const Json &changes)
{
    for (const Json &change : changes) {
        std::string line = change.value("flag", std::string());
        line.resize(std::max<std::size_t>(line.size() + 2, 34), ' ');
        const Json before = change.value("before", Json()), after = change.value("after", Json());
        printLine(line + changeText(before, after));
        for (const Json &doubt : change.value("doubts", Json::array()))
            printLine("    " + doubt.get<std::string>());
    }
    if (changes.empty())
        printLine("nothing to change");
}

Result<FlagScene> findScene(const std::string &path, const std::string &name)
{
    WEIR_TRY(auto scenes, readScenes(path));
    std::string names;
    for (FlagScene &scene : scenes) {
        if (scene.name == name)
            return std::move(scene);
        names += (names.empty() ? "" : ", ") + scene.name;
    }
    return Error{Error::Kind::NotFound,
        "There is no scene \"" + name + "\"" + (names.empty() ? std::string() : ", only " + names), path};
}

int listScenes(const std::string &path)
{
    const auto scenes = readScenes(path);
    if (!scenes)
        return complain(scenes.error());
    for (const FlagScene &scene : *scenes) {
        std::string line = scene.name;
        line.resize(std::max<std::size_t>(line.size() + 2, 34), ' ');
        line += std::to_string(scene.overrides.size()) + (scene.overrides.size() == 1 ? " flag" : " flags");
        printLine(scene.note.empty() ? line : line + "  " + scene.note);
    }
    return exitDone;
}

int playScene(const Arguments &arguments, const std::string &path, const std::string &name, Rehearse rehearse)
{
    const auto scene = findScene(path, name);
    if (!scene)
        return complain(scene.error());
    auto body = JsonObject::read(toJson(*scene));
    if (!body)
        return complain(body.error());
    if (rehearse == Rehearse::Yes)
        body->set("rehearse", "true");
    const auto answer = call(arguments, {"POST", "/weir/flags/scene", {}, body->toJson()});
    if (!answer)
        return complain(answer.error());
    printChanges(readAnswer(*answer).value("changes", Json::array()));
    return exitDone;
}

int removeScene(const Arguments &arguments, const std::string &name)
{
    const std::string place = QByteArray::fromStdString(name).toPercentEncoding().toStdString();
    const auto answer = call(arguments, {"DELETE", "/weir/flags/scene/" + place, {}, {}});
    if (!answer)
        return complain(answer.error());
    printRemoved(readAnswer(*answer).value("removed", 0));
    return exitDone;
}

} // namespace

int listFlags(const Arguments &arguments)
{
    const std::string format = arguments.last("format", "human");
    if (format != "human" && format != "json")
        return complain(
            {Error::Kind::BadInput, "Expected human or json, got \"" + format + "\"", "--format"});
    if (!wordsOf(arguments).empty())
        return complain({Error::Kind::BadInput, "This command takes options only",
            "flags list " + wordsOf(arguments).front()});
    const auto body = call(arguments, {"GET", "/weir/flags", {}, {}});
    if (!body)
        return complain(body.error());
    if (format == "json") {
        std::printf("%s\n", body->c_str());
        return exitDone;
    }
    const Json list = readAnswer(*body);
    for (const Json &flag : list.value("flags", Json::array()))
        printLine(lineOf(flag));
    return exitDone;
}

int setFlag(const Arguments &arguments)
{
    if (wordsOf(arguments).size() != 2)
        return complain(
            {Error::Kind::BadInput, "Expected a flag and a value: on, off or a variant", "flags set"});
    auto body = overrideBody(arguments);
    if (!body)
        return complain(body.error());
    const auto answer = call(arguments, {"PUT", pathOf(wordsOf(arguments)[0]), {}, *std::move(body)});
    if (!answer)
        return complain(answer.error());
    printLine(lineOf(readAnswer(*answer)));
    return exitDone;
}

int clearFlags(const Arguments &arguments)
{
    const auto keys = wordsOf(arguments);
    if (keys.empty() != arguments.has("all"))
        return complain({Error::Kind::BadInput, "Expected either flags or --all", "flags clear"});
    std::vector<std::string> targets;
    for (const std::string &key : keys)
        targets.push_back(pathOf(key));
    if (keys.empty())
        targets.emplace_back("/weir/flags/overrides");
    int removed = 0;
    for (const std::string &target : targets) {
        const auto answer = call(arguments, {"DELETE", target, {}, {}});
        if (!answer)
            return complain(answer.error());
        removed += readAnswer(*answer).value("removed", 0);
    }
    printRemoved(removed);
    return exitDone;
}

int flagScene(const Arguments &arguments)
{
    const auto words = wordsOf(arguments);
    const std::string verb = words.empty() ? std::string() : words[0];
    const bool isKnown = verb == "list" || verb == "apply" || verb == "rehearse" || verb == "remove";
    if (!isKnown || words.size() != (verb == "list" ? 1u : 2u)) {
        return complain({Error::Kind::BadInput,
            "Expected list, or apply, rehearse or remove and the name of a scene", "flags scene"});
    }
    const auto settings = loadSettings(arguments, processSources());
    if (!settings)
        return complain(settings.error());
    if (verb == "list")
        return listScenes(settings->scenes);
    if (verb == "remove")
        return removeScene(arguments, words[1]);
    return playScene(
        arguments, settings->scenes, words[1], verb == "rehearse" ? Rehearse::Yes : Rehearse::No);
}

} // namespace Weir
