#include "ui/panels/completionpopup.h"
#include "ui/panels/tokenedit.h"
#include "ui/theme/theme.h"

#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

/// The field in a window, as the user meets it: by keys and mouse only.
class TstTokenEdit : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        qRegisterMetaType<EventFilter>();
        m_theme.install();
    }
    void init()
    {
        m_window = std::make_unique<QWidget>();
        m_window->resize(900, 500);
        m_field = new TokenEdit(m_window.get(), [] { return fromMs(1'700'000'000'000); });
        m_field->setGeometry(10, 10, 700, 28);
        m_changed = std::make_unique<QSignalSpy>(m_field, &TokenEdit::filterChanged);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_field->activate();
        m_edit = m_field->findChild<QLineEdit *>();
        QVERIFY(m_edit->hasFocus());
    }
    void cleanup()
    {
        m_changed.reset();
        m_window.reset();
    }

    void enterApplies()
    {
        QTest::keyClicks(m_edit, u"event is not $pageview"_s);
        QVERIFY(m_changed->isEmpty());
        QTest::keyClick(m_edit, Qt::Key_Return);
        QCOMPARE(m_changed->count(), 1);
        QCOMPARE(m_field->filter().notNames, std::vector<std::string>{"$pageview"});
        QVERIFY(m_edit->text().isEmpty());
        QVERIFY(m_edit->accessibleDescription().contains(u"event is not $pageview"));
    }

    void slashIsText()
    {
        QTest::keyClicks(m_edit, u"/e/"_s);
        QTest::keyClick(m_edit, Qt::Key_Return);
        QCOMPARE(m_field->filter().text, "/e/");
    }

    void tabCompletesKeyOperatorAndValue()
    {
        QSignalSpy needed(m_field, &TokenEdit::valuesNeeded);
        m_field->setKeys({u"tool_name"_s, u"tool_version"_s});
        QTest::keyClicks(m_edit, u"tool_n"_s);
        QTest::keyClick(m_edit, Qt::Key_Tab);
        QCOMPARE(m_edit->text(), u"tool_name "_s);
        QTest::keyClick(m_edit, Qt::Key_Tab);
        QCOMPARE(m_edit->text(), u"tool_name is "_s);
        QTest::keyClicks(m_edit, u"po"_s);
        QCOMPARE(needed.last(), (QVariantList{u"tool_name"_s, u"po"_s}));
        m_field->setValues(u"tool_name"_s, {{u"post_ledger"_s, 402}, {u"postal_lookup"_s, 88}});
        QTest::keyClick(m_edit, Qt::Key_Down);
        QTest::keyClick(m_edit, Qt::Key_Return); // Chosen with an arrow key, so Enter takes it, too.
        QCOMPARE(m_field->terms(), (QList<FilterTerm>{{u"tool_name"_s, FilterOp::Is, u"postal_lookup"_s}}));
        QCOMPARE(m_changed->count(), 1);
    }

    void valuesOfAnotherKeyAreDropped()
    {
        QTest::keyClicks(m_edit, u"model:"_s);
        m_field->setValues(u"tool_name"_s, {{u"post_ledger"_s, 402}});
        auto *list = popup()->findChild<QListView *>();
        QVERIFY(list->model()->index(0, 0).data().toString() != u"post_ledger"_s);
    }

    void builtInValuesNeedNoAnswer()
    {
        QSignalSpy needed(m_field, &TokenEdit::valuesNeeded);
        QTest::keyClicks(m_edit, u"source:rud"_s);
        QVERIFY(needed.isEmpty());
        QTest::keyClick(m_edit, Qt::Key_Tab);
        QCOMPARE(m_field->filter().sources, std::vector<Source>{Source::RudderStack});
    }

    void escapeGoesStepByStep()
    {
        QSignalSpy dismissed(m_field, &TokenEdit::dismissed);
        QTest::keyClicks(m_edit, u"tool"_s);
        m_field->setKeys({u"tool_name"_s});
        QTest::keyClicks(m_edit, u"_"_s);
        QVERIFY(popup()->isVisible());
        QTest::keyClick(m_edit, Qt::Key_Escape);
        QVERIFY(!popup()->isVisible());
        QCOMPARE(m_edit->text(), u"tool_"_s);
        QTest::keyClick(m_edit, Qt::Key_Escape);
        QVERIFY(m_edit->text().isEmpty());
        QCOMPARE(dismissed.count(), 0);
        QTest::keyClick(m_edit, Qt::Key_Escape);
        QCOMPARE(dismissed.count(), 1);
    }

    void whatCannotBeMeantStaysInTheField()
    {
        QTest::keyClicks(m_edit, u"source is mixpanel"_s);
        QTest::keyClick(m_edit, Qt::Key_Return);
        QCOMPARE(m_edit->text(), u"source is mixpanel"_s);
        QVERIFY(m_changed->isEmpty());
        QVERIFY(m_edit->accessibleDescription().startsWith(u"There is no source mixpanel"));
    }

    void backspaceEditsTheLastToken()
    {
        m_field->setTerms({{u"event"_s, FilterOp::Is, u"a"_s}, {u"user_id"_s, FilterOp::Is, u"u_1"_s}});
        QTest::keyClick(m_edit, Qt::Key_Backspace);
        QCOMPARE(m_edit->text(), u"user_id is u_1"_s);
        QCOMPARE(m_field->terms().size(), 1);
        QVERIFY(m_field->filter().userId.empty());
    }

    void clickOnTheCrossRemoves()
    {
        m_field->setTerms({{u"event"_s, FilterOp::Is, u"tool_used"_s}});
        QCOMPARE(m_changed->count(), 1);
        QTest::mouseClick(m_field, Qt::LeftButton, {}, QPoint(m_edit->x() - 14, 14));
        QVERIFY(m_field->terms().isEmpty());
        QCOMPARE(m_changed->count(), 2);
    }

    void aSecondTextReplacesTheFirst()
    {
        m_field->addTerm({{}, FilterOp::Contains, u"one"_s});
        m_field->addTerm({{}, FilterOp::Contains, u"two"_s});
        m_field->addTerm({{}, FilterOp::Contains, u"two"_s});
        QCOMPARE(m_field->terms().size(), 1);
        QCOMPARE(m_field->filter().text, "two");
    }

    void manyTokensLeaveRoomToType()
    {
        QList<FilterTerm> terms;
        for (int i = 0; i < 12; ++i)
            terms.append({u"property_%1"_s.arg(i), FilterOp::Is, u"value"_s});
        m_field->setTerms(terms);
        QVERIFY(m_edit->width() >= 150);
        QVERIFY(m_field->rect().contains(m_edit->geometry()));
    }

private:
    CompletionPopup *popup() const { return m_window->findChild<CompletionPopup *>(); }

    Theme m_theme;
    std::unique_ptr<QWidget> m_window;
    std::unique_ptr<QSignalSpy> m_changed;
    TokenEdit *m_field = nullptr;
    QLineEdit *m_edit = nullptr;
};

QTEST_MAIN(TstTokenEdit)
#include "tst_tokenedit.moc"
