#include "app/cli/answerjson.h"

#include "core/base/jsoncursor.h"

#include <algorithm>

namespace Weir {

namespace {

using Json = nlohmann::json;

Json treeOf(JsonCursor &cursor)
{
    Json tree;
    switch (cursor.kind()) {
    case JsonKind::Object:
        tree = Json::object();
        cursor.object([&](std::string_view key) { tree[std::string(key)] = treeOf(cursor); });
        return tree;
    case JsonKind::Array:
        tree = Json::array();
        cursor.array([&](std::size_t) { tree.push_back(treeOf(cursor)); });
        return tree;
    case JsonKind::String:
        return std::string(cursor.string());
    default: {
        const std::string_view text = cursor.raw();
        Json scalar = Json::parse(text, nullptr, false);
        return scalar.is_discarded() ? Json(std::string(text)) : scalar;
    }
    }
}

} // namespace

Json readAnswer(std::string_view json)
{
    JsonIndex index;
    if (!index.build(json))
        return Json::object();
    JsonCursor cursor(index);
    Json tree = treeOf(cursor);
    return cursor.finish() && tree.is_object() ? tree : Json::object();
}

std::string printable(std::string text)
{
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    // U+0080 to U+009F: terminals obey these, too.
    for (auto at = text.find('\xC2'); at != std::string::npos; at = text.find('\xC2', at + 1)) {
        if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0)
            text.replace(at, 2, "?");
    }
    return text;
}

} // namespace Weir
