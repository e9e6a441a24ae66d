#include "core/event/summary.h"

#include "core/base/jsoncursor.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace Weir {

namespace {

constexpr std::size_t longestSummary = 160;
constexpr std::size_t longestValue = 60;
constexpr int scalarsShown = 3;

/// One property as it was written; strings unescaped.
struct Property
{
    std::string_view key, value;
    bool isScalar = false;
};

/// The properties of one event in their order, and its own members.
class Properties
{
public:
    explicit Properties(std::string_view payload);
    /// Empty when it is absent or null.
    std::string_view operator[](std::string_view key) const;
    std::string_view own(std::string_view key) const;
    const std::vector<Property> &all() const { return m_properties; }

private:
    std::vector<Property> m_properties, m_own;
};

Property propertyOf(std::string_view key, JsonCursor &cursor)
{
    const JsonKind kind = cursor.kind();
    const bool isScalar = kind != JsonKind::Object && kind != JsonKind::Array && kind != JsonKind::Null;
    return {key, kind == JsonKind::Null ? (cursor.skip(), std::string_view()) : cursor.textOf(), isScalar};
}

Properties::Properties(std::string_view payload)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (!index.build(payload))
        return;
    JsonCursor cursor(index);
    cursor.object([&](std::string_view key) {
        if ((key == "properties" || key == "traits") && cursor.kind() == JsonKind::Object)
            cursor.object([&](std::string_view inner) { m_properties.push_back(propertyOf(inner, cursor)); });
        else
            m_own.push_back(propertyOf(key, cursor));
    });
}

std::string_view valueIn(const std::vector<Property> &properties, std::string_view key)
{
    const auto found = std::find_if(properties.begin(), properties.end(),
        [key](const Property &property) { return property.key == key; });
    return found == properties.end() ? std::string_view() : found->value;
}

std::string_view Properties::operator[](std::string_view key) const
{
    return valueIn(m_properties, key);
}

std::string_view Properties::own(std::string_view key) const
{
    return valueIn(m_own, key);
}

/// At most `most` bytes, not cut within a character, on one line.
std::string shortened(std::string_view text, std::size_t most)
{
    std::string line;
    const bool cut = text.size() > most;
    std::size_t size = cut ? most - 3 : text.size();
    while (cut && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
        --size;
    for (const char c : text.substr(0, size))
        line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return cut ? line + "…" : line;
}

std::string joined(std::initializer_list<std::string> parts)
{
    std::string text;
    for (const std::string &part : parts) {
        if (!part.empty())
            text += (text.empty() ? "" : ", ") + part;
    }
    return text;
}

std::string with(std::string_view value, std::string_view unit)
{
    return value.empty() ? std::string() : std::string(value).append(" ").append(unit);
}

std::string outcome(const Properties &properties, std::string_view success, std::string_view errorKey)
{
    if (properties["success"] != "false")
        return std::string(success);
    const std::string_view error = properties[errorKey];
    return error.empty() ? "failed" : "failed: " + std::string(error);
}

std::string ofFlow(const Properties &properties)
{
    return properties["success"].empty() ? std::string(properties["flow_id"])
                                         : outcome(properties, "succeeded", "error");
}

std::string ofTool(const Properties &properties)
{
    const std::string_view status = properties["status"];
    return joined(
        {std::string(properties["tool_id"]), status == "success" ? std::string() : std::string(status)});
}

std::string ofRag(const Properties &properties)
{
    std::string index(properties["index_name"]);
    if (const std::string_view version = properties["index_version"]; !version.empty())
        index.append("@").append(version);
    return joined({index, with(properties["sources_found"], "sources")});
}

std::string ofAgentCreated(const Properties &properties)
{
    return joined({std::string(properties["agent_type"]), std::string(properties["framework"])});
}

std::string ofAgentExecution(const Properties &properties)
{
    return joined({std::string(properties["agent_type"]), with(properties["tokens"], "tokens"),
        outcome(properties, {}, "error")});
}

std::string ofAgentError(const Properties &properties)
{
    std::string error(properties["error_type"]);
    if (const std::string_view message = properties["error_message"]; !message.empty())
        error.append(error.empty() ? "" : ": ").append(message);
    return joined({std::string(properties["agent_type"]), error});
}

std::string ofPromptBlocked(const Properties &properties)
{
    return joined({std::string(properties["reason"]), std::string(properties["source"])});
}

std::string ofFlagCalled(const Properties &properties)
{
    const std::string_view flag = properties["$feature_flag"], value = properties["$feature_flag_response"];
    return value.empty() ? std::string(flag) : std::string(flag).append(" = ").append(value);
}

std::string firstOf(const Properties &properties, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        if (const std::string_view value = properties[key]; !value.empty())
            return std::string(value);
    }
    return {};
}

std::string ofPage(const Properties &properties)
{
    if (auto path = firstOf(properties, {"$pathname", "path", "$screen_name", "$current_url", "url"});
        !path.empty())
        return path;
    return std::string(properties.own("name"));
}

std::string ofException(const Properties &properties)
{
    return joined({firstOf(properties, {"$exception_type", "type"}),
        firstOf(properties, {"$exception_message", "message"})});
}

std::string ofAi(const Properties &properties)
{
    return joined({firstOf(properties, {"$ai_model", "$ai_span_name"}),
        with(properties["$ai_output_tokens"], "tokens")});
}

std::string ofIdentify(const Properties &properties)
{
    if (auto id = firstOf(properties, {"email", "$user_id", "name"}); !id.empty())
        return id;
    const std::string_view user = properties.own("userId");
    return std::string(user.empty() ? properties.own("distinct_id") : user);
}

std::string ofGroup(const Properties &properties)
{
    const std::string_view type = properties["$group_type"], key = properties["$group_key"];
    if (!type.empty())
        return std::string(type).append(" ").append(key);
    return std::string(properties.own("groupId"));
}

std::string ofAlias(const Properties &properties)
{
    if (const std::string_view alias = properties["alias"]; !alias.empty())
        return std::string(properties["distinct_id"]).append(" ← ").append(alias);
    const std::string_view previous = properties.own("previousId");
    return previous.empty() ? std::string()
                            : std::string(properties.own("userId")).append(" ← ").append(previous);
}

/// What says nothing about one event, since every event of the SDK or the run carries it.
bool isCommonKey(std::string_view key)
{
    constexpr std::array common{std::string_view("trace_id"), std::string_view("workspace_id"),
        std::string_view("user_id"), std::string_view("distinct_id"), std::string_view("token"),
        std::string_view("session_id"), std::string_view("flow_id"), std::string_view("latency_ms"),
        std::string_view("time_ms"), std::string_view("duration_ms")};
    return key.starts_with('$') || std::find(common.begin(), common.end(), key) != common.end();
}

std::string ofAnything(const Properties &properties)
{
    std::string text;
    int shown = 0;
    for (const Property &property : properties.all()) {
        if (!property.isScalar || property.value.empty() || isCommonKey(property.key))
            continue;
        text += text.empty() ? "" : ", ";
        text.append(property.key).append(" ").append(shortened(property.value, longestValue));
        if (++shown == scalarsShown)
            break;
    }
    return text;
}

struct ByName
{
    std::string_view name;
    std::string (*summary)(const Properties &);
};
constexpr std::array byName{ByName{"flow_executed", ofFlow}, ByName{"tool_used", ofTool},
    ByName{"rag_query_triggered", ofRag}, ByName{"agent_created", ofAgentCreated},
    ByName{"agent_execution", ofAgentExecution}, ByName{"agent_error", ofAgentError},
    ByName{"prompt_blocked", ofPromptBlocked}, ByName{"$feature_flag_called", ofFlagCalled},
    ByName{"$ai_generation", ofAi}, ByName{"$ai_span", ofAi}, ByName{"$ai_trace", ofAi}};

struct ByType
{
    EventType type;
    std::string (*summary)(const Properties &);
};
constexpr std::array byType{ByType{EventType::Identify, ofIdentify}, ByType{EventType::Page, ofPage},
    ByType{EventType::Screen, ofPage}, ByType{EventType::Group, ofGroup}, ByType{EventType::Alias, ofAlias},
    ByType{EventType::Merge, ofAlias}, ByType{EventType::FlagCalled, ofFlagCalled},
    ByType{EventType::Exception, ofException}};

} // namespace

std::string summaryOf(std::string_view name, EventType type, std::string_view payload)
{
    const Properties properties(payload);
    std::string text;
    if (const auto named
        = std::find_if(byName.begin(), byName.end(), [&](const ByName &row) { return row.name == name; });
        named != byName.end())
        text = named->summary(properties);
    else if (const auto typed = std::find_if(
                 byType.begin(), byType.end(), [&](const ByType &row) { return row.type == type; });
             typed != byType.end())
        text = typed->summary(properties);
    if (text.empty())
        text = ofAnything(properties);
    return shortened(text, longestSummary);
}

} // namespace Weir
