#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Weir {

/// One message of a text/event-stream.
struct ServerSentEvent
{
    std::string id, data;
    bool operator==(const ServerSentEvent &) const = default;
};

/// Bytes in, messages out (HTML Standard, "Server-sent events"); any split of the bytes gives the same.
class ServerSentEvents
{
public:
    void append(std::string_view bytes) { m_buffer += bytes; }
    /// The next whole message with data; nothing until more bytes come.
    std::optional<ServerSentEvent> next();
    /// What to resume from, as Last-Event-ID: the newest id, also of a message without data. Empty: none.
    const std::string &lastId() const { return m_lastId; }

private:
    std::string m_buffer;
    ServerSentEvent m_current;
    std::string m_lastId;
};

} // namespace Weir
