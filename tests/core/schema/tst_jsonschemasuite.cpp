#include "core/base/jsonobject.h"
#include "core/schema/jsonschema/jsonschema.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>

#include <map>
#include <set>

using namespace Weir;
using namespace Qt::StringLiterals;

/// The JSON-Schema-Test-Suite: as Debian packs it, and its cases for 2020-12, which Debian's is too old for.
/// See tests/fixtures/schema/README.md. What is left out, docs/plan.md tells.
class TestJsonSchemaSuite : public QObject
{
    Q_OBJECT
private slots:
    void draft07_data();
    void draft07();
    void draft2020_data();
    void draft2020();
    void debian_data();
    void debian();
};

namespace {

struct Exception
{
    const char *file;
    const char *group; ///< Empty: all of the file.
    const char *reason;
};

constexpr const char *content = "contentEncoding and contentMediaType only annotate";
constexpr const char *ownMetaschema = "a metaschema of one's own is refused";

constexpr Exception exceptions[] = {
    {"optional/content.json", "", content},
    {"content.json", "validation of string-encoded content based on media type", content},
    {"content.json", "validation of binary string-encoding", content},
    {"content.json", "validation of binary-encoded media type documents", content},
    {"ecmascript-regex.json", "ECMA 262 regex non-compliance", "format only annotates"},
    {"vocabulary.json", "", ownMetaschema},
    {"optional/format-assertion.json", "", ownMetaschema},
};

struct Group
{
    std::string file, description, schema;
    std::vector<std::string> tests;
};

struct Suite
{
    std::vector<Group> groups;
    std::vector<JsonSchema::Source> remotes;
};

std::string contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

void addGroups(Suite &suite, const std::string &file, const std::string &json)
{
    const auto groups = readJsonArray(json);
    QVERIFY2(groups, file.c_str());
    for (const std::string &text : *groups) {
        const auto group = JsonObject::read(text);
        QVERIFY(group);
        const auto tests = readJsonArray(group->value("tests"));
        QVERIFY(tests);
        suite.groups.push_back(
            {file, jsonStringText(group->value("description")), std::string(group->value("schema")), *tests});
    }
}

/// The members of a file among the fixtures; none when it cannot be read.
std::vector<JsonObject::Member> membersOf(const std::string &json)
{
    const auto object = JsonObject::read(json);
    return object ? object->members() : std::vector<JsonObject::Member>();
}

std::string fixture(const QString &name)
{
    return contents(
        QStringLiteral(WEIR_SOURCE_DIR) + u"/tests/fixtures/schema/json-schema-test-suite/"_s + name);
}

void addMetaschemas(Suite &suite)
{
    for (const JsonObject::Member &metaschema : membersOf(fixture(u"metaschemas.json"_s)))
        suite.remotes.push_back({metaschema.key, metaschema.value});
}

Suite packedSuite(const QString &name)
{
    Suite suite;
    for (const JsonObject::Member &part : membersOf(fixture(name))) {
        for (const JsonObject::Member &file : membersOf(part.value)) {
            if (part.key == "files")
                addGroups(suite, file.key, file.value);
            else
                suite.remotes.push_back({file.key, file.value});
        }
    }
    addMetaschemas(suite);
    return suite;
}

const QString debianFolder = u"/usr/share/json-schema-test-suite"_s;

Suite installedSuite()
{
    Suite suite;
    for (const char *part : {"/tests/draft7", "/tests/draft7/optional"}) {
        QDirIterator walk(debianFolder + QString::fromLatin1(part), {u"*.json"_s}, QDir::Files);
        while (walk.hasNext()) {
            const QString path = walk.next();
            addGroups(suite, walk.fileName().toStdString(), contents(path));
        }
    }
    const QString remotes = debianFolder + u"/remotes/"_s;
    QDirIterator walk(remotes, {u"*.json"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        const QString path = walk.next();
        suite.remotes.push_back(
            {"http://localhost:1234/" + path.mid(remotes.size()).toStdString(), contents(path)});
    }
    addMetaschemas(suite);
    return suite;
}

bool isExcepted(const Group &group)
{
    return std::ranges::any_of(exceptions, [&](const Exception &exception) {
        return group.file == exception.file
            && (*exception.group == '\0' || group.description == exception.group);
    });
}

/// One row a group of cases, so that a schema is compiled once. `cases`: at least so many there are.
void addRows(Suite &suite, std::size_t cases)
{
    QTest::addColumn<int>("at");
    std::size_t all = 0;
    std::erase_if(suite.groups, [&](const Group &group) { return isExcepted(group); });
    for (std::size_t i = 0; i < suite.groups.size(); ++i) {
        const Group &group = suite.groups[i];
        all += group.tests.size();
        QTest::addRow("%s, %s", group.file.c_str(), group.description.c_str()) << static_cast<int>(i);
    }
    QVERIFY2(all >= cases, qPrintable(QString::number(all)));
}

void check(const Suite &suite, SchemaDialect dialect)
{
    QFETCH(int, at);
    const Group &group = suite.groups[static_cast<std::size_t>(at)];
    std::vector<JsonSchema::Source> documents{{{}, group.schema}};
    documents.insert(documents.end(), suite.remotes.begin(), suite.remotes.end());
    const auto schema = JsonSchema::compile(std::move(documents), {dialect});
    QVERIFY2(schema, schema ? "" : toText(schema.error()).c_str());
    JsonTape tape;
    for (const std::string &text : group.tests) {
        const auto test = JsonObject::read(text);
        const std::string data(test->value("data"));
        QVERIFY(tape.read(data));
        std::vector<SchemaFailure> failures;
        const SchemaVerdict verdict = schema->evaluate(tape, 0, failures);
        const bool expected = test->value("valid") == "true";
        QVERIFY2(verdict == (expected ? SchemaVerdict::Valid : SchemaVerdict::Invalid),
            (jsonStringText(test->value("description")) + ": " + data).c_str());
        QCOMPARE(failures.empty(), expected);
        for (const SchemaFailure &failure : failures) {
            QVERIFY(!schema->message(failure, tape).empty());
            QVERIFY(!schema->expected(failure).empty());
        }
    }
}

Suite &suiteOf(const QString &name)
{
    static std::map<QString, Suite> suites;
    const auto [suite, isNew] = suites.try_emplace(name);
    if (isNew)
        suite->second = name.isEmpty() ? installedSuite() : packedSuite(name);
    return suite->second;
}

} // namespace

void TestJsonSchemaSuite::draft07_data()
{
    addRows(suiteOf(u"draft7.json"_s), 1035);
}

void TestJsonSchemaSuite::draft07()
{
    check(suiteOf(u"draft7.json"_s), SchemaDialect::Draft07);
}

void TestJsonSchemaSuite::draft2020_data()
{
    addRows(suiteOf(u"draft2020-12.json"_s), 1442);
}

void TestJsonSchemaSuite::draft2020()
{
    check(suiteOf(u"draft2020-12.json"_s), SchemaDialect::Draft2020_12);
}

void TestJsonSchemaSuite::debian_data()
{
    QTest::addColumn<int>("at");
    if (QFile::exists(debianFolder))
        addRows(suiteOf({}), 433);
    else
        QTest::newRow("not installed") << -1;
}

void TestJsonSchemaSuite::debian()
{
    if (!QFile::exists(debianFolder))
        QSKIP("The Debian package json-schema-test-suite is not installed");
    check(suiteOf({}), SchemaDialect::Draft07);
}

QTEST_APPLESS_MAIN(TestJsonSchemaSuite)
#include "tst_jsonschemasuite.moc"
