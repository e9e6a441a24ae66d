#include "ui/models/flagswitcher.h"

#include <algorithm>
#include <utility>

namespace Weir {

FlagUntil untilOf(const FlagOverride &override)
{
    return override.expiresAt ? FlagUntil::Time
        : override.isPinned   ? FlagUntil::Removed
                              : FlagUntil::WeirCloses;
}

FlagSwitcher::FlagSwitcher(FlagBoard &board, Clock clock)
    : m_board(board)
    , m_clock(std::move(clock))
{
}

const std::optional<FlagOverride> &FlagSwitcher::current(const std::string &key)
{
    static const std::optional<FlagOverride> none;
    if (!m_board.isBehind())
        m_wanted.clear();
    if (const auto wanted = m_wanted.find(key); wanted != m_wanted.end())
        return wanted->second;
    const FlagState *const flag = m_board.find(key);
    return flag ? flag->override : none;
}

void FlagSwitcher::choose(const std::string &key, const std::optional<FlagValue> &value)
{
    const std::optional<FlagOverride> there = current(key);
    if (there ? value == there->value : !value)
        return;
    if (there && there->payload)
        m_payloads[{key, std::string(toText(there->value))}] = *there->payload;
    if (!value) {
        m_wanted[key] = std::nullopt;
        return m_board.clearOverride(key);
    }
    FlagOverride override = there ? *there : FlagOverride();
    override.key = key;
    override.value = *value;
    const auto payload = m_payloads.find({key, std::string(toText(*value))});
    override.payload = payload == m_payloads.end() ? std::nullopt : std::optional(payload->second);
    set(std::move(override));
}

void FlagSwitcher::step(FlagState flag, int by)
{
    flag.override = current(flag.key);
    const QList<FlagChoice> choices = flagChoices(flag);
    const auto last = static_cast<int>(choices.size()) - 1;
    choose(flag.key, choices[std::clamp(flagChoice(flag) + by, 0, last)].value);
}

void FlagSwitcher::setPayload(const std::string &key, const std::optional<std::string> &payload)
{
    const std::optional<FlagOverride> there = current(key);
    if (!there || there->payload == payload)
        return;
    m_payloads.erase({key, std::string(toText(there->value))});
    FlagOverride override = *there;
    override.payload = payload;
    set(std::move(override));
}

void FlagSwitcher::setScope(const std::string &key, const FlagScope &scope)
{
    const std::optional<FlagOverride> there = current(key);
    if (!there || there->scope == scope)
        return;
    FlagOverride override = *there;
    override.scope = scope;
    set(std::move(override));
}

void FlagSwitcher::setUntil(const std::string &key, FlagUntil until, std::chrono::milliseconds time)
{
    const std::optional<FlagOverride> there = current(key);
    if (!there || (untilOf(*there) == until && until != FlagUntil::Time))
        return;
    FlagOverride override = *there;
    override.isPinned = until == FlagUntil::Removed;
    override.expiresAt.reset();
    if (until == FlagUntil::Time)
        override.expiresAt = m_clock() + time;
    set(std::move(override));
}

void FlagSwitcher::set(FlagOverride override)
{
    override.scene.clear(); // By hand now.
    m_wanted[override.key] = override;
    std::optional<std::chrono::milliseconds> left;
    if (const auto end = std::exchange(override.expiresAt, {}))
        left = std::max<std::chrono::milliseconds>(*end - m_clock(), 1ms);
    m_board.setOverride(override, left);
}

} // namespace Weir
