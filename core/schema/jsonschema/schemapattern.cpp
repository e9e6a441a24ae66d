#include "core/schema/jsonschema/schemapattern.h"

#include <algorithm>
#include <iterator>

namespace Weir {

namespace {

constexpr std::string_view blanks = "\\t\\n\\x0B\\f\\r \\u00A0\\uFEFF\\u2028\\u2029\\p{Zs}";

struct CategoryName
{
    std::string_view name, letters;
};

constexpr CategoryName categories[] = {
    {"Letter", "L"},
    {"Lowercase_Letter", "Ll"},
    {"Uppercase_Letter", "Lu"},
    {"Titlecase_Letter", "Lt"},
    {"Cased_Letter", "L&"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Other", "C"},
    {"Control", "Cc"},
};

/// {Script=Greek} → {Greek}, {Letter} → {L}; anything else stays.
std::string propertyName(std::string_view name)
{
    for (const std::string_view prefix :
        {"Script=", "sc=", "Script_Extensions=", "scx=", "General_Category=", "gc="}) {
        if (name.starts_with(prefix)) {
            name.remove_prefix(prefix.size());
            break;
        }
    }
    const auto known = std::ranges::find(categories, name, &CategoryName::name);
    return std::string(known == std::end(categories) ? name : known->letters);
}

} // namespace

std::string toPcrePattern(std::string_view pattern)
{
    std::string out;
    bool inClass = false;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (c == '[' && inClass) {
            out += "\\["; // PCRE2 would look for [:alpha:].
            continue;
        }
        inClass = c == '[' || (inClass && c != ']');
        if (c != '\\' || at + 1 == pattern.size()) {
            out += c;
            continue;
        }
        const char next = pattern[++at];
        if (next == 's')
            out += inClass ? std::string(blanks) : '[' + std::string(blanks) + ']';
        else if (next == 'S' && !inClass)
            out += "[^" + std::string(blanks) + ']';
        else
            (out += '\\') += next;
        const std::size_t close = pattern.find('}', at);
        if ((next == 'p' || next == 'P') && at + 1 < pattern.size() && pattern[at + 1] == '{'
            && close != std::string_view::npos) {
            out += '{' + propertyName(pattern.substr(at + 2, close - at - 2)) + '}';
            at = close;
        }
    }
    return out;
}

} // namespace Weir
