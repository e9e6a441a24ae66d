#include "core/schema/jsonschema/schemaevaluator.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool isLetterOrDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The digits that `text` begins with and that must be exactly `count`; takes them off. -1: they are not.
int takeDigits(std::string_view &text, std::size_t count)
{
    if (text.size() < count || !std::all_of(text.begin(), text.begin() + static_cast<int>(count), isDigit))
        return -1;
    int value = 0;
    std::from_chars(text.data(), text.data() + count, value);
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view &text, std::string_view oneOf)
{
    if (text.empty() || oneOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

bool takeDate(std::string_view &text)
{
    const int year = takeDigits(text, 4);
    if (year < 0 || !take(text, "-"))
        return false;
    const int month = takeDigits(text, 2);
    if (month < 1 || month > 12 || !take(text, "-"))
        return false;
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int day = takeDigits(text, 2);
    return day >= 1 && day <= days[month - 1] + (month == 2 && isLeap ? 1 : 0);
}

/// RFC 3339's, with its zone.
bool takeTime(std::string_view &text)
{
    const int hour = takeDigits(text, 2);
    if (hour < 0 || hour > 23 || !take(text, ":"))
        return false;
    const int minute = takeDigits(text, 2);
    if (minute < 0 || minute > 59 || !take(text, ":"))
        return false;
    const int second = takeDigits(text, 2);
    if (second < 0 || second > 60)
        return false;
    if (take(text, ".")) {
        if (!take(text, "0123456789"))
            return false;
        while (take(text, "0123456789")) { }
    }
    int offset = 0;
    if (!take(text, "zZ")) {
        const int sign = text.starts_with('-') ? -1 : 1;
        if (!take(text, "+-"))
            return false;
        const int hours = takeDigits(text, 2);
        if (hours < 0 || hours > 23 || !take(text, ":"))
            return false;
        const int minutes = takeDigits(text, 2);
        if (minutes < 0 || minutes > 59)
            return false;
        offset = sign * (hours * 60 + minutes);
    }
    // A leap second is the last of a day, UTC.
    return second < 60 || ((hour * 60 + minute - offset) % 1440 + 1440) % 1440 == 1439;
}

bool isUuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isDash = i == 8 || i == 13 || i == 18 || i == 23;
        if (isDash ? text[i] != '-' : !isHexDigit(text[i]))
            return false;
    }
    return true;
}

bool isHostname(std::string_view text)
{
    if (text.empty() || text.size() > 253)
        return false;
    while (true) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-'
            || !std::ranges::all_of(label, [](char c) { return isLetterOrDigit(c) || c == '-'; }))
            return false;
        if (dot == std::string_view::npos)
            return true;
        text.remove_prefix(dot + 1);
    }
}

bool isIpv4(std::string_view text)
{
    for (int part = 0; part < 4; ++part) {
        const std::size_t end = std::min(text.find('.'), text.size());
        int value = -1;
        std::from_chars(text.data(), text.data() + end, value);
        if (end == 0 || end > 3 || !std::all_of(text.begin(), text.begin() + static_cast<int>(end), isDigit)
            || value > 255 || (end > 1 && text.front() == '0'))
            return false;
        text.remove_prefix(end);
        if (part < 3 && !take(text, "."))
            return false;
    }
    return text.empty();
}

bool isIpv6(std::string_view text)
{
    int groups = 0;
    bool isShortened = false;
    if (text.starts_with("::")) {
        isShortened = true;
        text.remove_prefix(2);
    }
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(':'), text.size());
        const std::string_view group = text.substr(0, end);
        if (end == text.size() && group.find('.') != std::string_view::npos) {
            groups += 2;
            return isIpv4(group) && (isShortened ? groups < 8 : groups == 8);
        }
        if (group.empty() || group.size() > 4 || !std::ranges::all_of(group, isHexDigit))
            return false;
        ++groups;
        text.remove_prefix(end);
        if (text.starts_with("::") && !isShortened) {
            isShortened = true;
            text.remove_prefix(2);
        } else if (!text.empty() && (!take(text, ":") || text.empty())) {
            return false;
        }
    }
    return isShortened ? groups < 8 : groups == 8;
}

/// As ajv-formats has it: no quoted local parts.
bool isEmail(std::string_view text)
{
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || text.front() == '.' || text[at - 1] == '.'
        || text.substr(0, at).find("..") != std::string_view::npos)
        return false;
    const auto isLocal = [](char c) {
        return isLetterOrDigit(c)
            || std::string_view("!#$%&'*+/=?^_`{|}~.-").find(c) != std::string_view::npos;
    };
    return std::ranges::all_of(text.substr(0, at), isLocal) && isHostname(text.substr(at + 1));
}

} // namespace

bool hasFormat(SchemaFormat format, std::string_view text)
{
    switch (format) {
    case SchemaFormat::None:
        break;
    case SchemaFormat::DateTime:
        return takeDate(text) && take(text, "tT ") && takeTime(text) && text.empty();
    case SchemaFormat::Date:
        return takeDate(text) && text.empty();
    case SchemaFormat::Time:
        return takeTime(text) && text.empty();
    case SchemaFormat::Email:
        return isEmail(text);
    case SchemaFormat::Uuid:
        return isUuid(text);
    case SchemaFormat::Hostname:
        return isHostname(text);
    case SchemaFormat::Ipv4:
        return isIpv4(text);
    case SchemaFormat::Ipv6:
        return isIpv6(text);
    }
    return true;
}

} // namespace Weir
