#include "core/automation/access.h"
#include "tests/support/requests.h"

#include <QTest>

using namespace Weir;

namespace {

using Headers = Testing::HeaderPairs;

HttpRequest requestWith(const Headers &headers)
{
    return Testing::makeRequest("GET", "/weir/health", headers, {});
}

} // namespace

Q_DECLARE_METATYPE(Headers)
Q_DECLARE_METATYPE(AccessPolicy)

class TestAccess : public QObject
{
    Q_OBJECT
private slots:
    void refuses_data();
    void refuses();
};

void TestAccess::refuses_data()
{
    QTest::addColumn<AccessPolicy>("policy");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<int>("status"); // 0: may pass.

    const AccessPolicy local{{"127.0.0.1"}, 9347, false, {}};
    const AccessPolicy six{{"::1"}, 9347, false, {}};
    const AccessPolicy named{{"weir.lan"}, 9347, true, "s3cret"};
    const AccessPolicy open{{"0.0.0.0"}, 9347, true, "s3cret"};
    const auto row = [](const char *name, const AccessPolicy &policy, const Headers &headers, int status) {
        QTest::newRow(name) << policy << headers << status;
    };
    row("loopback", local, {{"Host", "127.0.0.1:9347"}}, 0);
    row("localhost", local, {{"Host", "localhost:9347"}}, 0);
    row("localhost, upper case", local, {{"Host", "LocalHost:9347"}}, 0);
    row("six", six, {{"Host", "[::1]:9347"}}, 0);
    row("without port", local, {{"Host", "localhost"}}, 0);
    row("through a tunnel's port", local, {{"Host", "localhost:8080"}}, 0);
    row("no host", local, {}, 403);
    row("empty host", local, {{"Host", ""}}, 403);
    row("rebound name", local, {{"Host", "evil.example:9347"}}, 403);
    row("looks like loopback", local, {{"Host", "127.0.0.1.evil.example"}}, 403);
    row("looks like localhost", local, {{"Host", "localhost.evil.example"}}, 403);
    row("credentials in front", local, {{"Host", "localhost@evil.example"}}, 403);
    row("other address", local, {{"Host", "192.0.2.1:9347"}}, 403);
    row("port that is none", local, {{"Host", "localhost:93x"}}, 403);
    row("bracket left open", local, {{"Host", "[::1"}}, 403);

    row("same origin", local, {{"Host", "localhost:9347"}, {"Origin", "http://localhost:9347"}}, 0);
    row("loopback origin of this port", local,
        {{"Host", "localhost:9347"}, {"Origin", "http://127.0.0.1:9347"}}, 0);
    row("loopback origin of another port", local,
        {{"Host", "localhost:9347"}, {"Origin", "http://localhost:3000"}}, 403);
    row("foreign origin", local, {{"Host", "localhost:9347"}, {"Origin", "https://evil.example"}}, 403);
    row("foreign origin with our port", local,
        {{"Host", "localhost:9347"}, {"Origin", "http://evil.example:9347"}}, 403);
    row("null origin", local, {{"Host", "localhost:9347"}, {"Origin", "null"}}, 403);
    row("empty origin", local, {{"Host", "localhost:9347"}, {"Origin", ""}}, 403);
    row("https origin", local, {{"Host", "localhost:9347"}, {"Origin", "https://localhost:9347"}}, 403);

    row("exposed without token", open, {{"Host", "192.0.2.1:9347"}}, 401);
    row("exposed, from this machine, without token", open, {{"Host", "localhost:9347"}}, 401);
    row("exposed with token", open, {{"Host", "192.0.2.1:9347"}, {"Authorization", "Bearer s3cret"}}, 0);
    row("scheme in any case", open, {{"Host", "192.0.2.1:9347"}, {"Authorization", "bearer s3cret"}}, 0);
    row("wrong token", open, {{"Host", "192.0.2.1:9347"}, {"Authorization", "Bearer s3creT"}}, 401);
    row("token and more", open, {{"Host", "192.0.2.1:9347"}, {"Authorization", "Bearer s3crets3cret"}}, 401);
    row("start of the token", open, {{"Host", "192.0.2.1:9347"}, {"Authorization", "Bearer s3"}}, 401);
    row("empty token", open, {{"Host", "192.0.2.1:9347"}, {"Authorization", "Bearer "}}, 401);
    row("other scheme", open, {{"Host", "192.0.2.1:9347"}, {"Authorization", "Basic s3cret"}}, 401);
    row("name of ours", named, {{"Host", "weir.lan:9347"}, {"Authorization", "Bearer s3cret"}}, 0);
    row("name of others, token right", open,
        {{"Host", "evil.example:9347"}, {"Authorization", "Bearer s3cret"}}, 403);
}

void TestAccess::refuses()
{
    QFETCH(AccessPolicy, policy);
    QFETCH(Headers, headers);
    QFETCH(int, status);
    const auto refused = refusal(requestWith(headers), policy);
    QCOMPARE(refused ? refused->status : 0, status);
}

QTEST_GUILESS_MAIN(TestAccess)
#include "tst_access.moc"
