#include "core/schema/planvalidator.h"

#include "core/schema/jsonschema/compiledschema.h"
#include "core/schema/nearestname.h"
#include "core/schema/planjson.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace Weir {

namespace {

/// Properties that any event may carry: Weir reads identity, trace and session from them.
constexpr std::string_view carriedNames[] = {"trace_id", "user_id", "workspace_id", "span_id",
    "parent_span_id", "session_id", "traceparent", "anonymous_id"};
/// What PostHog's SDKs add beside names that begin with $.
constexpr std::string_view posthogNames[] = {"distinct_id", "token", "time"};

/// What RudderStack calls Advance-Rules-Violation, protocols' list.
bool isAdvancedRule(SchemaKeyword keyword)
{
    switch (keyword) {
    case SchemaKeyword::MinLength:
    case SchemaKeyword::MaxLength:
    case SchemaKeyword::Pattern:
    case SchemaKeyword::Format:
    case SchemaKeyword::MultipleOf:
    case SchemaKeyword::Minimum:
    case SchemaKeyword::Maximum:
    case SchemaKeyword::ExclusiveMinimum:
    case SchemaKeyword::ExclusiveMaximum:
    case SchemaKeyword::MinItems:
    case SchemaKeyword::MaxItems:
    case SchemaKeyword::UniqueItems:
    case SchemaKeyword::Enum:
    case SchemaKeyword::If:
        return true;
    default:
        return false;
    }
}

ViolationKind kindOf(SchemaKeyword keyword)
{
    switch (keyword) {
    case SchemaKeyword::Required:
        return ViolationKind::RequiredMissing;
    case SchemaKeyword::Type:
        return ViolationKind::DatatypeMismatch;
    case SchemaKeyword::AdditionalProperties:
    case SchemaKeyword::UnevaluatedProperties:
        return ViolationKind::AdditionalProperties;
    default:
        return ViolationKind::Unknown;
    }
}

bool namesMember(SchemaKeyword keyword)
{
    return keyword == SchemaKeyword::AdditionalProperties || keyword == SchemaKeyword::UnevaluatedProperties
        || keyword == SchemaKeyword::PropertyNames;
}

/// At most 80 characters of a value with its kind: string "840".
std::string cameText(const JsonValue &value)
{
    constexpr std::size_t shown = 80;
    switch (value.kind) {
    case JsonKind::String: {
        std::size_t end = std::min(value.text.size(), shown);
        while (end < value.text.size() && (static_cast<unsigned char>(value.text[end]) & 0xC0) == 0x80)
            --end;
        return "string \"" + std::string(value.text.substr(0, end))
            + (end < value.text.size() ? "…\"" : "\"");
    }
    case JsonKind::Number:
        return "number " + std::string(value.text.substr(0, shown));
    case JsonKind::True:
        return "boolean true";
    case JsonKind::False:
        return "boolean false";
    case JsonKind::Null:
        return "null";
    case JsonKind::Array:
        return "array of " + std::to_string(value.count);
    default:
        return "object of " + std::to_string(value.count);
    }
}

/// Where a rule's schema stands in what RudderStack calls the event's schema.
std::string_view schemaPrefix(PlanSection section)
{
    switch (section) {
    case PlanSection::Properties:
        return "#/properties/properties";
    case PlanSection::Traits:
        return "#/properties/traits";
    case PlanSection::ContextTraits:
        return "#/properties/context/properties/traits";
    case PlanSection::Event:
        break;
    }
    return "#";
}

std::string pointerOf(PlanSection section)
{
    switch (section) {
    case PlanSection::Properties:
        return "/properties";
    case PlanSection::Traits:
        return "/traits";
    case PlanSection::ContextTraits:
        return "/context/traits";
    case PlanSection::Event:
        break;
    }
    return {};
}

/// Identity is asked of what a workflow sends; calls such as identify and what PostHog's SDK sends by itself
/// are part of no run.
bool needsIdentity(const Event &event)
{
    return event.type == EventType::RowChange
        || (event.type == EventType::Track && !event.name.starts_with('$'));
}

/// To be raised with every change of what validate() finds: sessions are then checked again.
constexpr std::string_view rulesVersion = "1";

class Fingerprint
{
public:
    /// FNV-1a. The length goes in, so that texts cannot run into each other.
    Fingerprint &add(std::string_view text)
    {
        addByte(text.size());
        for (const char c : text)
            addByte(static_cast<unsigned char>(c));
        return *this;
    }
    Fingerprint &add(std::size_t number)
    {
        addByte(number);
        return *this;
    }
    std::int64_t value() const { return m_hash == 0 ? 1 : static_cast<std::int64_t>(m_hash); }

private:
    void addByte(std::size_t byte) { m_hash = (m_hash ^ byte) * 0x100000001B3ull; }
    std::uint64_t m_hash = 0xCBF29CE484222325ull;
};

std::int64_t fingerprintOf(const Plan &plan)
{
    Fingerprint print;
    print.add(rulesVersion);
    for (const PlanEvent &event : plan.events) {
        print.add(event.name).add(static_cast<std::size_t>(event.type)).add(event.schema);
        print.add(static_cast<std::size_t>(event.section)).add(event.isSectionRequired ? 1 : 0);
    }
    for (const PlanDocument &document : plan.documents)
        print.add(document.uri).add(document.schema);
    for (const IdentityField field : plan.identity)
        print.add(static_cast<std::size_t>(field));
    return print.value();
}

/// What an event must carry, if the plan says so.
struct Identity
{
    IdentityField field;
    const std::string Event::*value;
    ViolationKind kind; ///< When it lacks it.
};
constexpr Identity identities[] = {
    {IdentityField::TraceId, &Event::traceId, ViolationKind::TraceMissing},
    {IdentityField::UserId, &Event::userId, ViolationKind::RequiredMissing},
    {IdentityField::WorkspaceId, &Event::workspaceId, ViolationKind::RequiredMissing},
};

constexpr std::size_t rememberedKinds = 10'000; ///< Of events that go wrong alike.

const JsonTape &emptyObject()
{
    thread_local JsonTape tape;
    if (tape.isEmpty())
        (void)tape.read("{}");
    return tape;
}

} // namespace

struct CompiledPlan::Tables
{
    Plan plan;
    std::vector<Rule> rules;
    std::array<std::map<std::string_view, std::size_t>, 12> byType; ///< Names are the plan's.
    std::vector<std::string_view> names;
    std::int64_t fingerprint = 0;
};

CompiledPlan::CompiledPlan(std::shared_ptr<const Tables> tables)
    : m_tables(std::move(tables))
{
}

Result<CompiledPlan> CompiledPlan::compile(Plan plan)
{
    auto tables = std::make_shared<Tables>();
    tables->plan = std::move(plan);
    for (const PlanEvent &event : tables->plan.events) {
        auto schema = JsonSchema::compile(sourcesOf(event, tables->plan.documents), planSchemaOptions());
        if (!schema) {
            Error error = schema.error();
            error.where
                = (event.name.empty() ? std::string(toText(event.type)) : event.name) + " › " + error.where;
            return error;
        }
        tables->byType[static_cast<std::size_t>(event.type)].emplace(event.name, tables->rules.size());
        tables->rules.push_back({event, *std::move(schema)});
        if (event.type == EventType::Track)
            tables->names.push_back(event.name);
    }
    tables->fingerprint = fingerprintOf(tables->plan);
    return CompiledPlan(std::move(tables));
}

const Plan &CompiledPlan::plan() const
{
    return m_tables->plan;
}

std::int64_t CompiledPlan::fingerprint() const
{
    return m_tables->fingerprint;
}

const CompiledPlan::Rule *CompiledPlan::find(EventType type, std::string_view name) const
{
    const auto &names = m_tables->byType[static_cast<std::size_t>(type)];
    const auto found = names.find(type == EventType::Track ? name : std::string_view());
    return found == names.end() ? nullptr : &m_tables->rules[found->second];
}

const std::vector<std::string_view> &CompiledPlan::eventNames() const
{
    return m_tables->names;
}

bool PlanValidator::Findings::isEmpty() const
{
    return unreadable.empty() && verdict == SchemaVerdict::Valid && !isUnplanned && lacking == 0
        && clock == 0;
}

const std::vector<Violation> &PlanValidator::validate(const Event &event, std::string_view payload)
{
    find(event, payload);
    tell(event);
    return m_violations;
}

PlanValidator::Check PlanValidator::check(const Event &event, std::string_view payload)
{
    find(event, payload);
    if (m_findings.isEmpty())
        return {};
    const std::uint64_t key = keyOf(event);
    auto known = m_known.find(key);
    if (known == m_known.end()) {
        if (m_known.size() >= rememberedKinds)
            m_known.clear();
        tell(event);
        known = m_known.emplace(key, std::make_shared<const std::vector<Violation>>(m_violations)).first;
    }
    return {statusOf(*known->second), known->second};
}

void PlanValidator::find(const Event &event, std::string_view payload)
{
    constexpr Notices ofClock
        = static_cast<Notices>(Notice::ClockSkew) | Notice::ClockFuture | Notice::BadTime;
    m_findings = {};
    m_failures.clear();
    if (const auto read = m_tape.read(payload); !read) {
        m_findings.unreadable = read.error().message;
        return;
    }
    findByPlan(event);
    for (std::size_t i = 0; needsIdentity(event) && i < std::size(identities); ++i) {
        const auto &required = m_plan.plan().identity;
        const bool isRequired = std::ranges::find(required, identities[i].field) != required.end();
        if (isRequired && (event.*identities[i].value).empty())
            m_findings.lacking |= 1U << i;
    }
    m_findings.clock = event.notices & ofClock;
}

void PlanValidator::findByPlan(const Event &event)
{
    const CompiledPlan::Rule *rule = m_plan.find(event.type, event.name);
    if (!rule) {
        m_findings.isUnplanned = event.type == EventType::Track && !event.name.starts_with('$');
        return;
    }
    const std::uint32_t section = sectionOf(rule->event.section, event.source);
    if (section == JsonTape::none && !rule->event.isSectionRequired)
        return;
    m_findings.rule = rule;
    m_findings.section = section;
    exempt(
        rule->event.section == PlanSection::Event ? m_tape.member(0, "properties") : section, event.source);
    const JsonTape &tape = m_findings.isAbsent() ? emptyObject() : m_tape;
    m_findings.verdict = rule->schema.evaluate(tape, m_findings.isAbsent() ? 0 : section, m_failures);
    m_failures.resize(std::min(m_failures.size(), maxViolations));
}

/// The same for events that go wrong alike: in all but what came, and where in an array.
std::uint64_t PlanValidator::keyOf(const Event &event) const
{
    Fingerprint key;
    key.add(event.name).add(static_cast<std::size_t>(event.type)).add(m_findings.unreadable);
    key.add(m_findings.lacking).add(m_findings.clock).add(static_cast<std::size_t>(event.source));
    key.add(static_cast<std::size_t>(m_findings.verdict)).add(m_findings.isAbsent() ? 1 : 0);
    const JsonTape &tape = m_findings.isAbsent() ? emptyObject() : m_tape;
    for (const SchemaFailure &failure : m_failures) {
        key.add(static_cast<std::size_t>(failure.keyword)).add(failure.node).add(tape[failure.value].key);
        if (namesMember(failure.keyword))
            key.add(tape[failure.detail].key);
        else
            key.add(failure.detail);
    }
    return static_cast<std::uint64_t>(key.value());
}

void PlanValidator::tell(const Event &event)
{
    m_violations.clear();
    if (!m_findings.unreadable.empty()) {
        m_violations.push_back({ViolationKind::Unknown, {}, {}, "an event that can be read", {}, {},
            m_findings.unreadable, {}, {}});
        return;
    }
    tellPlan(event);
    tellIdentity(event);
    tellClock(event);
}

void PlanValidator::tellPlan(const Event &event)
{
    if (m_findings.isUnplanned) {
        Violation violation;
        violation.kind = ViolationKind::UnplannedEvent;
        violation.expected = "a planned event";
        violation.came = event.name;
        violation.nearest = nearestName(event.name, m_plan.eventNames());
        violation.message = "no schema for event: " + event.name;
        m_violations.push_back(std::move(violation));
    }
    if (!m_findings.rule)
        return;
    const JsonTape &tape = m_findings.isAbsent() ? emptyObject() : m_tape;
    for (const SchemaFailure &failure : m_failures)
        m_violations.push_back(toViolation(*m_findings.rule, failure, tape, m_findings.isAbsent()));
    if (m_findings.verdict == SchemaVerdict::Undecided) {
        m_violations.push_back({ViolationKind::Unknown, pointerOf(m_findings.rule->event.section), {},
            "an event that can be checked", "one that takes too long", {},
            "could not be checked: it takes too long", {}, {}});
    }
}

/// Where the section is on the tape; none when the event has none.
std::uint32_t PlanValidator::sectionOf(PlanSection section, Source source) const
{
    if (section == PlanSection::Event)
        return 0;
    if (source == Source::Webhook || source == Source::Supabase) {
        // Any JSON: what the webhook's decoder looks into, else all of it.
        for (const std::string_view name : {"properties", "data", "payload", "record"}) {
            const std::uint32_t at = m_tape.member(0, name);
            if (at != JsonTape::none && m_tape[at].kind == JsonKind::Object)
                return at;
        }
        return 0;
    }
    const std::uint32_t properties = m_tape.member(0, "properties");
    if (section == PlanSection::Properties)
        return properties;
    if (source == Source::PostHog) {
        const std::uint32_t set = m_tape.member(0, "$set");
        return set != JsonTape::none ? set : m_tape.member(properties, "$set");
    }
    const std::uint32_t parent = section == PlanSection::Traits ? 0 : m_tape.member(0, "context");
    return m_tape.member(parent, "traits");
}

void PlanValidator::exempt(std::uint32_t section, Source source)
{
    if (section == JsonTape::none || m_tape[section].kind != JsonKind::Object)
        return;
    const auto isAmong = [](std::string_view key, const auto &names) {
        return std::ranges::find(names, key) != std::end(names);
    };
    m_tape.forEach(section, [&](std::uint32_t member) {
        const std::string_view key = m_tape[member].key;
        const bool isPosthogs
            = source == Source::PostHog && (key.starts_with('$') || isAmong(key, posthogNames));
        if (isPosthogs || isAmong(key, carriedNames))
            m_tape.setExempt(member);
    });
}

Violation PlanValidator::toViolation(
    const CompiledPlan::Rule &rule, const SchemaFailure &failure, const JsonTape &tape, bool isSectionAbsent)
{
    Violation violation;
    violation.kind = kindOf(failure.keyword);
    violation.path = isSectionAbsent ? pointerOf(rule.event.section) : tape.pointerTo(failure.value);
    violation.property = rule.schema.property(failure, tape);
    violation.expected = rule.schema.expected(failure);
    violation.message = rule.schema.message(failure, tape);
    if (violation.kind == ViolationKind::AdditionalProperties)
        violation.message += " '" + violation.property + '\'';
    if (failure.keyword == SchemaKeyword::Required)
        violation.came = "nothing";
    else
        violation.came = cameText(tape[namesMember(failure.keyword) ? failure.detail : failure.value]);
    std::string path = rule.schema.schemaPath(failure);
    if (!path.starts_with("#/$defs/") && !path.starts_with("#/definitions/"))
        path = std::string(schemaPrefix(rule.event.section)) + path.substr(1);
    violation.schemaPath = std::move(path);
    if (isAdvancedRule(failure.keyword))
        violation.vendorKind = "Advance-Rules-Violation";
    addNearest(violation, rule, failure, tape);
    return violation;
}

void PlanValidator::addNearest(Violation &violation, const CompiledPlan::Rule &rule,
    const SchemaFailure &failure, const JsonTape &tape) const
{
    // No sender means so many, and comparing them all would take long.
    constexpr std::uint32_t mostMembers = 500;
    if (tape[failure.value].count > mostMembers)
        return;
    std::vector<std::string_view> candidates;
    const auto known = rule.schema.knownProperties(failure.node);
    if (namesMember(failure.keyword)) {
        candidates = known;
        candidates.insert(candidates.end(), std::begin(carriedNames), std::end(carriedNames));
        // What is there already was not meant a second time.
        std::erase_if(candidates,
            [&](std::string_view name) { return tape.member(failure.value, name) != JsonTape::none; });
        violation.nearest = nearestName(violation.property, candidates);
    } else if (failure.keyword == SchemaKeyword::Required) {
        tape.forEach(failure.value, [&](std::uint32_t member) {
            const bool isPlanned = std::ranges::find(known, tape[member].key) != known.end();
            if (!isPlanned && !tape[member].isExempt)
                candidates.push_back(tape[member].key);
        });
        violation.nearest = nearestName(violation.property, candidates);
    } else if (failure.keyword == SchemaKeyword::Enum && tape[failure.value].kind == JsonKind::String) {
        violation.nearest
            = nearestName(tape[failure.value].text, rule.schema.compiled().nodes[failure.node].enumStrings);
    }
}

void PlanValidator::tellIdentity(const Event &event)
{
    for (std::size_t i = 0; i < std::size(identities); ++i) {
        if ((m_findings.lacking >> i & 1) == 0)
            continue;
        const Identity &field = identities[i];
        const std::string_view name = toText(field.field);
        const std::uint32_t section = sectionOf(PlanSection::Properties, event.source);
        Violation violation;
        violation.kind = field.kind;
        violation.path = section == JsonTape::none ? "/properties" : m_tape.pointerTo(section);
        violation.property = name;
        violation.expected = "the property " + std::string(name);
        violation.came = "nothing";
        violation.message = "must have required property '" + std::string(name) + '\'';
        std::vector<std::string_view> members;
        if (section != JsonTape::none && m_tape[section].count <= 500)
            m_tape.forEach(section, [&](std::uint32_t member) { members.push_back(m_tape[member].key); });
        violation.nearest = nearestName(name, members);
        m_violations.push_back(std::move(violation));
    }
}

void PlanValidator::tellClock(const Event &event)
{
    if (m_findings.clock == 0)
        return;
    Violation violation;
    const auto told = event.clientTime ? event.clientTime : event.sentAt;
    violation.came = told ? toRfc3339(*told) : std::string();
    if (has(event.notices, Notice::BadTime)) {
        violation.kind = ViolationKind::DatatypeMismatch;
        violation.expected = "a time, such as " + toRfc3339(event.receivedAt);
        violation.message = "must be a time";
        for (const std::string_view name : {"timestamp", "originalTimestamp", "sentAt"}) {
            const std::uint32_t at = m_tape.member(0, name);
            if (at == JsonTape::none)
                continue;
            violation.path = '/' + std::string(name);
            violation.came = cameText(m_tape[at]);
            break;
        }
        m_violations.push_back(violation);
    }
    if (has(event.notices, Notice::ClockFuture)) {
        violation = {ViolationKind::ClockFuture, "/timestamp", {},
            "at most 23 h after " + toRfc3339(event.receivedAt), violation.came, {},
            "must not be in the future", {}, {}};
        m_violations.push_back(std::move(violation));
    } else if (has(event.notices, Notice::ClockSkew)) {
        violation = {ViolationKind::ClockSkew, "/timestamp", {},
            "a clock within 250 ms of " + toRfc3339(event.receivedAt), violation.came, {},
            "the sender's clock is off; the time was corrected", {}, {}};
        m_violations.push_back(std::move(violation));
    }
}

std::vector<Violation> traceViolations(const Event &event, const TraceFacts &facts)
{
    std::vector<Violation> found;
    const auto add = [&](ViolationKind kind, std::string property, std::string expected, std::string came) {
        found.push_back(
            {kind, {}, std::move(property), std::move(expected), std::move(came), {}, {}, {}, {}});
    };
    if (event.traceId.empty())
        return found;
    if (facts.events == 1 && facts.usualEvents >= 2)
        add(ViolationKind::TraceSingle, "trace_id", "several events, as runs have", "1 event");
    const auto addSeveral = [&](std::uint32_t count, const char *property, const char *what) {
        if (count > 1)
            add(ViolationKind::TraceConflict, property, "one " + std::string(what) + " a run",
                std::to_string(count) + ' ' + what + 's');
    };
    addSeveral(facts.traceIds, "trace_id", "trace id");
    addSeveral(facts.users, "user_id", "user");
    addSeveral(facts.workspaces, "workspace_id", "workspace");
    return found;
}

} // namespace Weir
