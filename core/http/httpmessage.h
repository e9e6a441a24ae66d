#pragma once

#include <QByteArray>
#include <QMetaType>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Weir {

/// One HTTP/1.1 request, complete. Cheap to copy: the bytes are shared.
struct HttpRequest
{
    /// A header line as extents in `head`, so that a copy of the request keeps it valid.
    struct Field
    {
        std::uint32_t nameAt = 0, nameSize = 0, valueAt = 0,
                      valueSize = 0; ///< The value without blanks around it.
    };

    QByteArray head; ///< The header lines as sent, without the request line, CRLF after each.
    std::string method,
        target; ///< "POST", "/batch/?compression=gzip"; an absolute-form target is reduced to path and query.
    int minorVersion = 1;
    std::vector<Field> fields;
    QByteArray body; ///< De-chunked; Content-Encoding still applied.
    std::string peer; ///< "127.0.0.1:51724"

    std::string_view name(const Field &field) const
    {
        return {head.constData() + field.nameAt, field.nameSize};
    }
    std::string_view value(const Field &field) const
    {
        return {head.constData() + field.valueAt, field.valueSize};
    }
    /// The value of the first field of this name (any case); empty when absent.
    std::string_view header(std::string_view name) const;
    bool hasHeader(std::string_view name) const;
    /// The target up to '?', percent-encoding kept.
    std::string_view path() const;
    /// The target behind '?', or empty.
    std::string_view query() const;
    /// A query parameter, percent- and plus-decoded; empty when absent.
    std::string queryValue(std::string_view key) const;
    bool hasQueryKey(std::string_view key) const;
};

/// One answer. Content-Length, Date and Connection are added by the door.
struct HttpResponse
{
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// Text or JSON with its content type.
    static HttpResponse text(int status, std::string body);
    static HttpResponse json(int status, std::string body);
    HttpResponse &with(std::string name, std::string value); ///< Adds a header.
};

/// The standard reason phrase; "Unknown" for a status without one.
std::string_view reasonPhrase(int status);

/// ASCII case-insensitive equality, as header names and tokens compare.
bool equalsIgnoreCase(std::string_view a, std::string_view b);
std::string percentDecode(std::string_view text, bool plusIsSpace);

} // namespace Weir

Q_DECLARE_METATYPE(Weir::HttpRequest)
Q_DECLARE_METATYPE(Weir::HttpResponse)
