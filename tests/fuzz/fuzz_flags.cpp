// Any bytes as flag definitions: they are read or refused, whatever was read evaluates for everyone, to the
// same twice, and what is answered is JSON.

#include "core/base/jsoncursor.h"
#include "core/flags/flagevaluation.h"
#include "core/flags/flagsanswer.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace Weir;

namespace {

FlagSubject someone()
{
    FlagSubject subject;
    subject.distinctId = "user-17";
    subject.deviceId = "device-1";
    subject.groups.emplace("organization", "org-9");
    subject.now = fromMs(1774958400000);
    for (const auto &[key, value] : {std::pair("plan", "pro"), std::pair("email", "a@example.com"),
             std::pair("version", "1.2.3"), std::pair("seen", "2026-01-01"), std::pair("age", "42")})
        subject.personProperties.emplace(key, toPropertyValue(std::string_view(value)));
    subject.groupProperties.emplace("organization", subject.personProperties);
    return subject;
}

bool isJson(std::string_view text)
{
    JsonIndex index;
    if (!index.build(text))
        return false;
    JsonCursor cursor(index);
    return cursor.skip() && cursor.finish();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto definitions = FlagDefinitions::parse({reinterpret_cast<const char *>(data), size});
    if (!definitions)
        return 0;
    static const FlagSubject known = someone(), unknown{};
    for (const FlagSubject *subject : {&known, &unknown}) {
        const auto outcomes = evaluateFlags(*definitions, *subject);
        if (outcomes.size() != definitions->flags().size()
            || outcomes != evaluateFlags(*definitions, *subject))
            std::abort();
        for (const FlagOutcome &outcome : outcomes) {
            if (outcome.isConclusive() != outcome.why.empty())
                std::abort();
        }
        for (const FlagsShape shape : {FlagsShape::Details, FlagsShape::Values, FlagsShape::EnabledKeys}) {
            if (!isJson(flagsAnswer(outcomes, shape, {})))
                std::abort();
        }
    }
    return 0;
}
