#include "core/flags/flagoverride.h"

#include <QTest>

using namespace Weir;

class FlagOverrideTest : public QObject
{
    Q_OBJECT
private slots:
    void covers_data();
    void covers();
    void matches();
    void replaces();
    void expires();
};

namespace {

FlagOverride overrideOf(const char *key, FlagValue value, FlagScope scope = {})
{
    FlagOverride override;
    override.key = key;
    override.value = std::move(value);
    override.scope = std::move(scope);
    return override;
}

std::vector<std::string> keysOf(const std::vector<const FlagOverride *> &overrides)
{
    std::vector<std::string> keys;
    for (const FlagOverride *override : overrides)
        keys.push_back(override->key);
    return keys;
}

} // namespace

void FlagOverrideTest::covers_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("workspace");
    QTest::addColumn<bool>("covered"); // The one who asks is ada of ws-1.
    const auto row = [](const char *user, const char *workspace, bool covered) {
        QTest::addRow("user '%s', workspace '%s'", user, workspace)
            << QString::fromUtf8(user) << QString::fromUtf8(workspace) << covered;
    };
    row("", "", true);
    row("ada", "", true);
    row("bob", "", false);
    row("Ada", "", false);
    row("", "ws-1", true);
    row("", "ws-2", false);
    row("ada", "ws-1", true);
    row("ada", "ws-2", false);
    row("bob", "ws-1", false);
}

void FlagOverrideTest::covers()
{
    QFETCH(QString, user);
    QFETCH(QString, workspace);
    QFETCH(bool, covered);
    const FlagScope scope{user.toStdString(), workspace.toStdString()};
    QCOMPARE(scope.covers({"ada", "ws-1"}), covered);
    QCOMPARE(scope.covers({}), scope.isEveryone()); // Who is nobody in particular gets what all get.
}

void FlagOverrideTest::matches()
{
    FlagOverrides overrides;
    overrides.set(overrideOf("b", FlagValue::on(), {"ada", {}}));
    overrides.set(overrideOf("c", FlagValue::off(), {{}, "ws-2"}));
    overrides.set(overrideOf("a", FlagValue::of("v2")));
    using Keys = std::vector<std::string>;
    QCOMPARE(keysOf(overrides.matching({"ada", "ws-1"})), (Keys{"a", "b"}));
    QCOMPARE(keysOf(overrides.matching({"bob", "ws-2"})), (Keys{"a", "c"}));
    QCOMPARE(keysOf(overrides.matching({})), (Keys{"a"}));
    const Keys asked{"c", "a", "z"}, none;
    QCOMPARE(keysOf(overrides.matching({"bob", "ws-2"}, &asked)), (Keys{"a", "c"}));
    QCOMPARE(keysOf(overrides.matching({"bob", "ws-2"}, &none)), Keys());
    QCOMPARE(keysOf(overrides.unscoped()), (Keys{"a"}));
}

void FlagOverrideTest::replaces()
{
    FlagOverrides overrides;
    overrides.set(overrideOf("a", FlagValue::of("v2"), {"ada", {}}));
    overrides.set(overrideOf("a", FlagValue::off()));
    QCOMPARE(overrides.all().size(), std::size_t(1));
    QVERIFY(overrides.find("a")->scope.isEveryone());
    QVERIFY(overrides.remove("a"));
    QVERIFY(!overrides.remove("a"));
    QVERIFY(overrides.isEmpty());
}

void FlagOverrideTest::expires()
{
    const UtcTime start = *parseTime("2026-11-23T09:00:00Z");
    FlagOverrides overrides;
    FlagOverride brief = overrideOf("brief", FlagValue::on());
    brief.expiresAt = start + 45min;
    overrides.set(brief);
    overrides.set(overrideOf("lasting", FlagValue::on()));
    QVERIFY(overrides.expire(start + 45min - 1ms).empty());
    QCOMPARE(overrides.expire(start + 45min), std::vector<std::string>{"brief"});
    QCOMPARE(keysOf(overrides.unscoped()), std::vector<std::string>{"lasting"});
}

QTEST_GUILESS_MAIN(FlagOverrideTest)
#include "tst_flagoverride.moc"
