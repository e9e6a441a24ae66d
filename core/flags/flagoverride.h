#pragma once

#include "core/base/time.h"
#include "core/flags/flagvalue.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// For whom an override holds, or who asks.
struct FlagScope
{
    std::string distinctId, workspaceId; ///< Empty: any.

    bool isEveryone() const { return distinctId.empty() && workspaceId.empty(); }
    /// Whether `asker` is meant: all that is set here is equal there.
    bool covers(const FlagScope &asker) const
    {
        return (distinctId.empty() || distinctId == asker.distinctId)
            && (workspaceId.empty() || workspaceId == asker.workspaceId);
    }
    bool operator==(const FlagScope &) const = default;
};

/// A flag value that Weir serves in place of the upstream's.
struct FlagOverride
{
    std::string key;
    FlagValue value;
    std::optional<std::string> payload; ///< JSON text, byte for byte. Nothing: served without a payload.
    FlagScope scope;
    UtcTime setAt{};
    std::optional<UtcTime> expiresAt; ///< From this moment on it is gone.
    bool isPinned = false; ///< Stays when Weir closes; others go.
    std::string scene; ///< The scene that it was set by; empty: by hand.

    bool operator==(const FlagOverride &) const = default;
};

/// The overrides that are on: one a flag. A value.
class FlagOverrides
{
public:
    using ByKey = std::map<std::string, FlagOverride, std::less<>>;

    bool isEmpty() const { return m_byKey.empty(); }
    const ByKey &all() const { return m_byKey; }
    const FlagOverride *find(std::string_view key) const;

    /// In place of the one that the flag had. A `setAt` is the caller's.
    void set(FlagOverride override);
    /// False when there was none.
    bool remove(std::string_view key);
    void clear() { m_byKey.clear(); }
    /// Removes those whose time is over; their keys.
    std::vector<std::string> expire(UtcTime now);

    /// Those that hold for `asker`, by rising key; of `keys` only, unless that is null.
    std::vector<const FlagOverride *> matching(
        const FlagScope &asker, const std::vector<std::string> *keys = nullptr) const;
    /// Those that hold for everyone: all that can be told to an SDK that evaluates by itself, since it asks
    /// for no one in particular.
    std::vector<const FlagOverride *> unscoped() const;

    bool operator==(const FlagOverrides &) const = default;

private:
    ByKey m_byKey;
};

/// What overrides are given to a rewriter: each flag at most once.
using OverrideList = std::span<const FlagOverride *const>;

} // namespace Weir
