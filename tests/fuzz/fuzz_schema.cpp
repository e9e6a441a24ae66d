// Any bytes as a plan, in all its forms, and as an event: the plan is read or refused; what was read
// compiles, can be written and read again, and judges any event to the same twice.

#include "core/schema/planreader.h"
#include "core/schema/planvalidator.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace Weir;

namespace {

void judge(const CompiledPlan &plan, const std::string &payload)
{
    PlanValidator validator(plan);
    Event event;
    event.name = plan.eventNames().empty() ? "a" : std::string(plan.eventNames().front());
    for (const Source source : {Source::PostHog, Source::Webhook}) {
        event.source = source;
        const auto violations = validator.validate(event, payload);
        if (violations != validator.validate(event, payload))
            std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto builtIn = CompiledPlan::compile(builtInPlan());
    const std::string text(reinterpret_cast<const char *>(data), size);
    judge(*builtIn, text);
    for (const char *name : {"plan.json", "plan.yaml"}) {
        const auto plan = readPlan({{name, text}});
        if (!plan)
            continue;
        const auto compiled = CompiledPlan::compile(*plan);
        if (!compiled)
            std::abort();
        judge(*compiled, text);
        judge(*compiled, R"({"event":"a","properties":{"a":[1,{"b":"x"}],"trace_id":1.0}})");
        for (const PlanForm form : {PlanForm::JsonSchema, PlanForm::RudderJson}) {
            const auto written = writePlan(*plan, form);
            if (!written || !readPlan({{{}, *written}}))
                std::abort();
        }
        const auto yaml = writePlan(*plan, PlanForm::RudderYaml);
        if (yaml && !readPlan({{"plan.yaml", *yaml}}))
            std::abort();
    }
    return 0;
}
