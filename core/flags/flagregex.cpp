#include "core/flags/flagregex.h"

#include <algorithm>
#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace Weir {

namespace {

constexpr std::size_t maxPatternBytes = 16'384;
constexpr std::size_t maxTextBytes = 16'384;
constexpr std::uint32_t maxHeapKib = 4096;
constexpr std::uint32_t maxNesting = 100;

struct Deleter
{
    void operator()(pcre2_compile_context *context) const { pcre2_compile_context_free(context); }
    void operator()(pcre2_match_context *context) const { pcre2_match_context_free(context); }
    void operator()(pcre2_match_data *data) const { pcre2_match_data_free(data); }
};
template <typename T> using Owned = std::unique_ptr<T, Deleter>;

/// Memory that one match needs, kept for the next of this thread.
struct Workspace
{
    Owned<pcre2_match_context> context{pcre2_match_context_create(nullptr)};
    Owned<pcre2_match_data> data{pcre2_match_data_create(1, nullptr)};
};

/// The limit holds for each place of the text where a match may begin, so a longer text gets less of it.
std::uint32_t stepsPerStart(std::size_t textBytes)
{
    constexpr std::size_t allSteps = 4'000'000;
    return static_cast<std::uint32_t>(std::clamp<std::size_t>(allSteps / (textBytes + 1), 250, 10'000));
}

bool isLimit(int result)
{
    return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT
        || result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_NOMEMORY;
}

/// Follows all ways at once, so that nested repetitions such as (a+)+ do not multiply. It knows no back
/// references. Its own work grows with the square of the text, hence only for short ones.
int findWithoutBacktracking(const pcre2_code *code, std::string_view text, const Workspace &workspace)
{
    constexpr std::size_t maxBytes = 512;
    if (text.size() > maxBytes)
        return PCRE2_ERROR_MATCHLIMIT;
    std::array<int, 2000> memory;
    return pcre2_dfa_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
        PCRE2_DFA_SHORTEST, workspace.data.get(), workspace.context.get(), memory.data(), memory.size());
}

} // namespace

FlagRegex::FlagRegex(std::string_view pattern)
{
    const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
    if (!context || pattern.size() > maxPatternBytes)
        return;
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context.get(), maxNesting);
    constexpr std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options,
        &error, &offset, context.get());
    if (code)
        m_code = std::shared_ptr<const void>(code, [code](const void *) { pcre2_code_free(code); });
}

Match FlagRegex::find(std::string_view text, RegexBudget &budget) const
{
    thread_local Workspace workspace;
    if (!workspace.context || !workspace.data || text.size() > maxTextBytes || budget.costlyMatches <= 0)
        return Match::Unknown;
    const auto *code = static_cast<const pcre2_code *>(m_code.get());
    pcre2_set_match_limit(workspace.context.get(), stepsPerStart(text.size()));
    pcre2_set_heap_limit(workspace.context.get(), maxHeapKib);
    int result = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
        workspace.data.get(), workspace.context.get());
    if (isLimit(result)) {
        --budget.costlyMatches;
        result = findWithoutBacktracking(code, text, workspace);
    }
    if (result >= 0)
        return Match::Yes;
    return result == PCRE2_ERROR_NOMATCH ? Match::No : Match::Unknown;
}

} // namespace Weir
