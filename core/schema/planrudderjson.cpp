#include "core/schema/planjson.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

// RudderStack's three shapes: the Data Catalog's with `events` at the root, RudderTyper's with
// `rules.events`, and the oldest, which keeps the schemas of identify, page and the like beside
// `rules.events`.

namespace Weir {

namespace {

constexpr EventType namelessTypes[]
    = {EventType::Identify, EventType::Page, EventType::Screen, EventType::Group};

PlanSection usualSection(EventType type)
{
    if (type == EventType::Identify)
        return PlanSection::ContextTraits;
    return type == EventType::Group ? PlanSection::Traits : PlanSection::Properties;
}

Result<void> addRule(Plan &plan, PlanEvent event, PlanSection section, const PlanFile &file,
    const JsonTape &tape, std::uint32_t rules)
{
    if (rules == JsonTape::none || tape[rules].kind != JsonKind::Object)
        return planError(file, tape, rules == JsonTape::none ? 0 : rules, "Expected the rules of an event");
    if (std::string reason = objectionTo(plan, event); !reason.empty())
        return planError(file, tape, rules, std::move(reason));
    // As a whole first, so that lines are those of the file.
    event.schema = tape[rules].text;
    if (const auto done = checkPlanEvent(event, {}, tape.positionOf(rules), file.name); !done)
        return done.error();
    auto root = JsonObject::read(tape[rules].text);
    // RudderStack's own server puts a version into the schemas of nameless calls.
    const bool isStray = root && event.type != EventType::Track && root->remove("version");
    unwrapSchema(event, isStray ? root->toJson() : std::string(tape[rules].text), section);
    plan.events.push_back(std::move(event));
    return {};
}

Result<void> addEvent(Plan &plan, const PlanFile &file, const JsonTape &tape, std::uint32_t at)
{
    PlanEvent event;
    event.name = textMember(tape, at, "name");
    event.id = textMember(tape, at, "id");
    event.description = textMember(tape, at, "description");
    std::string type = textMember(tape, at, "eventType");
    if (type.empty())
        type = textMember(tape, at, "event_type");
    const auto known = eventTypeFromText(type.empty() ? "track" : type);
    if (!known || *known > EventType::Group)
        return planError(file, tape, at, "Expected an event of type track, identify, page, screen or group");
    event.type = *known;
    if (event.type != EventType::Track)
        event.name.clear();
    else if (event.name.empty())
        return planError(file, tape, at, "Expected the name of the event");
    PlanSection section = usualSection(event.type);
    std::string named = textMember(tape, at, "identitySection");
    if (named.empty())
        named = textMember(tape, at, "identity_section");
    if (!named.empty()) {
        const auto given = planSectionFromText(named);
        if (!given)
            return planError(
                file, tape, at, "Expected identitySection to be properties, traits or context.traits");
        section = *given;
    }
    const std::uint32_t rules = tape.member(at, "rules");
    if (rules == JsonTape::none)
        return planError(file, tape, at, "Expected rules for the event " + event.name);
    return addRule(plan, std::move(event), section, file, tape, rules);
}

Result<void> addList(Plan &plan, const PlanFile &file, const JsonTape &tape, std::uint32_t events)
{
    if (tape[events].kind != JsonKind::Array)
        return planError(file, tape, events, "Expected an array of events");
    Result<void> result;
    tape.forEach(events, [&](std::uint32_t at) {
        if (result)
            result = addEvent(plan, file, tape, at);
    });
    return result;
}

} // namespace

Result<Plan> readRudderJson(const PlanFile &file, const JsonTape &tape)
{
    Plan plan;
    plan.id = textMember(tape, 0, "id");
    plan.name = textMember(tape, 0, "name");
    if (plan.name.empty())
        plan.name = textMember(tape, 0, "display_name");
    plan.description = textMember(tape, 0, "description");
    plan.version = textMember(tape, 0, "version");
    const std::uint32_t rules = tape.member(0, "rules");
    const std::uint32_t outer = tape.member(0, "events");
    const std::uint32_t events = outer != JsonTape::none ? outer : tape.member(rules, "events");
    if (events != JsonTape::none) {
        if (const auto added = addList(plan, file, tape, events); !added)
            return added.error();
    }
    for (const EventType type : namelessTypes) {
        const std::uint32_t schema = tape.member(rules, toText(type));
        if (schema == JsonTape::none || tape[schema].kind != JsonKind::Object || tape[schema].count == 0)
            continue;
        PlanEvent event;
        event.type = type;
        if (const auto added = addRule(plan, event, usualSection(type), file, tape, schema); !added)
            return added.error();
    }
    return plan;
}

std::string writeRudderJson(const Plan &plan)
{
    JsonText json;
    json.beginObject().key("id").text(plan.id).key("name").text(plan.name);
    json.key("description").text(plan.description).key("version");
    // A number there; what reads as none stays a text.
    const bool isNumber = !plan.version.empty() && plan.version.size() < 10
        && plan.version.find_first_not_of("0123456789") == std::string::npos
        && (plan.version.size() == 1 || plan.version.front() != '0');
    isNumber ? json.raw(plan.version) : json.text(plan.version);
    json.key("events").beginArray();
    for (const PlanEvent &event : plan.events) {
        json.beginObject().key("id").text(event.id).key("name").text(event.name);
        json.key("description").text(event.description).key("eventType").text(toText(event.type));
        json.key("identitySection");
        json.text(toText(event.section == PlanSection::Event ? usualSection(event.type) : event.section));
        json.key("rules").raw(wrappedSchema(event)).endObject();
    }
    json.endArray().endObject();
    return std::move(json).str() + '\n';
}

} // namespace Weir
