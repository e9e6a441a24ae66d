#pragma once

#include "core/base/time.h"
#include "core/event/event.h"
#include "core/flags/flagvalue.h"

#include <QMetaType>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// The way by which a value reaches an SDK. Stored: never renumber.
enum class FlagPath : std::uint8_t {
    Flags = 1, ///< /flags
    Decide = 2, ///< /decide
    Definitions = 3, ///< Both endpoints for SDKs that evaluate by themselves.
    Payload = 4, ///< .../feature_flags/KEY/remote_config
};

/// The event that first carried a value after an answer had given it.
struct FlagSeen
{
    UtcTime at{}; ///< When it came.
    std::string eventName = {}, traceId = {}; ///< Empty: not known, or no trace.

    bool operator==(const FlagSeen &) const = default;
};

/// One value as an SDK got it.
struct ServedValue
{
    std::string key;
    FlagValue value;
    std::optional<std::string> payload; ///< JSON text.
    bool isOverridden = false;
    /// The event of this SDK and user that first carried the value after this answer, and before another one
    /// gave them the flag; null: none. Only pages tell it; answers that share their values are seen one by
    /// one.
    std::shared_ptr<const FlagSeen> seen = {};

    bool operator==(const ServedValue &other) const
    {
        return key == other.key && value == other.value && payload == other.payload
            && isOverridden == other.isOverridden
            && (seen == other.seen || (seen && other.seen && *seen == *other.seen));
    }
};

/// What one answer gave to one SDK.
struct ServedFlags
{
    std::int64_t id = 0; ///< Rising with time; 0 until the desk numbers it.
    UtcTime at{};
    FlagPath path = FlagPath::Flags;
    std::string endpoint; ///< "/flags", "/api/feature_flag/local_evaluation": without any prefix.
    int version = 0; ///< The request's `v`; 0 where a path has none.
    bool isUnchanged = false; ///< Answered 304: the SDK has these values already.
    Sdk sdk;
    /// Empty: any user, since the SDK evaluates by itself. Then only forced values are known.
    std::string distinctId;
    std::string workspaceId;
    std::vector<std::string> askedKeys; ///< Empty: all.
    std::shared_ptr<const std::vector<ServedValue>> values; ///< Shared by answers that are equal.
};

/// A value of an answer that an event has shown.
struct SeenValue
{
    std::int64_t answer = 0; ///< Its id.
    std::string key;
    FlagSeen seen;

    bool operator==(const SeenValue &) const = default;
};

/// What is new of the answers to flag requests, for the session.
struct ServedNews
{
    std::vector<ServedFlags> answers; ///< By rising id.
    std::vector<SeenValue> seen;

    bool isEmpty() const { return answers.empty() && seen.empty(); }
};

constexpr std::size_t rememberedAnswers = 20'000; ///< How many answers can be told of.

/// A value that an event carries: what an SDK says that its program has used.
struct FlagSighting
{
    std::size_t event = 0; ///< Its place in the request.
    std::string key;
    FlagValue value;
    bool saysOverridden = false; ///< It repeats the reason that overridden values have.
    bool isCall = false; ///< By a $feature_flag_called of its own.

    bool operator==(const FlagSighting &) const = default;
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::ServedNews)
