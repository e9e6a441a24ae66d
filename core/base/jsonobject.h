#pragma once

#include "core/base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A JSON object as its members, each value in the bytes that it was written with: one member can be changed
/// and all others stay what they were, whatever the size of their numbers. Blanks between members go.
class JsonObject
{
public:
    struct Member
    {
        std::string key; ///< Unescaped.
        std::string value; ///< JSON text.
        bool operator==(const Member &) const = default;
    };

    /// No members.
    JsonObject() = default;
    /// Fails with BadInput on what is no object. Of a key that repeats, the last value counts, as in
    /// JavaScript, in the first one's place.
    static Result<JsonObject> read(std::string_view json);

    const std::vector<Member> &members() const { return m_members; }
    bool has(std::string_view key) const { return find(key) != nullptr; }
    /// The value's JSON text; empty when there is no such member.
    std::string_view value(std::string_view key) const;

    /// In the place of the member of this key, else behind all. `json` must be one JSON value.
    void set(std::string_view key, std::string json);
    /// False when there was none.
    bool remove(std::string_view key);

    std::string toJson() const;

private:
    const Member *find(std::string_view key) const;

    std::vector<Member> m_members;
};

/// The elements of a JSON array as they were written. Fails with BadInput on what is no array.
Result<std::vector<std::string>> readJsonArray(std::string_view json);

/// The text of a JSON string; empty for any other JSON.
std::string jsonStringText(std::string_view json);

} // namespace Weir
