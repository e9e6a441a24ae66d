#pragma once

#include "core/base/jsoncursor.h"

#include <QByteArray>
#include <QString>

#include <string_view>
#include <vector>

namespace Weir {

/// One member of an object or element of an array, in the order and spelling of the bytes.
struct JsonMember
{
    QString key; ///< Unescaped; "0", "1", … in an array. Keys may repeat.
    JsonKind kind = JsonKind::Null;
    std::string_view raw; ///< The value's bytes, a view of the text that was given.
};

/// The members of the object or array that `json` is, at most `limit`; `total` counts all. Empty for any
/// other kind. Nothing is converted: numbers keep their digits.
struct JsonMembers
{
    std::vector<JsonMember> members;
    std::size_t total = 0;
};
Result<JsonMembers> jsonMembers(std::string_view json, std::size_t limit);

/// The kind of a value by its first byte.
JsonKind jsonKind(std::string_view json);

/// A string's text, unescaped; the bytes of any other value.
QString jsonText(std::string_view json);

/// `text` as a JSON string, in quotes.
QString jsonQuoted(const QString &text);

/// Several values as one array, a line each and byte for byte; a single one as it is.
QByteArray jsonArray(const std::vector<QByteArray> &values);

/// The same JSON with one member a line, indented by two blanks; all else byte for byte. `json` must be
/// valid; what is not comes back as it is.
QString jsonPretty(std::string_view json);

} // namespace Weir
