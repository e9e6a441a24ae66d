#include "app/cli/flagcases.h"

#include "core/base/jsoncursor.h"
#include "core/base/jsontext.h"
#include "core/flags/flagevaluation.h"
#include "core/flags/flagtext.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>

namespace Weir {

namespace {

using Json = nlohmann::json;

std::string errorLine(const Json &id, const Error &error)
{
    return JsonText()
        .beginObject()
        .key("id")
        .raw(toJsonText(id))
        .key("error")
        .text(toText(error))
        .endObject()
        .str();
}

Result<std::optional<std::vector<std::string>>> readKeys(const Json &testCase)
{
    const auto keys = testCase.find("keys");
    if (keys == testCase.end() || keys->is_null())
        return std::optional<std::vector<std::string>>();
    const auto isText = [](const Json &key) { return key.is_string(); };
    if (!keys->is_array() || !std::ranges::all_of(*keys, isText))
        return Error{Error::Kind::BadInput, "Expected an array of strings", "keys"};
    return std::optional(keys->get<std::vector<std::string>>());
}

Result<UtcTime> readNow(const Json &testCase, UtcTime otherwise)
{
    const auto now = testCase.find("now");
    if (now == testCase.end() || now->is_null())
        return otherwise;
    const auto time = parseTime(flagText(*now));
    if (!time)
        return Error{Error::Kind::BadInput, "Expected a time", "now"};
    return *time;
}

/// A case, its definitions still a text.
struct Case
{
    Json members = Json::object();
    std::string_view definitions; ///< Views the line. Empty: it has none.
};

Result<void> readCase(std::string_view line, Case &testCase)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const auto built = index.build(line); !built)
        return built.error();
    JsonCursor cursor(index);
    cursor.object([&](std::string_view name) {
        const std::string_view raw = cursor.raw();
        if (name == "definitions")
            testCase.definitions = raw;
        else
            testCase.members[std::string(name)] = Json::parse(raw, nullptr, false);
    });
    cursor.finish();
    if (cursor.failed())
        return cursor.error();
    for (const auto &[name, value] : testCase.members.items()) {
        if (value.is_discarded()) // A number beyond all doubles, half of a surrogate pair.
            return Error{Error::Kind::BadInput, "Expected JSON", name};
    }
    return {};
}

/// Keys that were asked for and are not there: nobody can tell their value.
std::vector<FlagOutcome> unknownOutcomes(
    const FlagDefinitions &definitions, const std::vector<std::string> &keys)
{
    std::vector<FlagOutcome> unknown;
    for (const std::string &key : keys) {
        const auto isIt = [&key](const FlagOutcome &outcome) { return outcome.key == key; };
        if (definitions.find(key) || std::ranges::any_of(unknown, isIt))
            continue;
        unknown.emplace_back().key = key;
    }
    return unknown;
}

std::string resultLine(const Json &id, const std::vector<FlagOutcome> &outcomes)
{
    JsonText out;
    out.beginObject().key("id").raw(toJsonText(id)).key("flags").beginObject();
    for (const FlagOutcome &outcome : outcomes)
        out.key(outcome.key).raw(outcome.value ? toJson(*outcome.value) : "null");
    out.endObject().key("payloads").beginObject();
    for (const FlagOutcome &outcome : outcomes) {
        if (outcome.payload)
            out.key(outcome.key).text(*outcome.payload);
    }
    out.endObject().key("inconclusive").beginArray();
    for (const FlagOutcome &outcome : outcomes) {
        if (!outcome.value)
            out.text(outcome.key);
    }
    return std::move(out.endArray().endObject()).str();
}

} // namespace

FlagCases::Answer FlagCases::answer(std::string_view line, UtcTime now)
{
    Answer answer;
    Case testCase;
    const auto read = readCase(line, testCase);
    const Json id = testCase.members.value("id", Json());
    const auto failed = [&](Error error) {
        answer.line = errorLine(id.is_discarded() ? Json() : id, error);
        answer.problems.assign(1, std::move(error));
        return answer;
    };
    if (!read)
        return failed(read.error());
    const auto when = readNow(testCase.members, now);
    if (!when)
        return failed(when.error());
    const auto keys = readKeys(testCase.members);
    if (!keys)
        return failed(keys.error());
    const auto subject = readSubject(testCase.members, *when);
    if (!subject)
        return failed(subject.error());
    if (const auto taken = takeDefinitions(testCase.definitions, answer); !taken)
        return failed(taken.error());
    auto outcomes
        = *keys ? evaluateFlags(m_definitions, *subject, **keys) : evaluateFlags(m_definitions, *subject);
    if (*keys)
        std::ranges::move(unknownOutcomes(m_definitions, **keys), std::back_inserter(outcomes));
    answer.line = resultLine(id, outcomes);
    return answer;
}

Result<void> FlagCases::takeDefinitions(std::string_view document, Answer &answer)
{
    if (document.empty())
        return Error{Error::Kind::BadInput, "Expected an object", "definitions"};
    if (m_document == document)
        return {};
    auto definitions = FlagDefinitions::parse(document);
    if (!definitions) {
        Error error = std::move(definitions).error();
        error.where = error.where.empty() ? "definitions" : "definitions › " + error.where;
        return error;
    }
    m_definitions = *std::move(definitions);
    m_document = document;
    answer.problems.assign(m_definitions.problems().begin(), m_definitions.problems().end());
    return {};
}

} // namespace Weir
