#include "core/schema/planreader.h"

#include "core/schema/planjson.h"
#include "core/schema/planyaml.h"

#include <algorithm>

namespace Weir {

namespace {

bool isYamlName(std::string_view name)
{
    return name.ends_with(".yaml") || name.ends_with(".yml");
}

Result<Plan> readJsonFile(const PlanFile &file)
{
    JsonTape tape;
    if (const auto read = readWithPosition(tape, file.text); !read) {
        Error error = read.error();
        error.where = (file.name.empty() ? "" : file.name + ", ") + error.where;
        return error;
    }
    return planFormOf(file) == PlanForm::RudderJson ? readRudderJson(file, tape)
                                                    : readPlanDocument(file, tape);
}

} // namespace

PlanForm planFormOf(const PlanFile &file)
{
    const std::size_t first = file.text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    const char begin = first == std::string::npos ? '\0' : file.text[first];
    if (isYamlName(file.name) || (begin != '{' && begin != '[' && !file.name.ends_with(".json")))
        return PlanForm::RudderYaml;
    JsonTape tape;
    if (!tape.read(file.text) || tape[0].kind != JsonKind::Object)
        return PlanForm::JsonSchema;
    const std::uint32_t events = tape.member(0, "events"), rules = tape.member(0, "rules");
    const bool isRudder = (events != JsonTape::none && tape[events].kind == JsonKind::Array)
        || (rules != JsonTape::none && tape[rules].kind == JsonKind::Object);
    return isRudder ? PlanForm::RudderJson : PlanForm::JsonSchema;
}

Result<Plan> readPlan(const std::vector<PlanFile> &files)
{
    std::size_t bytes = 0;
    for (const PlanFile &file : files)
        bytes += file.text.size();
    if (bytes > maxPlanBytes)
        return Error{Error::Kind::BadInput, "Plans of more than 16 MB are not read", {}};
    if (files.empty())
        return Error{Error::Kind::BadInput, "Expected a plan and found no file", {}};
    const auto isYaml = [](const PlanFile &file) { return planFormOf(file) == PlanForm::RudderYaml; };
    if (std::ranges::any_of(files, isYaml))
        return readRudderYaml(files);
    auto plan = files.size() == 1 ? readJsonFile(files.front()) : readPlanFolder(files);
    if (plan && plan->events.empty())
        return Error{Error::Kind::BadInput, "The plan has no events", files.front().name};
    return plan;
}

Result<std::string> writePlan(const Plan &plan, PlanForm form)
{
    switch (form) {
    case PlanForm::JsonSchema:
        return writePlanDocument(plan);
    case PlanForm::RudderJson:
        return writeRudderJson(plan);
    case PlanForm::RudderYaml:
        break;
    }
    return writeRudderYaml(plan);
}

} // namespace Weir
