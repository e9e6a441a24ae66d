#include "core/base/jsonobject.h"

#include "core/base/jsoncursor.h"
#include "core/base/jsontext.h"

#include <algorithm>
#include <unordered_map>

namespace Weir {

Result<JsonObject> JsonObject::read(std::string_view json)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const auto built = index.build(json); !built)
        return built.error();
    JsonCursor cursor(index);
    JsonObject object;
    std::unordered_map<std::string_view, std::size_t> places;
    cursor.object([&](std::string_view key) {
        const std::string_view value = cursor.raw();
        // Views of keys live until the next build(), which this call does not do.
        const auto [place, isNew] = places.emplace(key, object.m_members.size());
        if (isNew)
            object.m_members.push_back({std::string(key), std::string(value)});
        else
            object.m_members[place->second].value = value;
    });
    if (!cursor.finish())
        return cursor.error();
    return object;
}

const JsonObject::Member *JsonObject::find(std::string_view key) const
{
    const auto found = std::ranges::find(m_members, key, &Member::key);
    return found == m_members.end() ? nullptr : &*found;
}

std::string_view JsonObject::value(std::string_view key) const
{
    const Member *member = find(key);
    return member ? std::string_view(member->value) : std::string_view();
}

void JsonObject::set(std::string_view key, std::string json)
{
    if (const auto found = std::ranges::find(m_members, key, &Member::key); found != m_members.end())
        found->value = std::move(json);
    else
        m_members.push_back({std::string(key), std::move(json)});
}

bool JsonObject::remove(std::string_view key)
{
    return std::erase_if(m_members, [key](const Member &member) { return member.key == key; }) > 0;
}

std::string JsonObject::toJson() const
{
    JsonText json;
    json.beginObject();
    for (const Member &member : m_members)
        json.key(member.key).raw(member.value);
    json.endObject();
    return std::move(json).str();
}

Result<std::vector<std::string>> readJsonArray(std::string_view json)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const auto built = index.build(json); !built)
        return built.error();
    JsonCursor cursor(index);
    std::vector<std::string> elements;
    cursor.array([&](std::size_t) { elements.emplace_back(cursor.raw()); });
    if (!cursor.finish())
        return cursor.error();
    return elements;
}

std::string jsonStringText(std::string_view json)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (!index.build(json))
        return {};
    JsonCursor cursor(index);
    std::string text(cursor.string());
    return cursor.finish() ? text : std::string();
}

} // namespace Weir
