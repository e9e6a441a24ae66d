#include "core/schema/planjson.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

#include <algorithm>

namespace Weir {

namespace {

// What a schema cannot say of an event stands in this member of it.
constexpr std::string_view aboutKey = "x-weir";

/// "tool_used" of "plans/tool_used.schema.json".
std::string stemOf(std::string_view name)
{
    name.remove_prefix(name.find_last_of("/\\") + 1);
    for (const std::string_view ending : {".json", ".schema"}) {
        if (name.ends_with(ending))
            name.remove_suffix(ending.size());
    }
    return std::string(name);
}

std::string fileNameOf(std::string_view eventName)
{
    std::string name;
    for (const char c : eventName) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '_' || c == '-';
        name += isPlain ? c : '_';
    }
    return name;
}

/// Takes x-weir and the description out of a schema into the event.
Result<void> takeAbout(PlanEvent &event, const PlanFile &file, const JsonTape &tape, std::uint32_t at)
{
    if (const std::uint32_t text = tape.member(at, "description"); text != JsonTape::none)
        event.description = tape[text].text;
    const std::uint32_t about = tape.member(at, aboutKey);
    if (about == JsonTape::none)
        return {};
    if (const std::string name = textMember(tape, about, "event"); !name.empty())
        event.name = name;
    event.id = textMember(tape, about, "id");
    if (const std::string type = textMember(tape, about, "type"); !type.empty()) {
        const auto known = eventTypeFromText(type);
        if (!known)
            return planError(file, tape, tape.member(about, "type"), "Weir does not know this type of event");
        event.type = *known;
        if (event.type != EventType::Track)
            event.name.clear();
    }
    if (const std::string section = textMember(tape, about, "section"); !section.empty()) {
        const auto known = planSectionFromText(section);
        if (!known)
            return planError(file, tape, tape.member(about, "section"),
                "Expected properties, traits, context.traits or event");
        event.section = *known;
    }
    const std::uint32_t optional = tape.member(about, "section_optional");
    event.isSectionRequired = optional == JsonTape::none || tape[optional].kind != JsonKind::True;
    return {};
}

bool describesEvent(const JsonTape &tape, std::uint32_t schema)
{
    // {"properties": {"properties": {"type": "object"…}}}: an event that has properties.
    const std::uint32_t inner = tape.member(tape.member(schema, "properties"), "properties");
    return inner != JsonTape::none
        && (tape.member(inner, "properties") != JsonTape::none
            || textMember(tape, inner, "type") == "object");
}

/// One event's schema into the plan.
Result<void> addSchema(
    Plan &plan, std::string name, const PlanFile &file, const JsonTape &tape, std::uint32_t at)
{
    const JsonKind kind = tape[at].kind;
    if (kind != JsonKind::Object && kind != JsonKind::True && kind != JsonKind::False)
        return planError(file, tape, at, "Expected a schema: an object, true or false");
    PlanEvent event;
    event.name = std::move(name);
    event.schema = kind == JsonKind::Object ? std::string(tape[at].text)
        : kind == JsonKind::True            ? "true"
                                            : "false";
    if (tape.member(at, aboutKey) == JsonTape::none && describesEvent(tape, at))
        unwrapSchema(event, tape[at].text, PlanSection::Properties);
    if (const auto taken = takeAbout(event, file, tape, at); !taken)
        return taken.error();
    if (tape.member(at, aboutKey) != JsonTape::none) {
        auto schema = JsonObject::read(event.schema);
        if (schema && schema->remove(aboutKey))
            event.schema = schema->toJson();
    }
    if (event.type == EventType::Track && event.name.empty())
        return planError(file, tape, at, "This schema does not say of which event: give it a title");
    if (std::string reason = objectionTo(plan, event); !reason.empty())
        return planError(file, tape, at, std::move(reason));
    if (const auto done = checkPlanEvent(event, plan.documents, tape.positionOf(at), file.name); !done)
        return done.error();
    plan.events.push_back(std::move(event));
    return {};
}

Result<void> readIdentity(Plan &plan, const PlanFile &file, const JsonTape &tape)
{
    const std::uint32_t identity = tape.member(0, "identity");
    if (identity == JsonTape::none)
        return {};
    plan.identity.clear();
    std::optional<Error> error;
    if (tape[identity].kind != JsonKind::Array)
        return planError(file, tape, identity, "Expected an array of trace_id, user_id and workspace_id");
    tape.forEach(identity, [&](std::uint32_t item) {
        const auto field = identityFieldFromText(tape[item].text);
        if (field)
            plan.identity.push_back(*field);
        else if (!error)
            error = planError(file, tape, item, "Expected trace_id, user_id or workspace_id");
    });
    if (error)
        return *error;
    return {};
}

/// Calls add(name, at) for each member or element until one fails.
template <typename Add> Result<void> addAll(const JsonTape &tape, std::uint32_t container, Add add)
{
    Result<void> result;
    tape.forEach(container, [&](std::uint32_t at) {
        if (result)
            result = add(at);
    });
    return result;
}

Result<void> addDocuments(Plan &plan, const PlanFile &file, const JsonTape &tape)
{
    const std::uint32_t documents = tape.member(0, "documents");
    if (documents == JsonTape::none)
        return {};
    return addAll(tape, documents, [&](std::uint32_t at) -> Result<void> {
        if (tape[at].kind != JsonKind::Object)
            return planError(file, tape, at, "Expected a schema");
        plan.documents.push_back({std::string(tape[at].key), std::string(tape[at].text)});
        return {};
    });
}

Result<void> addEvents(Plan &plan, const PlanFile &file, const JsonTape &tape)
{
    const auto byKey
        = [&](std::uint32_t at) { return addSchema(plan, std::string(tape[at].key), file, tape, at); };
    if (const std::uint32_t events = tape.member(0, "events"); events != JsonTape::none) {
        if (tape[events].kind != JsonKind::Object)
            return planError(file, tape, events, "Expected an object of schemas by the names of events");
        return addAll(tape, events, byKey);
    }
    for (const std::string_view key : {"$defs", "definitions"}) {
        const std::uint32_t definitions = tape.member(0, key);
        const bool isPlain = tape.member(0, "properties") == JsonTape::none
            && tape.member(0, "type") == JsonTape::none && tape.member(0, "$ref") == JsonTape::none;
        if (definitions != JsonTape::none && tape[definitions].kind == JsonKind::Object && isPlain)
            return addAll(tape, definitions, byKey);
    }
    std::string title = textMember(tape, 0, "title");
    return addSchema(plan, file.name.empty() ? std::move(title) : stemOf(file.name), file, tape, 0);
}

void writeAbout(JsonText &json, const PlanEvent &event, bool withName)
{
    json.beginObject();
    if (withName)
        json.key("event").text(event.name);
    if (!event.id.empty())
        json.key("id").text(event.id);
    if (event.type != EventType::Track)
        json.key("type").text(toText(event.type));
    if (event.section != PlanSection::Properties)
        json.key("section").text(toText(event.section));
    if (!event.isSectionRequired)
        json.key("section_optional").boolean(true);
    json.endObject();
}

/// The event's schema with what else is known of it.
std::string documentSchema(const PlanEvent &event, bool withName)
{
    JsonText about;
    writeAbout(about, event, withName);
    auto schema = JsonObject::read(event.schema);
    const bool saysAll = event.description.empty() || (schema && schema->has("description"));
    if (!schema || (about.str() == "{}" && saysAll))
        return event.schema;
    if (!saysAll)
        schema->set("description", JsonText().text(event.description).str());
    if (about.str() != "{}")
        schema->set(std::string(aboutKey), about.str());
    return schema->toJson();
}

} // namespace

std::string objectionTo(const Plan &plan, const PlanEvent &event)
{
    if (plan.events.size() >= maxPlanEvents)
        return "A plan of more than 10000 events is not read";
    if (plan.find(event.type, event.name))
        return "The event " + (event.name.empty() ? std::string(toText(event.type)) : event.name)
            + " is planned twice";
    return {};
}

Error planError(const PlanFile &file, const JsonTape &tape, std::uint32_t at, std::string message)
{
    const std::string place = file.name.empty() ? "" : file.name + ", ";
    return {Error::Kind::BadInput, std::move(message), place + toText(tape.positionOf(at))};
}

std::string textMember(const JsonTape &tape, std::uint32_t object, std::string_view key)
{
    const std::uint32_t at = tape.member(object, key);
    const bool isText
        = at != JsonTape::none && (tape[at].kind == JsonKind::String || tape[at].kind == JsonKind::Number);
    return isText ? std::string(tape[at].text) : std::string();
}

std::vector<JsonSchema::Source> sourcesOf(const PlanEvent &event, const std::vector<PlanDocument> &documents)
{
    std::vector<JsonSchema::Source> sources{{{}, event.schema}};
    // Most rules refer to nothing outside.
    if (event.schema.find("Ref\"") == std::string::npos && event.schema.find("ref\"") == std::string::npos)
        return sources;
    for (const PlanDocument &document : documents)
        sources.push_back({document.uri, document.schema});
    return sources;
}

Result<void> checkPlanEvent(const PlanEvent &event, const std::vector<PlanDocument> &documents,
    TextPosition origin, const std::string &label)
{
    auto sources = sourcesOf(event, documents);
    sources.front().origin = origin;
    sources.front().label = label;
    const auto schema = JsonSchema::compile(std::move(sources), planSchemaOptions());
    if (!schema) {
        Error error = schema.error();
        error.where += event.name.empty() ? "" : " › " + event.name;
        return error;
    }
    return {};
}

Result<Plan> readPlanDocument(const PlanFile &file, const JsonTape &tape)
{
    Plan plan;
    if (tape[0].kind == JsonKind::Array) {
        const auto added = addAll(tape, 0,
            [&](std::uint32_t at) { return addSchema(plan, textMember(tape, at, "title"), file, tape, at); });
        if (!added)
            return added.error();
        return plan;
    }
    if (tape[0].kind != JsonKind::Object)
        return planError(file, tape, 0, "Expected a plan: an object");
    if (tape.member(0, "events") != JsonTape::none) {
        plan.id = textMember(tape, 0, "id");
        plan.name = textMember(tape, 0, "title");
        plan.description = textMember(tape, 0, "description");
        plan.version = textMember(tape, 0, "version");
    }
    for (const auto &add : {readIdentity, addDocuments, addEvents}) {
        if (const auto added = add(plan, file, tape); !added)
            return added.error();
    }
    return plan;
}

Result<Plan> readPlanFolder(const std::vector<PlanFile> &files)
{
    Plan plan;
    std::vector<const PlanFile *> schemas;
    JsonTape tape;
    // Those that hold only definitions are for the others: they come first.
    for (const PlanFile &file : files) {
        if (const auto read = readWithPosition(tape, file.text); !read) {
            Error error = read.error();
            error.where = file.name + ", " + error.where;
            return error;
        }
        const bool isShared = tape[0].kind == JsonKind::Object
            && (tape.member(0, "$defs") != JsonTape::none || tape.member(0, "definitions") != JsonTape::none)
            && tape.member(0, "properties") == JsonTape::none && tape.member(0, "type") == JsonTape::none
            && tape.member(0, "$ref") == JsonTape::none;
        if (isShared)
            plan.documents.push_back({file.name, std::string(tape[0].text)});
        else
            schemas.push_back(&file);
    }
    for (const PlanFile *file : schemas) {
        (void)tape.read(file->text);
        if (const auto added = addSchema(plan, stemOf(file->name), *file, tape, 0); !added)
            return added.error();
    }
    return plan;
}

std::string writePlanDocument(const Plan &plan)
{
    JsonText json;
    json.beginObject().key("$schema").text("https://json-schema.org/draft/2020-12/schema");
    for (const auto &[key, text] : {std::pair("id", &plan.id), std::pair("title", &plan.name),
             std::pair("description", &plan.description), std::pair("version", &plan.version)}) {
        if (!text->empty())
            json.key(key).text(*text);
    }
    json.key("identity").beginArray();
    for (const IdentityField field : plan.identity)
        json.text(toText(field));
    json.endArray();
    if (!plan.documents.empty()) {
        json.key("documents").beginObject();
        for (const PlanDocument &document : plan.documents)
            json.key(document.uri).raw(document.schema);
        json.endObject();
    }
    json.key("events").beginObject();
    for (const PlanEvent &event : plan.events)
        json.key(event.name.empty() ? toText(event.type) : event.name).raw(documentSchema(event, false));
    json.endObject().endObject();
    return std::move(json).str() + '\n';
}

std::vector<PlanFile> writePlanFolder(const Plan &plan)
{
    std::vector<PlanFile> files;
    for (const PlanDocument &document : plan.documents)
        files.push_back({document.uri, document.schema + '\n'});
    for (const PlanEvent &event : plan.events) {
        const std::string_view name = event.name.empty() ? toText(event.type) : event.name;
        std::string stem = fileNameOf(name);
        for (int count = 2; std::ranges::find(files, stem + ".json", &PlanFile::name) != files.end(); ++count)
            stem = fileNameOf(name) + '_' + std::to_string(count);
        files.push_back({stem + ".json", documentSchema(event, stem != name) + '\n'});
    }
    return files;
}

} // namespace Weir
