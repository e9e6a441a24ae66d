#include "core/base/jsontext.h"
#include "core/schema/warehouse/warehousejson.h"
#include "core/schema/warehouse/warehousename.h"
#include "core/schema/warehouse/warehouserows.h"
#include "tests/core/schema/warehousecases.h"

#include <algorithm>
#include <map>
#include <set>

#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;

namespace {

constexpr std::size_t longestServerTime = 38;

std::string shortened(std::string_view text)
{
    return std::string(text.substr(0, 120));
}

/// One thing in which a result is not the transformer's.
struct Difference
{
    enum class About { Event, Rows, Table, Columns, Type, Value };
    About about{};
    std::string column; ///< Of Columns, Type and Value.
    std::string ours, theirs;
};

using enum Difference::About;

void compareColumns(const WarehouseRow &ours, const JsonObject &columns, const JsonObject &data,
    std::vector<Difference> &found)
{
    std::set<std::string_view> known;
    for (const WarehouseColumn &column : ours.columns) {
        known.insert(column.name);
        if (!columns.has(column.name)) {
            found.push_back({Columns, column.name, column.name, {}});
            continue;
        }
        const std::string type = jsonStringText(columns.value(column.name));
        if (type != toText(column.type))
            found.push_back({Type, column.name, std::string(toText(column.type)), type});
        // The loader's columns have a type but no value yet.
        const std::string value(data.has(column.name) ? data.value(column.name) : "null");
        if (column.value.toJson() != value)
            found.push_back({Value, column.name, column.value.toJson(), value});
    }
    for (const JsonObject::Member &column : columns.members()) {
        if (!known.contains(column.key))
            found.push_back({Columns, column.key, {}, column.key});
    }
}

std::vector<Difference> differences(const Result<WarehouseRows> &ours, const JsonObject &item)
{
    if (item.has("error")) {
        const std::string message = jsonStringText(item.value("error"));
        if (ours)
            return {{Event, {}, "accepted", message}};
        // Where it trips over a type of its own language only the fact counts.
        const bool isTrip
            = message.starts_with("Cannot read properties") || message.ends_with("is not a function");
        if (!isTrip && message != ours.error().message)
            return {{Event, {}, ours.error().message, message}};
        return {};
    }
    if (!ours)
        return {{Event, {}, ours.error().message, "accepted"}};
    const std::vector<std::string> rows = *readJsonArray(item.value("rows"));
    if (rows.size() != ours->rows.size())
        return {{Rows, {}, std::to_string(ours->rows.size()), std::to_string(rows.size())}};
    std::vector<Difference> found;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const JsonObject theirs = *JsonObject::read(rows[at]);
        const std::string table = jsonStringText(theirs.value("table"));
        if (ours->rows[at].table != table)
            found.push_back({Table, {}, ours->rows[at].table, table});
        compareColumns(ours->rows[at], *JsonObject::read(theirs.value("columns")),
            *JsonObject::read(theirs.value("data")), found);
    }
    return found;
}

bool isColumn(const Difference &difference, std::string_view name)
{
    return QString::fromStdString(difference.column).toLower().toStdString() == name;
}

/// The Node module writes the JSON paths of all settings into the event's own, so they show in a stored
/// event.
bool isStoredPaths(const Difference &difference)
{
    if (difference.about != Value || !isColumn(difference, "rudder_event"))
        return false;
    if (!isJson(jsonStringText(difference.theirs)) || !isJson(jsonStringText(difference.ours)))
        return false;
    const auto withoutPaths = [](const std::string &json) {
        auto event = nlohmann::ordered_json::parse(jsonStringText(json));
        if (!event.is_object() || !event.contains("integrations"))
            return event;
        for (auto &integration : event["integrations"]) {
            if (integration.is_object() && integration["options"].is_object())
                integration["options"].erase("jsonPaths");
        }
        return event;
    };
    return withoutPaths(difference.ours) == withoutPaths(difference.theirs);
}

bool startsWith(std::string_view text, std::string_view start)
{
    return text.starts_with(start);
}

/// The rule by which rudder-server, which Weir follows, differs from the Node module; empty: none known.
/// `reference` is what we make of the event by the Node module's rules.
std::string_view explanation(const Difference &difference, const Result<WarehouseRows> &reference)
{
    if (isStoredPaths(difference))
        return "rudder_event does not hold the settings' jsonPaths";
    if (difference.about == Event) {
        if (difference.ours == "context is not a map")
            return "an event whose context is no object fails";
        if (difference.theirs.ends_with("Too many columns outputted from the event"))
            return "1600 columns instead of 200";
        if (startsWith(difference.theirs, "Cannot read properties"))
            return "integrations without options are ignored";
        if (difference.theirs.starts_with("name.") && difference.theirs.ends_with(" is not a function"))
            return "an event name that is no text makes no event table";
        return "";
    }
    if (!reference)
        return "";
    if (difference.about == Columns)
        return isColumn(difference, "constructor") ? "a key named constructor is kept" : "";
    // The name of an event that is such a text follows it, as does received_at, which then is the gateway's.
    const auto isLong = [&](const WarehouseFinding &finding) {
        return finding.before.size() > longestServerTime + 2
            && (finding.column == difference.column || finding.path == "event"
                || finding.path == "receivedAt");
    };
    if (std::ranges::any_of(reference->findings, isLong))
        return "a timestamp of more than 38 characters is text";
    if (difference.about == Value && isColumn(difference, "id") && !reference->rows.empty())
        return "users.id is rewritten when it looks like a timestamp";
    const auto isMoved = [&](const WarehouseFinding &finding) {
        return finding.rule == WarehouseRule::Moved
            && (finding.column == difference.column || finding.column.ends_with("EVENT_TEXT")
                || finding.column.ends_with("event_text"));
    };
    if (std::ranges::any_of(reference->findings, isMoved))
        return "a day that is not in its month loses its time";
    return "";
}

} // namespace

/// Compares names, timestamps, numbers and rows with the answers of RudderStack's own transformer.
class TestWarehouseTransformer : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void names();
    void times();
    void numbers();
    void rows();
    void deployed();

private:
    template <typename Check> void each(std::string_view key, int least, Check check);

    std::vector<JsonObject> m_cases;
    // A corpus of another's may be smaller than ours.
    const int m_least = qEnvironmentVariableIsSet("WEIR_WAREHOUSE_CASES") ? 0 : 500;
};

void TestWarehouseTransformer::initTestCase()
{
    for (const std::string &line : warehouseCases()) {
        auto item = JsonObject::read(line);
        QVERIFY2(item, line.c_str());
        m_cases.push_back(std::move(*item));
    }
    QVERIFY(!m_cases.empty());
}

/// Runs check(item) → what is wrong over the cases that have `key`, and fails when one of them differs.
template <typename Check> void TestWarehouseTransformer::each(std::string_view key, int least, Check check)
{
    int seen = 0, failed = 0;
    for (const JsonObject &item : m_cases) {
        if (!item.has(key))
            continue;
        ++seen;
        const std::vector<std::string> found = check(item);
        failed += !found.empty();
        for (const std::string &difference : found) {
            if (failed <= 40)
                qWarning(
                    "%s: %s", shortened(item.value(item.has("id") ? "id" : key)).c_str(), difference.c_str());
        }
    }
    qInfo("%d compared, %d differ", seen, failed);
    QVERIFY(seen >= least);
    QCOMPARE(failed, 0);
}

void TestWarehouseTransformer::names()
{
    each("name", m_least, [](const JsonObject &item) {
        std::vector<std::string> found;
        const std::string name = jsonStringText(item.value("name"));
        const std::string whole = snakeCase(name), divided = snakeCase(name, true);
        if (whole != jsonStringText(item.value("default")))
            found.push_back(whole + " instead of " + jsonStringText(item.value("default")));
        if (divided != jsonStringText(item.value("divided")))
            found.push_back(divided + " instead of " + jsonStringText(item.value("divided")) + ", divided");
        return found;
    });
}

void TestWarehouseTransformer::times()
{
    each("time", m_least, [](const JsonObject &item) -> std::vector<std::string> {
        const auto time = warehouseTime(jsonStringText(item.value("time")), WarehouseEngine::Transformer);
        const std::string iso = time ? toRfc3339(time->time) : std::string();
        const std::string wanted = jsonStringText(item.value("iso"));
        return iso == wanted ? std::vector<std::string>()
                             : std::vector<std::string>{iso + " instead of " + wanted};
    });
}

void TestWarehouseTransformer::numbers()
{
    each("number", m_least, [](const JsonObject &item) {
        std::vector<std::string> found;
        const JsNumber number = jsNumber(jsonStringText(item.value("number")));
        if (number.text != jsonStringText(item.value("text")))
            found.push_back(number.text + " instead of " + jsonStringText(item.value("text")));
        if (number.isWhole != (item.value("isWhole") == "true"))
            found.push_back("whole is wrong");
        return found;
    });
}

/// By the Node module's rules all must be equal, but for what it does to the events themselves.
void TestWarehouseTransformer::rows()
{
    each("warehouse", m_least * 2, [](const JsonObject &item) {
        WarehouseOptions options = optionsOf(item);
        options.engine = WarehouseEngine::Transformer;
        std::vector<std::string> found;
        for (const Difference &difference :
            differences(warehouseRows(jsonStringText(item.value("message")), options), item)) {
            if (!isStoredPaths(difference))
                found.push_back(
                    difference.column + ": " + difference.ours + " instead of " + difference.theirs);
        }
        return found;
    });
}

/// By the rules that Weir follows each difference must be one that is known of the two implementations.
void TestWarehouseTransformer::deployed()
{
    std::map<std::string_view, int> explained;
    each("warehouse", m_least * 2, [&explained](const JsonObject &item) {
        WarehouseOptions options = optionsOf(item);
        const std::string message = jsonStringText(item.value("message"));
        const auto ours = warehouseRows(message, options);
        options.engine = WarehouseEngine::Transformer;
        const auto reference = warehouseRows(message, options);
        std::vector<std::string> found;
        std::set<std::string_view> rules;
        for (const Difference &difference : differences(ours, item)) {
            const std::string_view rule = explanation(difference, reference);
            if (rule.empty())
                found.push_back(
                    difference.column + ": " + difference.ours + " instead of " + difference.theirs);
            else
                rules.insert(rule);
        }
        for (const std::string_view rule : rules)
            ++explained[rule];
        return found;
    });
    for (const auto &[rule, count] : explained)
        qInfo("%d events: %s", count, std::string(rule).c_str());
    QVERIFY(m_least == 0 || !explained.empty());
}

QTEST_APPLESS_MAIN(TestWarehouseTransformer)
#include "tst_warehousetransformer.moc"
