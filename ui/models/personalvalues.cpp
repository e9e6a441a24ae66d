#include "ui/models/personalvalues.h"

#include "core/base/jsoncursor.h"
#include "ui/models/format.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int deepest = 8;
constexpr qsizetype mostValues = 200, shortestWord = 3;

// Keys in lower case without signs: "first_name", "firstName" and "$first-name" are one.
constexpr std::array<std::string_view, 23> nameKeys = {"name", "firstname", "lastname", "fullname",
    "middlename", "givenname", "familyname", "surname", "nickname", "displayname", "username", "realname",
    "maidenname", "contactname", "customername", "personname", "recipient", "recipientname", "sendername",
    "accountholder", "cardholder", "cardholdername", "author"};
constexpr std::array<std::string_view, 36> otherKeys = {"email", "emailaddress", "mail", "phone",
    "phonenumber", "mobile", "mobilenumber", "telephone", "tel", "fax", "address", "homeaddress",
    "billingaddress", "shippingaddress", "street", "streetaddress", "addressline1", "addressline2", "city",
    "zip", "zipcode", "postcode", "postalcode", "ip", "ipaddress", "clientip", "remoteaddr", "remoteip",
    "birthday", "birthdate", "dateofbirth", "dob", "ssn", "passport", "iban", "accountnumber"};

/// Members with a `name` that is nobody's.
constexpr std::array<std::string_view, 9> things
    = {"app", "library", "os", "device", "network", "screen", "page", "campaign", "browser"};
/// Where an event keeps what its program said: its own members are the protocol's.
constexpr std::array<std::string_view, 7> holders
    = {"properties", "traits", "context", "record", "old_record", "$set", "$set_once"};

bool isOneOf(std::span<const std::string_view> names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

std::string plain(std::string_view key)
{
    std::string text;
    for (const char c : key) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            text += c;
        else if (c >= 'A' && c <= 'Z')
            text += char(c - 'A' + 'a');
    }
    return text;
}

class Collector
{
public:
    explicit Collector(JsonCursor &cursor)
        : m_cursor(cursor)
    {
    }
    void read(std::string_view holder, int depth);
    QStringList take() { return std::move(m_values); }

private:
    void note(std::string_view key);
    void add(const QString &value);

    JsonCursor &m_cursor;
    QStringList m_values;
};

void Collector::read(std::string_view holder, int depth)
{
    const bool isThing = isOneOf(things, holder);
    const bool isEvent = depth == 0;
    m_cursor.object([&](std::string_view key) {
        const JsonKind kind = m_cursor.kind();
        if (kind == JsonKind::Object && depth < deepest && (!isEvent || isOneOf(holders, key)))
            read(std::string(key), depth + 1);
        else if (!isEvent && !isThing && (kind == JsonKind::String || kind == JsonKind::Number))
            note(key);
    });
}

/// The value under the cursor, when its key says that it is a person's.
void Collector::note(std::string_view key)
{
    const std::string spelled = plain(key);
    const bool isName = isOneOf(nameKeys, spelled);
    if (!isName && !isOneOf(otherKeys, spelled))
        return;
    const QString value = fromUtf8(m_cursor.textOf()).trimmed();
    add(value);
    if (!isName)
        return;
    for (const QString &word : value.split(u' ', Qt::SkipEmptyParts)) {
        if (word.size() >= shortestWord)
            add(word);
    }
}

void Collector::add(const QString &value)
{
    if (!value.isEmpty() && m_values.size() < mostValues && !m_values.contains(value))
        m_values += value;
}

} // namespace

bool isPersonalKey(std::string_view key)
{
    const std::string spelled = plain(key);
    return isOneOf(nameKeys, spelled) || isOneOf(otherKeys, spelled);
}

QStringList personalValues(std::string_view payload)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (!index.build(payload))
        return {};
    JsonCursor cursor(index, JsonConstants::Json5);
    if (cursor.kind() != JsonKind::Object)
        return {};
    Collector collector(cursor);
    collector.read({}, 0);
    return collector.take();
}

} // namespace Weir
