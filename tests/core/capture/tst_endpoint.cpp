#include "core/capture/endpoint.h"

#include <QTest>

using namespace Weir;

class EndpointTest : public QObject
{
    Q_OBJECT
private slots:
    void finds_data();
    void finds();
    void prefersTheOneThatTakesTheMethod();
};

namespace {

Intake nothing(const EndpointCall &)
{
    return {};
}

constexpr Endpoint first[] = {
    {MethodPost, "/e", nothing},
    {MethodPost, "/i/v0/e", nothing},
    {MethodPost, "/track", nothing},
    {MethodGet, "/array/*/config", nothing},
    {MethodGet, "/static/*", nothing},
    {MethodGet, "/static/*/*", nothing},
};
constexpr Endpoint second[] = {
    {MethodPost, "/v1/track", nothing},
    {MethodGet, "/", nothing},
    {MethodGet, "/v1/webhook", nothing},
    {MethodPost, "/v1/webhook", nothing},
};
constexpr std::span<const Endpoint> tables[] = {first, second};

} // namespace

void EndpointTest::finds_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("pattern"); // Empty: none.
    QTest::addColumn<QByteArray>("wildcard");
    const char *const rows[][3] = {
        {"/e", "/e", ""},
        {"/e/", "/e", ""},
        {"//e//", "/e", ""},
        {"/ingest/e/", "/e", ""},
        {"/a/b/c/d/e/f/g/h/i/j/k/e", "/e", ""},
        {"/i/v0/e/", "/i/v0/e", ""},
        {"/ingest//i/v0/e", "/i/v0/e", ""},
        {"/v0/e/", "", ""},
        {"/v1/e", "", ""},
        {"/ee", "", ""},
        {"/x-e", "", ""},
        {"/E", "", ""},
        {"/track", "/track", ""},
        {"/v1/track", "/v1/track", ""},
        {"/proxy/v1/track/", "/v1/track", ""},
        {"/v2/track", "", ""},
        {"/array/phc_x/config", "/array/*/config", "phc_x"},
        {"/ingest/array/phc_x/config/", "/array/*/config", "phc_x"},
        {"/array//config", "", ""},
        {"/array/phc_x/config.js", "", ""},
        {"/static/array.js", "/static/*", "array.js"},
        {"/static/1.449.2/surveys.js", "/static/*/*", "1.449.2"},
        {"/", "/", ""},
        {"", "/", ""},
        {"//", "/", ""},
        {"/ingest/", "", ""},
        {"/e/e/e", "/e", ""},
        {"/e/x", "", ""},
    };
    for (const auto &row : rows)
        QTest::newRow(row[0]) << QByteArray(row[0]) << QByteArray(row[1]) << QByteArray(row[2]);
}

void EndpointTest::finds()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, wildcard);
    const auto match = findEndpoint(tables, path.toStdString(), "POST");
    QCOMPARE(QByteArray::fromStdString(std::string(match.endpoint ? match.endpoint->pattern : "")), pattern);
    const std::string kept = path.toStdString();
    const auto again = findEndpoint(tables, kept, "GET");
    QCOMPARE(QByteArray::fromStdString(std::string(again.wildcard)), wildcard);
}

void EndpointTest::prefersTheOneThatTakesTheMethod()
{
    QCOMPARE(findEndpoint(tables, "/v1/webhook", "GET").endpoint, &second[2]);
    QCOMPARE(findEndpoint(tables, "/v1/webhook", "POST").endpoint, &second[3]);
    QCOMPARE(findEndpoint(tables, "/v1/webhook", "BREW").endpoint, &second[2]);
}

QTEST_GUILESS_MAIN(EndpointTest)
#include "tst_endpoint.moc"
