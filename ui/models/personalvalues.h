#pragma once

#include <QStringList>

#include <string_view>

namespace Weir {

/// The values in one event's JSON object whose keys say that they are a person's: names, addresses, phone
/// numbers, birthdays, account numbers. For maskedText(), since they look like nothing in particular. Names
/// also word by word. Empty when there are none or the JSON cannot be read. Pure; any thread.
QStringList personalValues(std::string_view payload);

/// Whether a property of this key holds something personal: "first_name", "firstName", "$ip".
bool isPersonalKey(std::string_view key);

} // namespace Weir
