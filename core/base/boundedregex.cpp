#include "core/base/boundedregex.h"

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

std::uint32_t optionsOf(BoundedRegex::Dialect dialect)
{
    constexpr std::uint32_t common = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    if (dialect == BoundedRegex::Dialect::FancyRegex)
        return common | PCRE2_UCP;
    return common | PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS;
}

std::string messageOf(int error)
{
    std::array<PCRE2_UCHAR, 128> text{};
    if (pcre2_get_error_message(error, text.data(), text.size()) < 0)
        return "not a pattern";
    return reinterpret_cast<const char *>(text.data());
}

} // namespace

BoundedRegex::BoundedRegex(std::string_view pattern, Dialect dialect)
{
    const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
    if (!context || pattern.size() > maxPatternBytes) {
        m_problem = "longer than 16 KB";
        return;
    }
    const bool isEcma = dialect == Dialect::EcmaScript;
    pcre2_set_newline(context.get(), isEcma ? PCRE2_NEWLINE_ANYCRLF : PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context.get(), maxNesting);
    if (isEcma)
        pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
        optionsOf(dialect), &error, &offset, context.get());
    if (code)
        m_code = std::shared_ptr<const void>(code, [code](const void *) { pcre2_code_free(code); });
    else
        m_problem = messageOf(error);
}

BoundedRegex::Found BoundedRegex::find(std::string_view text, int &costlyMatches) const
{
    thread_local Workspace workspace;
    if (!workspace.context || !workspace.data || text.size() > maxTextBytes || costlyMatches <= 0)
        return Found::TooCostly;
    const auto *code = static_cast<const pcre2_code *>(m_code.get());
    pcre2_set_match_limit(workspace.context.get(), stepsPerStart(text.size()));
    pcre2_set_heap_limit(workspace.context.get(), maxHeapKib);
    int result = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
        workspace.data.get(), workspace.context.get());
    if (isLimit(result)) {
        --costlyMatches;
        result = findWithoutBacktracking(code, text, workspace);
    }
    if (result >= 0)
        return Found::Yes;
    return result == PCRE2_ERROR_NOMATCH ? Found::No : Found::TooCostly;
}

} // namespace Weir
