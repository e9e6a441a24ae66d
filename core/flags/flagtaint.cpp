#include "core/flags/flagtaint.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace Weir {

namespace {

constexpr std::size_t rememberedUsers = 100'000, rememberedSdks = 200, rememberedForced = 1'000;

constexpr std::chrono::seconds longestWay{2};

/// An event's moment is corrected by the time between sending and arrival, which counts the way of the
/// request as an error of the client's clock. Where it may be nothing else, the client is believed.
UtcTime momentOf(const Event &event)
{
    const bool isWay = event.clientTime && *event.clientTime < event.timestamp
        && event.timestamp - *event.clientTime <= longestWay;
    return isWay ? *event.clientTime : event.timestamp;
}

std::string nameOf(const Sdk &sdk)
{
    return sdk.name + '\0' + sdk.version;
}

} // namespace

void FlagTaint::sawServed(const ServedFlags &served)
{
    if (served.path == FlagPath::Definitions)
        sawDefinitions(served);
    if (served.distinctId.empty())
        return;
    auto found = m_users.find(served.distinctId);
    std::vector<std::string> keys;
    // A request for a few flags says nothing about the others.
    if (found != m_users.end() && !served.askedKeys.empty()) {
        keys = found->second.keys;
        std::erase_if(keys, [&served](const std::string &key) {
            return std::ranges::find(served.askedKeys, key) != served.askedKeys.end();
        });
    }
    for (const ServedValue &value : *served.values) {
        if (value.isOverridden)
            keys.push_back(value.key);
    }
    if (found == m_users.end()) {
        if (!keys.empty() && makeRoom())
            m_users.emplace(served.distinctId, User{std::move(keys), {}});
        return;
    }
    User &user = found->second;
    if (!user.keys.empty() && keys.empty()) {
        user.until = served.at;
        ++m_endedUsers;
    } else if (user.keys.empty() && !keys.empty()) {
        --m_endedUsers;
    }
    user.keys = std::move(keys);
}

/// Those who have none any more go first.
bool FlagTaint::makeRoom()
{
    if (m_users.size() >= rememberedUsers && m_endedUsers > 0) {
        std::erase_if(m_users, [](const auto &each) { return each.second.keys.empty(); });
        m_endedUsers = 0;
    }
    return m_users.size() < rememberedUsers;
}

void FlagTaint::sawDefinitions(const ServedFlags &served)
{
    const std::string sdk = nameOf(served.sdk);
    if (m_forced.size() >= rememberedSdks && !m_forced.contains(sdk))
        return;
    std::vector<Forced> &forced = m_forced[sdk];
    for (Forced &each : forced) {
        if (!each.until)
            each.until = served.at;
    }
    for (const ServedValue &value : *served.values) {
        if (!value.isOverridden)
            continue;
        const auto known = std::ranges::find_if(forced,
            [&value](const Forced &each) { return each.key == value.key && each.value == value.value; });
        if (known != forced.end())
            known->until.reset();
        else
            forced.push_back({value.key, value.value, {}});
    }
    if (forced.size() > rememberedForced)
        std::erase_if(forced, [](const Forced &each) { return each.until.has_value(); });
}

bool FlagTaint::hadOverride(const std::string &user, UtcTime at) const
{
    const auto found = user.empty() ? m_users.end() : m_users.find(user);
    return found != m_users.end() && (!found->second.keys.empty() || at <= found->second.until);
}

bool FlagTaint::isTainted(const Event &event, std::span<const FlagSighting> sightings, const Sdk *sdk) const
{
    const UtcTime at = momentOf(event);
    if (!m_users.empty() && (hadOverride(event.userId, at) || hadOverride(event.anonymousId, at)))
        return true;
    const auto forced = sdk ? m_forced.find(nameOf(*sdk)) : m_forced.end();
    return std::ranges::any_of(sightings, [&](const FlagSighting &sighting) {
        if (sighting.saysOverridden || forced == m_forced.end())
            return sighting.saysOverridden;
        return std::ranges::any_of(forced->second, [&](const Forced &each) {
            return each.key == sighting.key && each.value == sighting.value
                && (!each.until || at <= *each.until);
        });
    });
}

} // namespace Weir
