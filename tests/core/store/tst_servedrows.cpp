#include "core/store/servedrows.h"

#include "core/store/sessionfile.h"
#include "core/store/sqlite/database.h"
#include "core/store/sqlite/migrations.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Weir;

namespace {

const UtcTime start = *parseTime("2026-11-23T09:00:00Z");

std::shared_ptr<const std::vector<ServedValue>> valuesOf(std::vector<ServedValue> values)
{
    return std::make_shared<const std::vector<ServedValue>>(std::move(values));
}

ServedFlags answerOf(
    std::int64_t id, const std::string &user, std::shared_ptr<const std::vector<ServedValue>> values)
{
    ServedFlags answer;
    answer.id = id;
    answer.at = start + std::chrono::seconds(id);
    answer.path = FlagPath::Decide;
    answer.endpoint = "/decide";
    answer.version = 3;
    answer.isUnchanged = id % 2 == 0;
    answer.sdk = {"posthog-node", "3.6.3"};
    answer.distinctId = user;
    answer.workspaceId = "w1";
    if (id % 3 == 0)
        answer.askedKeys = {"a", "b\""};
    answer.values = std::move(values);
    return answer;
}

/// All members that are kept, and the values.
bool isSame(const ServedFlags &a, const ServedFlags &b)
{
    return a.id == b.id && a.at == b.at && a.path == b.path && a.endpoint == b.endpoint
        && a.version == b.version && a.isUnchanged == b.isUnchanged && a.sdk == b.sdk
        && a.distinctId == b.distinctId && a.workspaceId == b.workspaceId && a.askedKeys == b.askedKeys
        && *a.values == *b.values;
}

std::unique_ptr<Database> newSession()
{
    auto database = Database::openInMemory();
    if (!database || !createSession(**database))
        qFatal("no session could be made");
    return *std::move(database);
}

} // namespace

class ServedRowsTest : public QObject
{
    Q_OBJECT
private slots:
    void keepsAll();
    void keepsEqualOnce();
    void keepsTheNewest();
    void goesWithTheSession();
    void tellsWhatWasSeen();
    void pages();
    void forgetsWhatWasUndone();
    void comesBackWithTheFile();
};

void ServedRowsTest::keepsAll()
{
    const auto database = newSession();
    ServedRows rows(*database);
    const std::vector<ServedFlags> answers = {
        answerOf(1, "ada",
            valuesOf({{"on", FlagValue::on(), {}, false}, {"off", FlagValue::off(), {}, true},
                {"named", FlagValue::of("v\"2"), R"({"ttl":1.0})", true},
                {"true", FlagValue::of("true"), "null", false}})),
        answerOf(3, {}, valuesOf({})),
    };
    QVERIFY(rows.append(answers));
    const auto read = readServedRows(*database, 0, 1000);
    QVERIFY(read);
    QCOMPARE(read->size(), std::size_t(2));
    QVERIFY(isSame((*read)[0], answers[1]));
    QVERIFY(isSame((*read)[1], answers[0]));
    // A person with sqlite3 sees the same.
    QCOMPARE(*database->integer("SELECT count(*) FROM served_flags WHERE distinct_id = 'ada'"), 4);
    QCOMPARE(*database->integer(R"(SELECT count(*) FROM served_flags WHERE value = '"true"')"), 1);
}

void ServedRowsTest::keepsEqualOnce()
{
    const auto database = newSession();
    ServedRows rows(*database);
    const ServedValue a{"a", FlagValue::on(), {}, false}, b{"b", FlagValue::on(), {}, false};
    const auto both = valuesOf({a, b}), one = valuesOf({a});
    std::vector<ServedFlags> answers;
    for (std::int64_t id = 1; id <= 100; ++id)
        answers.push_back(answerOf(id, "user-" + std::to_string(id), id % 2 ? both : one));
    QVERIFY(rows.append(answers));
    QCOMPARE(*database->integer("SELECT count(*) FROM served"), 100);
    QCOMPARE(*database->integer("SELECT count(*) FROM served_set"), 2);
    QCOMPARE(*database->integer("SELECT count(*) FROM served_value"), 2);
}

void ServedRowsTest::keepsTheNewest()
{
    const auto database = newSession();
    constexpr std::int64_t capacity = 100, turns = 5;
    ServedRows rows(*database, capacity);
    const auto lasting = valuesOf({{"lasting", FlagValue::on(), {}, false}});
    for (std::int64_t id = 1; id <= turns * capacity; ++id) {
        const auto own = valuesOf({{"own", FlagValue::of(std::to_string(id)), {}, false}});
        QVERIFY(rows.append(std::vector<ServedFlags>{answerOf(id, "ada", id % 7 ? own : lasting)}));
        QVERIFY(rows.append(std::vector<SeenValue>{{id, "own", {start}}}));
        // Whatever went, each answer that is left has all of its values.
        const auto newest = readServedRows(*database, 0, 1000);
        QVERIFY(newest);
        QVERIFY(std::int64_t(newest->size()) >= std::min(id, capacity));
        for (const ServedFlags &answer : *newest)
            QCOMPARE(answer.values->front().key, std::string(answer.id % 7 ? "own" : "lasting"));
    }
    const std::int64_t most = capacity + capacity / 10;
    for (const char *table : {"served", "served_seen"})
        QVERIFY(*database->integer(std::string("SELECT count(*) FROM ") + table) <= most);
    // These are let go of a turn later.
    for (const char *table : {"served_set", "served_value"})
        QVERIFY(*database->integer(std::string("SELECT count(*) FROM ") + table) <= 2 * most);
}

void ServedRowsTest::goesWithTheSession()
{
    const auto database = newSession();
    ServedRows rows(*database);
    const auto values = valuesOf({{"a", FlagValue::on(), {}, false}});
    const auto oldest = [&database] { return readServedRows(*database, 0, 1000)->back().id; };
    for (std::int64_t id = 1; id <= 200; ++id)
        QVERIFY(rows.append(std::vector<ServedFlags>{answerOf(id, "ada", values)}));
    QVERIFY(rows.append(std::vector<SeenValue>{{1, "a", {start}}, {150, "a", {start}}}));
    QVERIFY(rows.dropBefore(start + 30s)); // Not worth it yet.
    QCOMPARE(oldest(), 1);
    QVERIFY(rows.dropBefore(start + 100s));
    QCOMPARE(oldest(), 100);
    QCOMPARE(*database->integer("SELECT count(*) FROM served_seen"), 1);
    QVERIFY(rows.dropBefore(start + 1h));
    QVERIFY(readServedRows(*database, 0, 1000)->empty());
    QVERIFY(rows.append(std::vector<ServedFlags>{answerOf(201, "ada", values)}));
    QCOMPARE(*readServedRows(*database, 0, 1000)->front().values, *values);
}

void ServedRowsTest::tellsWhatWasSeen()
{
    const auto database = newSession();
    ServedRows rows(*database);
    const auto values = valuesOf({{"a", FlagValue::on(), {}, false}, {"b", FlagValue::on(), {}, false}});
    QVERIFY(rows.append(std::vector<ServedFlags>{answerOf(1, "ada", values), answerOf(2, "bob", values)}));
    QVERIFY(rows.append(std::vector<SeenValue>{
        {1, "b", {start + 5s, "tool_used", "run-1"}}, {1, "b", {start + 6s}}, {1, "gone", {start}}}));
    const auto read = readServedRows(*database, 0, 1000);
    QVERIFY(read);
    QVERIFY(isSame((*read)[0], answerOf(2, "bob", values)));
    QVERIFY(!(*read)[1].values->at(0).seen);
    QCOMPARE(*(*read)[1].values->at(1).seen, (FlagSeen{start + 5s, "tool_used", "run-1"}));
}

void ServedRowsTest::pages()
{
    const auto database = newSession();
    ServedRows rows(*database);
    std::vector<ServedFlags> answers;
    for (std::int64_t id = 1; id <= 10; ++id)
        answers.push_back(answerOf(id, "ada", valuesOf({})));
    QVERIFY(rows.append(answers));
    const auto ids = [&database](std::int64_t before) {
        QStringList list;
        const auto read = readServedRows(*database, before, 3);
        for (const ServedFlags &answer : read ? *read : std::vector<ServedFlags>())
            list += QString::number(answer.id);
        return list.join(u' ');
    };
    QCOMPARE(ids(0), QStringLiteral("10 9 8"));
    QCOMPARE(ids(8), QStringLiteral("7 6 5"));
    QCOMPARE(ids(3), QStringLiteral("2 1"));
}

void ServedRowsTest::forgetsWhatWasUndone()
{
    const auto database = newSession();
    ServedRows rows(*database);
    const auto values = valuesOf({{"a", FlagValue::on(), {}, false}});
    {
        const auto undone = Transaction::begin(*database, Transaction::Kind::Write);
        QVERIFY(undone);
        QVERIFY(rows.append(std::vector<ServedFlags>{answerOf(1, "ada", values)}));
    }
    rows.forget();
    QVERIFY(rows.append(std::vector<ServedFlags>{answerOf(1, "ada", values)}));
    const auto read = readServedRows(*database, 0, 1000);
    QVERIFY(read && read->size() == 1);
    QVERIFY(isSame(read->front(), answerOf(1, "ada", values)));
}

void ServedRowsTest::comesBackWithTheFile()
{
    const QTemporaryDir folder;
    WriterOptions options;
    options.path = folder.filePath(QStringLiteral("served.weir")).toStdString();
    const auto values = valuesOf({{"a", FlagValue::of("v2"), "[1]", true}});
    ServedNews news;
    for (std::int64_t id = 1; id <= servedAtOnce + 10; ++id)
        news.answers.push_back(answerOf(id, "ada", values));
    {
        auto file = SessionFile::open(options);
        QVERIFY(file);
        QVERIFY((*file)->info().served->empty());
        QVERIFY((*file)->writeServed(news));
    }
    auto file = SessionFile::open(options);
    QVERIFY(file);
    const std::vector<ServedFlags> &newest = *(*file)->info().served;
    QCOMPARE(int(newest.size()), servedAtOnce);
    QVERIFY(isSame(newest.front(), news.answers.back()));
    const auto older = (*file)->readServed(newest.back().id);
    QVERIFY(older);
    QCOMPARE(older->size(), std::size_t(10));
    QVERIFY(isSame(older->back(), news.answers.front()));
    // Emptied with the session.
    QVERIFY((*file)->clear());
    QVERIFY((*file)->readServed(0)->empty());
    QVERIFY((*file)->writeServed({{answerOf(5000, "bob", values)}, {}}));
    QVERIFY(isSame((*file)->readServed(0)->front(), answerOf(5000, "bob", values)));
}

QTEST_GUILESS_MAIN(ServedRowsTest)
#include "tst_servedrows.moc"
