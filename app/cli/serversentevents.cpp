#include "app/cli/serversentevents.h"

#include <utility>

namespace Weir {

std::optional<ServerSentEvent> ServerSentEvents::next()
{
    std::size_t start = 0;
    for (auto end = m_buffer.find('\n'); end != std::string::npos; end = m_buffer.find('\n', start)) {
        std::string_view line = std::string_view(m_buffer).substr(start, end - start);
        start = end + 1;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty()) {
            m_lastId = m_current.id; // Only now: a message that was cut off is asked for again.
            if (m_current.data.empty())
                continue;
            m_current.data.pop_back(); // Each data line ends with a line feed; the last one is not meant.
            ServerSentEvent whole = m_current;
            m_current.data.clear();
            m_buffer.erase(0, start);
            return whole;
        }
        const auto colon = line.find(':');
        const std::string_view name = line.substr(0, colon);
        std::string_view value
            = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (value.starts_with(' '))
            value.remove_prefix(1);
        if (name == "id")
            m_current.id = value;
        else if (name == "data")
            m_current.data.append(value).append("\n");
    }
    m_buffer.erase(0, start);
    return std::nullopt;
}

} // namespace Weir
