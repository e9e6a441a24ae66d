#include "core/event/payload.h"

#include "core/event/inflate.h"
#include "core/event/lzstring.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

// Follows the order of PostHog's capture server (rust/capture/src/payload), but lets the bytes decide where
// the server goes by a header, so that a wrong hint does not lose an event.

namespace Weir {

namespace {

// A form that holds base64 of base64 of gzip has four layers; nothing real has more than six.
constexpr int maxLayers = 8;
// How much of a body is looked at to tell what it is.
constexpr std::size_t probeBytes = 128;

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equalsLower(std::string_view text, std::string_view lowerCase)
{
    return std::equal(text.begin(), text.end(), lowerCase.begin(), lowerCase.end(),
        [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QByteArray copy(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// Starts as a JSON object or array does.
bool looksLikeJson(std::string_view bytes)
{
    if (bytes.starts_with("\xEF\xBB\xBF"))
        bytes.remove_prefix(3);
    const auto first = std::find_if_not(bytes.begin(), bytes.end(), isBlank);
    return first != bytes.end() && (*first == '{' || *first == '[');
}

/// Has one of the form fields that PostHog's SDKs send, near its start.
bool looksLikeForm(std::string_view bytes)
{
    const std::string_view probe = bytes.substr(0, probeBytes);
    for (const std::string_view key : {"data=", "_=", "ip=", "compression="}) {
        const std::size_t at = probe.find(key);
        if (at != std::string_view::npos && (at == 0 || probe[at - 1] == '&'))
            return true;
    }
    return false;
}

/// 0…63, or -1. The url alphabet is read too.
int sixBits(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool looksLikeBase64(std::string_view bytes)
{
    bytes = trimmed(bytes);
    const std::string_view probe = bytes.substr(0, probeBytes);
    return !bytes.empty()
        && std::all_of(probe.begin(), probe.end(), [](char c) { return sixBits(c) >= 0 || c == '='; });
}

/// Nothing when any character is foreign.
std::optional<QByteArray> fromBase64(std::string_view text)
{
    text = trimmed(text);
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    if (text.size() % 4 == 1)
        return {};
    QByteArray out(static_cast<qsizetype>(text.size() * 3 / 4), Qt::Uninitialized);
    char *to = out.data();
    std::uint32_t bits = 0;
    unsigned have = 0;
    for (const char c : text) {
        const int value = sixBits(c);
        if (value < 0)
            return {};
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        have += 6;
        if (have >= 8) {
            have -= 8;
            *to++ = static_cast<char>(bits >> have & 0xFF);
        }
    }
    return out;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// Plus and percent undone; a percent sign that is none stays.
std::string fromForm(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+') {
            out += ' ';
        } else if (text[at] == '%' && at + 2 < text.size() && hexDigit(text[at + 1]) >= 0
            && hexDigit(text[at + 2]) >= 0) {
            out += static_cast<char>(hexDigit(text[at + 1]) * 16 + hexDigit(text[at + 2]));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

/// Calls visit(key, value), still encoded, for each pair of a query or form, until it returns false.
template <typename Visit> void forEachPair(std::string_view text, Visit visit)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (!pair.empty() && !visit(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size()))))
            return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::optional<std::string> formValue(std::string_view text, std::string_view wanted)
{
    std::optional<std::string> found;
    forEachPair(text, [&](std::string_view key, std::string_view value) {
        if (key == wanted)
            found = fromForm(value);
        return !found;
    });
    return found;
}

/// A form's `data`. Base64 that was put into a form unescaped had its plus signs read as spaces.
std::string dataOf(std::string &&value)
{
    const std::string_view probe = std::string_view(value).substr(0, probeBytes);
    const bool base64 = std::all_of(
        probe.begin(), probe.end(), [](char c) { return sixBits(c) >= 0 || c == '=' || c == ' '; });
    if (base64)
        std::replace(value.begin(), value.end(), ' ', '+');
    return std::move(value);
}

std::string_view pathOf(std::string_view target)
{
    return target.substr(0, target.find('?'));
}

std::string_view queryOf(std::string_view target)
{
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

void appendJsonString(std::string &out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

/// RudderStack's pixel has its event in the query: one text member for each parameter, in their order.
QByteArray queryAsObject(std::string_view query)
{
    std::string out = "{";
    forEachPair(query, [&out](std::string_view key, std::string_view value) {
        if (out.size() > 1)
            out += ',';
        appendJsonString(out, fromForm(key));
        out += ':';
        appendJsonString(out, fromForm(value));
        return true;
    });
    out += '}';
    return copy(out);
}

/// RudderStack's webhook sources take queries and forms as well as JSON.
bool isHookPath(std::string_view path)
{
    while (!path.empty() && path.back() == '/')
        path.remove_suffix(1);
    return path.ends_with("/v1/webhook");
}

bool isForm(std::string_view contentType)
{
    constexpr std::string_view form = "application/x-www-form-urlencoded";
    return equalsLower(contentType.substr(0, form.size()), form);
}

bool isLzHint(std::string_view hint)
{
    return equalsLower(hint, "lz64") || equalsLower(hint, "lz-string");
}

/// Undoes layer after layer, as the bytes ask for it.
class Unwrapper
{
public:
    explicit Unwrapper(const BodyHints &hints)
        : m_hints(hints)
    {
    }

    Result<QByteArray> run(QByteArray bytes)
    {
        if (auto failed = undoContentEncoding(bytes))
            return *failed;
        m_compression = formValue(queryOf(m_hints.target), "compression").value_or(std::string());
        for (int layer = 0; layer < maxLayers && !looksLikeJson(view(bytes)); ++layer) {
            WEIR_TRY(auto inner, next(bytes));
            if (!inner)
                break;
            bytes = std::move(*inner);
        }
        return bytes;
    }

private:
    /// From the last encoding named to the first. One that the bytes do not have is passed over.
    std::optional<Error> undoContentEncoding(QByteArray &bytes)
    {
        std::string_view rest = m_hints.contentEncoding;
        for (int layer = 0; layer < maxLayers && !rest.empty(); ++layer) {
            const std::size_t comma = rest.rfind(',');
            const std::size_t from = comma == std::string_view::npos ? 0 : comma + 1;
            const std::string_view name = trimmed(rest.substr(from));
            rest = rest.substr(0, from == 0 ? 0 : comma);
            const auto compression = named(name, view(bytes));
            if (!compression)
                continue;
            auto plain = inflated(view(bytes), *compression, maxDecodedBytes);
            if (plain)
                bytes = *std::move(plain);
            else if (plain.error().where == "size" || !looksLikeText(view(bytes)))
                return plain.error();
        }
        return {};
    }

    static std::optional<Compression> named(std::string_view name, std::string_view bytes)
    {
        if (hasGzipMagic(bytes) || hasZstdMagic(bytes))
            return hasGzipMagic(bytes) ? Compression::Gzip : Compression::Zstd;
        if (equalsLower(name, "deflate"))
            return Compression::Deflate;
        if (equalsLower(name, "br"))
            return Compression::Brotli;
        return {};
    }

    static bool looksLikeText(std::string_view bytes)
    {
        return looksLikeJson(bytes) || looksLikeForm(bytes) || looksLikeBase64(bytes);
    }

    /// What lies inside these bytes; nothing when they are the last layer.
    Result<std::optional<QByteArray>> next(const QByteArray &bytes)
    {
        using Inner = std::optional<QByteArray>;
        const std::string_view text = view(bytes);
        if (hasGzipMagic(text) || hasZstdMagic(text)) {
            WEIR_TRY(auto plain,
                inflated(text, hasGzipMagic(text) ? Compression::Gzip : Compression::Zstd, maxDecodedBytes));
            return Inner(std::move(plain));
        }
        if (looksLikeForm(text)) {
            auto data = formValue(text, "data");
            if (m_compression.empty())
                m_compression = formValue(text, "compression").value_or(std::string());
            return data ? Inner(copy(dataOf(std::move(*data)))) : Inner();
        }
        if (!looksLikeBase64(text))
            return Inner();
        if (isLzHint(m_compression)) {
            auto plain = lzStringText(trimmed(text), maxDecodedBytes);
            if (plain && looksLikeText(view(*plain)))
                return Inner(*std::move(plain));
            if (!plain && plain.error().where == "size")
                return std::move(plain).error();
        }
        return Inner(usefulBase64(text));
    }

    /// "true" and "1234" are base64 as well: only what gives something readable is taken.
    static std::optional<QByteArray> usefulBase64(std::string_view text)
    {
        auto plain = fromBase64(text);
        if (plain
            && (hasGzipMagic(view(*plain)) || hasZstdMagic(view(*plain)) || looksLikeText(view(*plain))))
            return plain;
        return {};
    }

    const BodyHints &m_hints;
    std::string m_compression; ///< Of the query, else of the form.
};

} // namespace

Result<QByteArray> decodedBody(const QByteArray &wire, const BodyHints &hints)
{
    const std::string_view bytes = view(wire);
    if (hints.contentEncoding.empty() && looksLikeJson(bytes))
        return wire;
    const std::string_view path = pathOf(hints.target), query = queryOf(hints.target);
    const bool isHook = isHookPath(path), isGet = hints.method == "GET";
    if (isHook && hints.contentEncoding.empty() && isForm(hints.contentType))
        return queryAsObject(bytes);
    if (!wire.isEmpty())
        return Unwrapper(hints).run(wire);
    if (isGet && (isHook || path.find("/pixel/v1/") != std::string_view::npos))
        return queryAsObject(query);
    if (auto data = formValue(query, "data"); data && !data->empty())
        return Unwrapper(hints).run(copy(dataOf(std::move(*data))));
    return wire;
}

} // namespace Weir
