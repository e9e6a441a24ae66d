#pragma once

#include "core/base/error.h"
#include "core/http/httpmessage.h"
#include "core/store/eventquery.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Weir {

/// "2s", "500ms", "45m", "2h", "1d"; a bare number counts seconds. `where` names it in the error.
Result<std::chrono::milliseconds> parseDuration(
    const std::string &text, std::string_view where, std::chrono::milliseconds high);

/// The query of a call, decoded and read strictly: a misspelt parameter that is ignored makes a test pass for
/// the wrong reason. `where` of an error is the parameter.
class Parameters
{
public:
    explicit Parameters(const HttpRequest &request);

    /// Fails on a parameter that is not among `names`.
    Result<void> allowOnly(std::span<const std::string_view> names) const;

    /// The last value; empty when absent, which is the same as empty.
    std::string value(std::string_view name) const;
    std::vector<std::string> values(std::string_view name) const; ///< Without the empty ones.

    Result<std::int64_t> integer(
        std::string_view name, std::int64_t low, std::int64_t high, std::int64_t otherwise) const;
    /// As parseDuration().
    Result<std::chrono::milliseconds> duration(
        std::string_view name, std::chrono::milliseconds high, std::chrono::milliseconds otherwise) const;
    Result<EventPageRequest::Order> order(EventPageRequest::Order otherwise) const;
    Result<std::optional<UtcTime>> time(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> m_pairs;
};

/// The parameters that eventFilter() reads.
std::span<const std::string_view> filterParameters();

/// The filter that a call asks for. `trace_id=-` asks for the events without a trace id.
Result<EventFilter> eventFilter(const Parameters &parameters);

/// How `/weir/` writes the trace of the events that have no trace id.
constexpr std::string_view untracedId = "-";

} // namespace Weir
