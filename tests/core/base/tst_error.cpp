#include "core/base/error.h"

#include <QTest>

#include <memory>

using namespace Weir;

namespace {

Result<int> half(int number)
{
    if (number % 2 != 0)
        return Error{Error::Kind::BadInput, "Expected an even number", "half"};
    return number / 2;
}

Result<std::string> quarter(int number)
{
    WEIR_TRY(const int once, half(number));
    WEIR_TRY(const int twice, half(once));
    return std::to_string(twice);
}

} // namespace

class ErrorTest : public QObject
{
    Q_OBJECT
private slots:
    void tryHandsOnValueOrError();
    void resultMovesItsValue();
    void voidResult();
    void text();
};

void ErrorTest::tryHandsOnValueOrError()
{
    QCOMPARE(*quarter(12), std::string("3"));
    const Result<std::string> failed = quarter(6);
    QVERIFY(!failed);
    QCOMPARE(failed.error(), (Error{Error::Kind::BadInput, "Expected an even number", "half"}));
}

void ErrorTest::resultMovesItsValue()
{
    Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
    const std::unique_ptr<int> taken = *std::move(result);
    QCOMPARE(*taken, 7);
}

void ErrorTest::voidResult()
{
    const Result<void> good;
    const Result<void> bad(Error{Error::Kind::Storage, "The disk is full", {}});
    QVERIFY(good.has_value());
    QVERIFY(!bad);
    QCOMPARE(bad.error().kind, Error::Kind::Storage);
}

void ErrorTest::text()
{
    QCOMPARE(toText(Error{Error::Kind::BadInput, "Expected an array", "/batch"}),
        std::string("/batch: Expected an array"));
    QCOMPARE(toText(Error{Error::Kind::BadInput, "Expected an array", {}}), std::string("Expected an array"));
}

QTEST_APPLESS_MAIN(ErrorTest)
#include "tst_error.moc"
