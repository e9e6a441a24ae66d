#include "core/flags/flagsanswer.h"

#include "core/base/jsontext.h"

#include <algorithm>

namespace Weir {

namespace {

bool isOn(const FlagOutcome &outcome)
{
    return outcome.value && outcome.value->isOn;
}

void writeValue(JsonText &out, const FlagOutcome &outcome)
{
    if (isOn(outcome) && !outcome.value->variant.empty())
        out.text(outcome.value->variant);
    else
        out.boolean(isOn(outcome));
}

void writePayload(JsonText &out, const FlagOutcome &outcome)
{
    if (outcome.payload)
        out.text(*outcome.payload);
    else
        out.null();
}

void writeReason(JsonText &out, const FlagReason &reason)
{
    out.piece(R"({"code":)").text(reason.code).piece(R"(,"condition_index":)");
    if (reason.conditionIndex)
        out.number(std::int64_t(*reason.conditionIndex));
    else
        out.null();
    out.piece(R"(,"description":)").textOrNull(reason.description).endObject();
}

/// The rest of an entry, from behind its key.
void writeDetails(JsonText &out, const FlagOutcome &outcome, FlagsShape shape)
{
    const bool isTyped = shape == FlagsShape::TypedDetails;
    if (isTyped) {
        out.key("value");
        if (outcome.isFailed)
            out.null();
        else
            writeValue(out, outcome);
    } else {
        out.piece(isOn(outcome) ? R"(,"enabled":true,"variant":)" : R"(,"enabled":false,"variant":)");
        out.textOrNull(isOn(outcome) ? std::string_view(outcome.value->variant) : std::string_view());
    }
    if (outcome.isFailed)
        out.key("failed").boolean(true);
    out.piece(R"(,"reason":)");
    writeReason(out, outcome.reason);
    out.piece(R"(,"metadata":{)");
    if (outcome.definition)
        out.piece(outcome.definition->answerMetadata);
    else
        out.piece(answerMetadata(outcome.id, outcome.version));
    out.piece(isTyped ? R"(,"config_version":1,"payload":)" : R"(,"description":null,"payload":)");
    writePayload(out, outcome);
    out.piece(outcome.hasExperiment ? R"(,"has_experiment":true})" : R"(,"has_experiment":false})")
        .endObject();
}

using Outcomes = std::span<const FlagOutcome>;

void writeAllDetails(JsonText &out, Outcomes outcomes, FlagsShape shape)
{
    out.key("flags").beginObject();
    for (const FlagOutcome &outcome : outcomes) {
        if (outcome.isOmitted)
            continue;
        if (outcome.definition)
            out.raw(outcome.definition->answerOpening);
        else
            out.raw(answerOpening(outcome.key));
        writeDetails(out, outcome, shape);
    }
    out.endObject();
}

void writeValues(JsonText &out, Outcomes outcomes, FlagsShape shape)
{
    out.key("featureFlags").beginObject();
    for (const FlagOutcome &outcome : outcomes) {
        if (outcome.isOmitted || (shape == FlagsShape::EnabledValues && !isOn(outcome)))
            continue;
        out.key(outcome.key);
        writeValue(out, outcome);
    }
    out.endObject();
}

void writePayloads(JsonText &out, Outcomes outcomes)
{
    out.key("featureFlagPayloads").beginObject();
    for (const FlagOutcome &outcome : outcomes) {
        if (!outcome.isOmitted && outcome.payload)
            out.key(outcome.key).text(*outcome.payload);
    }
    out.endObject();
}

void writeEnabledKeys(JsonText &out, Outcomes outcomes)
{
    out.key("featureFlags").beginArray();
    for (const FlagOutcome &outcome : outcomes) {
        if (!outcome.isOmitted && isOn(outcome))
            out.text(outcome.key);
    }
    out.endArray();
}

/// What stands between the outer braces of `object`.
std::string_view membersOf(std::string_view object)
{
    static constexpr std::string_view blanks = " \t\r\n";
    const auto trimmed = [](std::string_view text) {
        const std::size_t first = text.find_first_not_of(blanks);
        return first == text.npos ? std::string_view()
                                  : text.substr(first, text.find_last_not_of(blanks) + 1 - first);
    };
    object = trimmed(object);
    return object.size() < 2 ? std::string_view() : trimmed(object.substr(1, object.size() - 2));
}

} // namespace

FlagsShape flagsShape(FlagsEndpoint endpoint, std::optional<int> version)
{
    const int v = version.value_or(1);
    if (endpoint == FlagsEndpoint::Flags) {
        if (v <= 1)
            return FlagsShape::Values;
        return v == 2 ? FlagsShape::Details : FlagsShape::TypedDetails;
    }
    if (v >= 4)
        return FlagsShape::Details;
    if (v == 3)
        return FlagsShape::Values;
    return v == 2 ? FlagsShape::EnabledValues : FlagsShape::EnabledKeys;
}

std::string flagsAnswer(Outcomes outcomes, FlagsShape shape, const FlagsAnswer &answer)
{
    const bool hasErrors = answer.hasErrors
        || std::ranges::any_of(outcomes, [](const FlagOutcome &o) { return o.isFailed && !o.isOmitted; });
    JsonText out;
    out.reserve(512 + 288 * outcomes.size() + answer.config.size());
    out.beginObject();
    if (shape != FlagsShape::EnabledValues && shape != FlagsShape::EnabledKeys)
        out.key("errorsWhileComputingFlags").boolean(hasErrors);
    if (shape == FlagsShape::EnabledKeys) {
        writeEnabledKeys(out, outcomes);
    } else if (shape == FlagsShape::Details || shape == FlagsShape::TypedDetails) {
        writeAllDetails(out, outcomes, shape);
    } else {
        writeValues(out, outcomes, shape);
        if (shape == FlagsShape::Values)
            writePayloads(out, outcomes);
    }
    if (!answer.requestId.empty())
        out.key("requestId").text(answer.requestId).key("evaluatedAt").number(toMs(answer.evaluatedAt));
    if (!answer.quotaLimited.empty()) {
        out.key("quotaLimited").beginArray();
        for (const std::string &resource : answer.quotaLimited)
            out.text(resource);
        out.endArray();
    }
    std::string body = std::move(out).str();
    if (const std::string_view members = membersOf(answer.config); !members.empty())
        body.append(",").append(members);
    return body + "}";
}

std::string answerOpening(std::string_view key)
{
    const std::string json = JsonText().text(key).str();
    return json + R"(:{"key":)" + json;
}

std::string answerMetadata(std::int64_t id, std::int64_t version)
{
    return R"("id":)" + std::to_string(id) + R"(,"version":)" + std::to_string(version);
}

std::string flagDetails(const FlagOutcome &outcome, FlagsShape shape)
{
    JsonText out;
    out.beginObject().key("key").text(outcome.key);
    writeDetails(out, outcome, shape);
    return std::move(out).str();
}

} // namespace Weir
