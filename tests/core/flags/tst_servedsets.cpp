#include "core/flags/servedsets.h"

#include <QTest>

#include <algorithm>

using namespace Weir;

class ServedSetsTest : public QObject
{
    Q_OBJECT
private slots:
    void findsEqualOnes_data();
    void findsEqualOnes();
    void leavesOutWhatIsOmitted();
    void staysWithinBounds();
};

namespace {

FlagOutcome outcome(const std::string &key, const FlagValue &value)
{
    FlagOutcome made;
    made.key = key;
    made.value = value;
    return made;
}

} // namespace

void ServedSetsTest::findsEqualOnes_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<bool>("isSame");
    const auto row = [](const char *change, bool isSame) {
        QTest::newRow(change) << QString::fromLatin1(change) << isSame;
    };
    row("nothing", true);
    row("reason", true); // Not part of what is served.
    row("key", false);
    row("value", false);
    row("payload", false);
    row("override", false);
    row("order", false);
    row("one less", false);
}

void ServedSetsTest::findsEqualOnes()
{
    QFETCH(QString, change);
    QFETCH(bool, isSame);
    std::vector<FlagOutcome> outcomes = {outcome("a", FlagValue::of("v2")), outcome("b", FlagValue::off())};
    outcomes[0].payload = "[1.0]";
    ServedSets sets;
    const auto first = sets.of(outcomes);
    if (change == QStringLiteral("reason"))
        outcomes[0].reason.code = "another";
    else if (change == QStringLiteral("key"))
        outcomes[0].key = "c";
    else if (change == QStringLiteral("value"))
        outcomes[1].value = FlagValue::on();
    else if (change == QStringLiteral("payload"))
        outcomes[0].payload = "[1]";
    else if (change == QStringLiteral("override"))
        outcomes[0].isOverridden = true;
    else if (change == QStringLiteral("order"))
        std::swap(outcomes[0], outcomes[1]);
    else if (change == QStringLiteral("one less"))
        outcomes.pop_back();
    const std::size_t before = sets.additions();
    const auto second = sets.of(outcomes);
    QCOMPARE(first == second, isSame);
    QCOMPARE(sets.additions() == before, isSame);
    // However they come.
    QCOMPARE(sets.shared(std::make_shared<const ServedSets::Values>(*second)), second);
}

void ServedSetsTest::leavesOutWhatIsOmitted()
{
    std::vector<FlagOutcome> outcomes
        = {outcome("gone", FlagValue::off()), outcome("unknown", FlagValue::on())};
    outcomes[0].isOmitted = true;
    outcomes[1].value.reset(); // Inconclusive: who must answer says false.
    ServedSets sets;
    const std::vector<ServedValue> expected = {{"unknown", FlagValue::off(), {}, false}};
    QCOMPARE(*sets.of(outcomes), expected);
    QCOMPARE(sets.of(outcomes), sets.of(std::span(outcomes).subspan(1)));
}

void ServedSetsTest::staysWithinBounds()
{
    ServedSets sets;
    std::vector<FlagOutcome> outcomes(1000, outcome("a", FlagValue::on()));
    std::vector<std::weak_ptr<const ServedSets::Values>> all;
    for (int i = 0; i < 600; ++i) {
        outcomes.front().key = std::to_string(i);
        all.push_back(sets.of(outcomes));
        QVERIFY(!all.back().expired());
    }
    QVERIFY(std::ranges::count_if(all, [](const auto &set) { return !set.expired(); }) <= 250);
}

QTEST_GUILESS_MAIN(ServedSetsTest)
#include "tst_servedsets.moc"
