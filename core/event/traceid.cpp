#include "core/event/traceid.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace Weir {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string toLower(std::string_view text)
{
    std::string result(text);
    for (char &c : result)
        c = lowered(c);
    return result;
}

bool equalsLower(std::string_view text, std::string_view lowerCase)
{
    if (text.size() != lowerCase.size())
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (lowered(text[i]) != lowerCase[i])
            return false;
    }
    return true;
}

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool isLowerHex(std::string_view text, std::size_t size)
{
    return text.size() == size && std::all_of(text.begin(), text.end(), isHexDigit);
}

bool isHex(std::string_view text, std::size_t size)
{
    return text.size() == size
        && std::all_of(text.begin(), text.end(), [](char c) { return isHexDigit(lowered(c)); });
}

bool isZero(std::string_view hex)
{
    return hex.find_first_not_of('0') == std::string_view::npos;
}

/// Lower-case hex of this size that is not all zeros: what the header grammars call a valid id.
bool isId(std::string_view text, std::size_t size)
{
    return isLowerHex(text, size) && !isZero(text);
}

std::string padded(std::string_view hex16)
{
    return std::string(16, '0') + std::string(hex16);
}

/// Cuts `text` up to the next separator off its front. Returns the whole rest when there is none.
std::string_view cut(std::string_view &text, char separator)
{
    const std::size_t at = text.find(separator);
    const std::string_view part = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    return part;
}

/// "8-4-4-4-12" hex digits, in braces or behind urn:uuid: or bare → 32 lower-case digits. Else empty.
std::string hexOfUuid(std::string_view text)
{
    constexpr std::string_view urn = "urn:uuid:";
    if (equalsLower(text.substr(0, urn.size()), urn))
        text.remove_prefix(urn.size());
    else if (text.size() == 38 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, 36);
    if (text.size() != 36)
        return {};
    std::string hex;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-')
                return {};
        } else {
            hex += lowered(text[i]);
        }
    }
    return isLowerHex(hex, 32) ? hex : std::string();
}

/// A body value that someone copied from a traceparent header. Lenient: any case, any version.
std::optional<TraceContext> contextOfTraceparentValue(std::string_view text)
{
    std::string_view rest = text;
    const std::string_view version = cut(rest, '-'), trace = cut(rest, '-'), parent = cut(rest, '-'),
                           flags = cut(rest, '-');
    if (!isHex(version, 2) || !isHex(trace, 32) || !isHex(parent, 16) || !isHex(flags, 2))
        return std::nullopt;
    TraceContext context;
    context.traceId = toLower(trace);
    if (!isZero(parent))
        context.parentSpanId = toLower(parent);
    unsigned bits = 0;
    std::from_chars(flags.data(), flags.data() + flags.size(), bits, 16);
    context.sampled = (bits & 1u) != 0;
    return context;
}

/// The values of the headers that matter, gathered in one pass.
struct Carriers
{
    enum Name : std::size_t {
        Traceparent,
        B3,
        B3TraceId,
        B3SpanId,
        B3Sampled,
        B3Flags,
        SentryTrace,
        DatadogTraceId,
        DatadogParentId,
        DatadogPriority,
        DatadogTags,
        Amazon,
        Google,
        Baggage,
        Count
    };
    std::array<std::string_view, Count> values;
    std::vector<std::string_view> moreBaggage; ///< Further lines of it; the other headers have but one.
    bool traceparentTwice = false;
    bool any = false;

    std::string_view operator[](Name name) const { return values[name]; }
};

constexpr std::array<std::string_view, Carriers::Count> carrierNames{"traceparent", "b3", "x-b3-traceid",
    "x-b3-spanid", "x-b3-sampled", "x-b3-flags", "sentry-trace", "x-datadog-trace-id", "x-datadog-parent-id",
    "x-datadog-sampling-priority", "x-datadog-tags", "x-amzn-trace-id", "x-cloud-trace-context", "baggage"};

Carriers gather(const HeaderList &headers)
{
    Carriers found;
    for (const auto &[name, value] : headers) {
        for (std::size_t i = 0; i < carrierNames.size(); ++i) {
            if (!equalsLower(name, carrierNames[i]))
                continue;
            const std::string_view text = trimmed(value);
            if (found.values[i].empty())
                found.values[i] = text;
            else if (i == Carriers::Baggage)
                found.moreBaggage.push_back(text);
            else if (i == Carriers::Traceparent)
                found.traceparentTwice = true;
            found.any = true;
            break;
        }
    }
    return found;
}

/// W3C Trace Context: lower case only; version 00 has exactly four fields, a later one may have a tail.
std::optional<TraceContext> fromTraceparent(const Carriers &carriers)
{
    std::string_view rest = carriers[Carriers::Traceparent];
    if (rest.empty() || carriers.traceparentTwice)
        return std::nullopt;
    const std::size_t size = rest.size();
    const std::string_view version = cut(rest, '-'), trace = cut(rest, '-'), parent = cut(rest, '-'),
                           flags = cut(rest, '-');
    if (!isLowerHex(version, 2) || version == "ff" || (version == "00" && size != 55) || !isId(trace, 32)
        || !isId(parent, 16) || !isLowerHex(flags, 2))
        return std::nullopt;
    unsigned bits = 0;
    std::from_chars(flags.data(), flags.data() + flags.size(), bits, 16);
    return TraceContext{
        std::string(trace), std::string(trace), {}, {}, std::string(parent), (bits & 1u) != 0};
}

std::optional<TraceContext> fromB3Ids(std::string_view trace, std::string_view span)
{
    if ((!isId(trace, 32) && !isId(trace, 16)) || isZero(trace) || !isId(span, 16))
        return std::nullopt;
    TraceContext context;
    context.traceId = trace.size() == 16 ? padded(trace) : std::string(trace);
    context.rawId = trace;
    context.parentSpanId = span;
    return context;
}

/// B3 single: "trace-span", then maybe "-sampling", then maybe "-parent". A bare sampling state has no id.
std::optional<TraceContext> fromB3(const Carriers &carriers)
{
    std::string_view rest = carriers[Carriers::B3];
    const std::string_view trace = cut(rest, '-'), span = cut(rest, '-');
    std::optional<TraceContext> context = fromB3Ids(trace, span);
    if (!context || rest.empty())
        return context;
    const std::string_view sampling = cut(rest, '-');
    if (sampling != "0" && sampling != "1" && sampling != "d")
        return std::nullopt;
    if (!rest.empty() && !isId(rest, 16))
        return std::nullopt;
    context->sampled = sampling != "0"; // d = debug, which implies sampled.
    return context;
}

std::optional<TraceContext> fromB3Headers(const Carriers &carriers)
{
    std::optional<TraceContext> context
        = fromB3Ids(carriers[Carriers::B3TraceId], carriers[Carriers::B3SpanId]);
    if (!context)
        return std::nullopt;
    const std::string_view sampled = carriers[Carriers::B3Sampled];
    if (carriers[Carriers::B3Flags] == "1" || sampled == "1" || equalsLower(sampled, "true"))
        context->sampled = true;
    else if (sampled == "0" || equalsLower(sampled, "false"))
        context->sampled = false;
    return context;
}

std::optional<TraceContext> fromSentry(const Carriers &carriers)
{
    std::string_view rest = carriers[Carriers::SentryTrace];
    const bool deferred = rest.size() == 32 + 1 + 16;
    const std::string_view trace = cut(rest, '-'), span = cut(rest, '-');
    if (!isId(trace, 32) || !isId(span, 16) || (!deferred && rest != "0" && rest != "1"))
        return std::nullopt;
    TraceContext context{std::string(trace), std::string(trace), {}, {}, std::string(span), {}};
    if (!deferred)
        context.sampled = rest == "1";
    return context;
}

/// Unsigned 64 bits in decimal → 16 hex digits. Neither qint64 nor double would hold them.
std::string hexOfDecimal(std::string_view decimal)
{
    std::uint64_t value = 0;
    const char *end = decimal.data() + decimal.size();
    const auto [stop, error] = std::from_chars(decimal.data(), end, value);
    if (decimal.empty() || error != std::errc() || stop != end || value == 0)
        return {};
    std::string hex(16, '0');
    for (std::size_t i = hex.size(); i-- > 0; value >>= 4)
        hex[i] = "0123456789abcdef"[value & 15u];
    return hex;
}

/// Datadog: the low half in decimal, the high half, if any, as _dd.p.tid among the tags.
std::optional<TraceContext> fromDatadog(const Carriers &carriers)
{
    const std::string_view decimal = carriers[Carriers::DatadogTraceId];
    const std::string low = hexOfDecimal(decimal);
    if (low.empty())
        return std::nullopt;
    TraceContext context;
    context.traceId = padded(low);
    context.rawId = decimal;
    context.parentSpanId = hexOfDecimal(carriers[Carriers::DatadogParentId]);
    for (std::string_view rest = carriers[Carriers::DatadogTags]; !rest.empty();) {
        const std::string_view tag = trimmed(cut(rest, ','));
        constexpr std::string_view tid = "_dd.p.tid=";
        if (tag.starts_with(tid) && isLowerHex(tag.substr(tid.size()), 16))
            context.traceId.replace(0, 16, tag.substr(tid.size()));
    }
    const std::string_view priority = carriers[Carriers::DatadogPriority];
    int value = 0;
    const auto [stop, error] = std::from_chars(priority.data(), priority.data() + priority.size(), value);
    if (error == std::errc() && stop == priority.data() + priority.size() && !priority.empty())
        context.sampled = value > 0;
    return context;
}

/// X-Ray: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", in any order.
std::optional<TraceContext> fromAmazon(const Carriers &carriers)
{
    TraceContext context;
    for (std::string_view rest = carriers[Carriers::Amazon]; !rest.empty();) {
        std::string_view value = cut(rest, ';');
        const std::string_view key = trimmed(cut(value, '='));
        value = trimmed(value);
        if (key == "Root") {
            context.rawId = value;
            const std::string_view version = cut(value, '-'), time = cut(value, '-');
            if (version != "1" || !isLowerHex(time, 8) || !isLowerHex(value, 24))
                return std::nullopt;
            context.traceId = std::string(time) + std::string(value);
        } else if (key == "Parent" && isId(value, 16)) {
            context.parentSpanId = value;
        } else if (key == "Sampled" && (value == "0" || value == "1")) {
            context.sampled = value == "1"; // "?" leaves it open.
        }
    }
    if (context.traceId.empty() || isZero(context.traceId))
        return std::nullopt;
    return context;
}

/// Google: "<32 hex>/<decimal span>;o=1", span and option optional.
std::optional<TraceContext> fromGoogle(const Carriers &carriers)
{
    std::string_view options = carriers[Carriers::Google];
    std::string_view span = cut(options, ';');
    const std::string_view trace = cut(span, '/');
    if (!isHex(trace, 32) || isZero(trace))
        return std::nullopt;
    TraceContext context{toLower(trace), std::string(trace), {}, {}, hexOfDecimal(span), {}};
    if (options == "o=0" || options == "o=1")
        context.sampled = options == "o=1";
    return context;
}

std::string percentDecoded(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        const char *at = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(at, at + 2, byte, 16).ptr == at + 2) {
            result += static_cast<char>(byte);
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

/// One line of W3C Baggage: "k1=v1;property, k2 = v2". sentry-trace_id wins over a trace_id of one's own.
std::optional<TraceContext> fromBaggageLine(std::string_view line)
{
    std::optional<TraceContext> own;
    while (!line.empty()) {
        std::string_view member = cut(line, ',');
        std::string_view value = cut(member, ';');
        const std::string_view key = trimmed(cut(value, '='));
        value = trimmed(value);
        if (key == "sentry-trace_id" && isId(value, 32))
            return TraceContext{std::string(value), std::string(value), {}, {}, {}, {}};
        if (key == "trace_id" && !own)
            own = traceFromBodyValue(percentDecoded(value), {});
    }
    return own;
}

std::optional<TraceContext> fromBaggage(const Carriers &carriers)
{
    std::optional<TraceContext> context = fromBaggageLine(carriers[Carriers::Baggage]);
    for (std::size_t i = 0; !context && i < carriers.moreBaggage.size(); ++i)
        context = fromBaggageLine(carriers.moreBaggage[i]);
    return context;
}

/// One carrier: what to call it, and its grammar. In order of precedence.
struct Grammar
{
    std::string_view carrier;
    std::optional<TraceContext> (*read)(const Carriers &carriers);
};

constexpr Grammar grammars[] = {
    {"header:traceparent", fromTraceparent},
    {"header:b3", fromB3},
    {"header:x-b3-traceid", fromB3Headers},
    {"header:sentry-trace", fromSentry},
    {"header:x-datadog-trace-id", fromDatadog},
    {"header:x-amzn-trace-id", fromAmazon},
    {"header:x-cloud-trace-context", fromGoogle},
    {"header:baggage", fromBaggage},
};

} // namespace

std::optional<TraceContext> traceFromBodyValue(std::string_view value, std::string_view carrier)
{
    const std::string_view text = trimmed(value);
    if (text.empty())
        return std::nullopt;
    TraceContext context;
    if (isHex(text, 32))
        context.traceId = toLower(text);
    else if (isHex(text, 16))
        context.traceId = padded(toLower(text));
    else if (std::string uuid = hexOfUuid(text); !uuid.empty())
        context.traceId = std::move(uuid);
    else if (std::optional<TraceContext> copied = contextOfTraceparentValue(text))
        context = std::move(*copied);
    else
        context.traceId = text; // Opaque: kept byte for byte, never hashed.
    if (context.traceId.size() == 32 && isZero(context.traceId))
        return std::nullopt;
    context.rawId = value;
    context.carrier = carrier;
    return context;
}

std::optional<TraceContext> traceFromHeaders(const HeaderList &headers)
{
    const Carriers carriers = gather(headers);
    if (!carriers.any)
        return std::nullopt;
    for (const Grammar &grammar : grammars) {
        if (std::optional<TraceContext> context = grammar.read(carriers)) {
            context->carrier = grammar.carrier;
            return context;
        }
    }
    return std::nullopt;
}

} // namespace Weir
