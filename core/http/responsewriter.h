#pragma once

#include "core/base/time.h"
#include "core/http/httpmessage.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace Weir {

/// How the end of an answer's body is told.
enum class Framing : std::uint8_t {
    Sized, ///< Content-Length.
    Chunked, ///< A stream.
    UntilClose, ///< A stream to an HTTP/1.0 client.
};

/// What the answer must know about its request and its connection.
struct ResponseContext
{
    std::string_view date; ///< As of httpDate().
    int minorVersion = 1; ///< The request's.
    enum class Method : std::uint8_t { Head, Other } method = Method::Other;
    enum class Connection : std::uint8_t { Keep, Close } connection = Connection::Keep;
    Framing framing = Framing::Sized;
};

/// Writes the answer behind what `out` holds. Headers that the connection decides (Content-Length, Date,
/// Connection, Transfer-Encoding, Keep-Alive) are the writer's alone; control characters in other values
/// become spaces, so that no value can end its line. To HEAD, and with 1xx, 204 and 304, no body is sent.
void appendResponse(std::string &out, const HttpResponse &response, const ResponseContext &context);

/// A part of a chunked body. Empty bytes write nothing, since an empty chunk would end the body.
void appendChunk(std::string &out, std::string_view bytes);
void appendLastChunk(std::string &out);

/// "Mon, 23 Nov 2026 09:06:39 GMT" (RFC 9110, 5.6.7).
std::string httpDate(UtcTime time);

/// May the answer have a body?
bool allowsBody(int status);

} // namespace Weir
