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

private:
    std::string m_buffer;
    ServerSentEvent m_current;
};

} // namespace Weir
