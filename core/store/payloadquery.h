#pragma once

#include "core/store/eventquery.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// Finds one text in many, ASCII letters in any case. Looks for the needle's rarest byte with memchr and
/// compares around it: about 10 GB/s on payloads.
class TextSearch
{
public:
    explicit TextSearch(std::string_view needle);
    bool isEmpty() const { return m_needle.empty(); }
    /// `folded` must have been through foldCase().
    bool isIn(std::string_view folded) const;
    /// Folds a copy first: for short texts.
    bool isInUnfolded(std::string_view text) const;
    const std::string &needle() const { return m_needle; }

private:
    std::string m_needle;
    std::size_t m_rarest = 0;
};

/// `text` with ASCII letters in lower case, in a buffer that is used again.
void foldCase(std::string_view text, std::string &to);

/// Calls visit(key, value) for each property of an event's JSON object: the members of `properties`, `traits`
/// and `context`, then its own members that are no containers. A string's value is its text, any other its
/// bytes. Broken JSON gives what stands before the break. visit returns false to stop.
void visitProperties(
    std::string_view payload, const std::function<bool(std::string_view key, std::string_view value)> &visit);

/// Whether all tests hold. A key that is absent passes `IsNot` only; one that occurs twice counts where it
/// comes first in the order of visitProperties().
bool matchesProperties(std::string_view payload, const std::vector<EventFilter::PropertyTest> &tests);

} // namespace Weir
