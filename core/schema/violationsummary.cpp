#include "core/schema/violationsummary.h"

#include <algorithm>

namespace Weir {

std::string withoutPositions(std::string_view path)
{
    std::string result;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/', 1), path.size());
        const std::string_view part = path.substr(0, end);
        const bool isPosition
            = part.size() > 1 && part.find_first_not_of("0123456789", 1) == std::string_view::npos;
        result += isPosition ? "/*" : part;
        path.remove_prefix(end);
    }
    return result;
}

void ViolationSummary::add(const Event &event, const std::vector<Violation> &violations)
{
    ++m_checked;
    m_invalid += std::ranges::any_of(
        violations, [](const Violation &violation) { return breaksPlan(violation.kind); });
    for (const Violation &violation : violations)
        addOne(event, violation);
}

void ViolationSummary::addOne(const Event &event, const Violation &violation)
{
    Key key{event.name, violation.kind, withoutPositions(violation.path), violation.property,
        violation.schemaPath};
    auto found = m_groups.find(key);
    if (found == m_groups.end() && m_groups.size() >= maxGroups) {
        ++m_uncounted;
        return;
    }
    if (found == m_groups.end()) {
        found = m_groups.emplace(std::move(key), ViolationGroup()).first;
        found->second = {event.name, violation, 0, event.id, {}, event.receivedAt, event.receivedAt, {}};
    }
    ViolationGroup &group = found->second;
    // Two items of one array are one event.
    if (group.events > 0 && group.last == event.id && raw(event.id) != 0)
        return;
    ++group.events;
    group.last = event.id;
    group.since = std::min(group.since, event.receivedAt);
    group.latest = std::max(group.latest, event.receivedAt);
    auto sender = std::ranges::find(group.senders, event.sdk, &ViolationGroup::Sender::sdk);
    if (sender == group.senders.end()) {
        if (group.senders.size() >= maxSenders)
            return;
        sender = group.senders.insert(sender, {event.sdk, 0, event.receivedAt});
    }
    ++sender->events;
    sender->since = std::min(sender->since, event.receivedAt);
}

std::vector<ViolationGroup> ViolationSummary::groups() const
{
    std::vector<ViolationGroup> all;
    for (const auto &[key, group] : m_groups)
        all.push_back(group);
    // Stable: those alike in number stay in the order of their keys.
    std::ranges::stable_sort(all, std::ranges::greater(), &ViolationGroup::events);
    return all;
}

} // namespace Weir
