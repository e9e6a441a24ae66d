// What evaluation costs: all flags of a document for each of its users, as `/flags` asks. Reads the cases
// that bench/peers/flags.mjs writes and posthog-node evaluates as well. Prints the best of several rounds on
// one core.

#include "core/flags/flagevaluation.h"
#include "core/flags/flagsanswer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

using namespace Weir;
using Json = nlohmann::json;

namespace {

constexpr int rounds = 10;

template <typename Work> double bestNanoseconds(Work work)
{
    double best = 1e18;
    for (int round = 0; round < rounds; ++round) {
        const auto begun = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begun;
        best = std::min(best, spent.count());
    }
    return best;
}

int fail(const std::string &why)
{
    std::fprintf(stderr, "bench_flags: %s\n", why.c_str());
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    std::ifstream file(argc > 1 ? argv[1] : "");
    const Json cases = Json::parse(std::string(std::istreambuf_iterator<char>(file), {}), nullptr, false);
    if (!cases.is_object())
        return fail("expected a file of cases");
    const std::string document = cases.at("definitions").dump();
    const auto definitions = FlagDefinitions::parse(document);
    if (!definitions)
        return fail(toText(definitions.error()));
    std::vector<std::string> bodies;
    std::vector<FlagSubject> subjects;
    for (const Json &body : cases.at("subjects")) {
        auto subject = readSubject(body, UtcTime());
        if (!subject)
            return fail(toText(subject.error()));
        bodies.push_back(body.dump());
        subjects.push_back(*std::move(subject));
    }
    const auto users = static_cast<double>(subjects.size());
    const auto flags = static_cast<double>(definitions->flags().size());
    std::size_t on = 0, bytes = 0;
    const double parse = bestNanoseconds([&] { (void)FlagDefinitions::parse(document); });
    const double evaluate = bestNanoseconds([&] {
        on = 0;
        for (const FlagSubject &subject : subjects) {
            for (const FlagOutcome &outcome : evaluateFlags(*definitions, subject))
                on += outcome.value && outcome.value->isOn;
        }
    });
    const double whole = bestNanoseconds([&] {
        bytes = 0;
        for (const std::string &body : bodies) {
            const auto subject = readSubject(Json::parse(body, nullptr, false), UtcTime());
            bytes += flagsAnswer(evaluateFlags(*definitions, *subject), FlagsShape::Details, {}).size();
        }
    });
    std::printf("Weir: %.0f ns a flag, %zu on\n", evaluate / users / flags, on);
    std::printf("Weir, body read, %.0f flags evaluated, answer of %.1f KB written: %.1f us a request\n",
        flags, static_cast<double>(bytes) / users / 1024, whole / users / 1000);
    std::printf("Weir, definitions of %.1f KB made ready: %.0f us\n",
        static_cast<double>(document.size()) / 1024, parse / 1000);
    return 0;
}
