#include "core/flags/flagtext.h"

#include "core/base/jsontext.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

#include <QString>

namespace Weir {

namespace {

using Json = nlohmann::json;

constexpr int maxTextDepth = 64;

/// The shortest digits that give `value` again, laid out as serde_json does: 5.0, 0.00001, 1e-6, 1.5e300.
std::string numberText(double value)
{
    char buffer[40];
    const auto end
        = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific);
    std::string digits;
    const char *at = buffer;
    for (; at != end.ptr && *at != 'e'; ++at) {
        if (*at != '.')
            digits += *at;
    }
    int exponent = 0;
    if (at != end.ptr)
        std::from_chars(at + (at[1] == '+' ? 2 : 1), end.ptr, exponent);
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1; // Where the decimal point stands, in digits from the first.
    std::string text = std::signbit(value) ? "-" : "";
    if (count <= point && point <= 16)
        return text + digits + std::string(static_cast<std::size_t>(point - count), '0') + ".0";
    if (0 < point && point <= 16) {
        const auto whole = static_cast<std::size_t>(point);
        return text + digits.substr(0, whole) + "." + digits.substr(whole);
    }
    if (-5 < point && point <= 0)
        return text + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    text += digits.front();
    if (count > 1)
        text.append(".").append(digits, 1);
    return text + "e" + std::to_string(exponent);
}

void write(JsonText &out, const Json &value, int depth)
{
    if (depth > maxTextDepth) {
        out.text("…");
    } else if (const auto *text = value.get_ptr<const Json::string_t *>()) {
        out.text(*text);
    } else if (value.is_number_float()) {
        out.raw(numberText(value.get<double>()));
    } else if (value.is_number_unsigned()) {
        out.raw(std::to_string(value.get<std::uint64_t>()));
    } else if (value.is_number_integer()) {
        out.raw(std::to_string(value.get<std::int64_t>()));
    } else if (value.is_boolean()) {
        out.boolean(value.get<bool>());
    } else if (value.is_array()) {
        out.beginArray();
        for (const Json &item : value)
            write(out, item, depth + 1);
        out.endArray();
    } else if (const auto *members = value.get_ptr<const Json::object_t *>()) {
        out.beginObject();
        for (const auto &[name, member] : *members) {
            out.key(name);
            write(out, member, depth + 1);
        }
        out.endObject();
    } else {
        out.null();
    }
}

bool isAscii(std::string_view text)
{
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// A capital sigma at the end of a word becomes ς. QString::toLower() does not know that rule.
void mendFinalSigma(const QString &original, QString &lowered)
{
    if (original.size() != lowered.size())
        return;
    for (qsizetype i = 1; i < original.size(); ++i) {
        const bool ends = i + 1 == original.size() || !original.at(i + 1).isLetter();
        if (original.at(i) == QChar(0x3A3) && ends && original.at(i - 1).isLetter())
            lowered[i] = QChar(0x3C2);
    }
}

} // namespace

std::string flagText(const Json &value)
{
    if (const auto *text = value.get_ptr<const Json::string_t *>())
        return *text;
    return toJsonText(value);
}

std::string toJsonText(const Json &value)
{
    JsonText out;
    write(out, value, 0);
    return std::move(out).str();
}

std::string toLower(std::string_view text)
{
    if (isAscii(text))
        return toAsciiLower(text);
    const QString original = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    QString lowered = original.toLower();
    mendFinalSigma(original, lowered);
    return lowered.toStdString();
}

std::string toAsciiLower(std::string_view text)
{
    std::string lowered(text);
    for (char &c : lowered)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lowered;
}

} // namespace Weir
