#include "core/flags/flagdesk.h"
#include "tests/support/visibletexts.h"
#include "ui/panels/democontrols.h"
#include "ui/panels/stripboard.h"
#include "ui/panels/switchrow.h"
#include "ui/panels/tallboard.h"
#include "ui/theme/theme.h"
#include "ui/window/switchboard.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

const UtcTime start = *parseTime("2026-11-23T09:00:00Z");
const Sdk web{"web", "1.2"};
constexpr const char *guardrails = "enable_guardrails_tracing", *rag = "versioned_rag_tracking";

} // namespace

/// The switchboard before a board and a real desk.
class TstSwitchboard : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }
    void init();
    void cleanup();

    void showsTheDesk();
    void keysToggle();
    void keysTakeVariants();
    void keysInTheStrip();
    void nothingMoves();
    void scenesAreSegments();
    void rememberedVariantComesBack();
    void tellsOfLimits();
    void masksEvents_data();
    void masksEvents();
    void masksWhatIsPersonal();
    void goesBackToUpstream();
    void copiesTheReloadCall();
    void formsAndSizes();
    void stripTellsWhatItHides();
    void bothFormsHaveTheWindowsControls();
    void countsWhoIsConnected();
    void asksOnceWhenClosed_data();
    void asksOnceWhenClosed();
    void closesWithoutOverrides();
    void endOfTheProgramIsNotAskedAbout();
    void escapeReturns();
    void everyControlHasAName();

private:
    void answer(const FlagOrder &order);
    void report();
    void ask(const std::string &user);
    void use(const char *key, const FlagValue &value);
    const FlagOverride * override(const char *key) const { return m_desk->knowledge().overrides.find(key); }
    QList<SwitchCell *> cells() const;
    QPushButton *button(const QString &text) const;
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(m_window.get(), key, modifiers);
    }
    bool says(const QString &text) const { return visibleTexts(m_window.get()).contains(text); }

    Theme m_theme;
    UtcTime m_now = start;
    std::unique_ptr<FlagDesk> m_desk;
    std::unique_ptr<FlagBoard> m_board;
    std::unique_ptr<Switchboard> m_window;
};

void TstSwitchboard::init()
{
    m_now = start;
    m_desk = std::make_unique<FlagDesk>();
    m_board = std::make_unique<FlagBoard>();
    connect(m_board.get(), &FlagBoard::orderWanted, this, &TstSwitchboard::answer);
    report();
    m_window = std::make_unique<Switchboard>(*m_board, [this] { return m_now; });
    m_window->open();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TstSwitchboard::cleanup()
{
    m_window.reset();
    m_board.reset();
}

void TstSwitchboard::answer(const FlagOrder &order)
{
    m_board->sawAnswer(m_desk->carryOut(order, m_now));
    report();
}

void TstSwitchboard::report()
{
    m_board->setReport(m_desk->carryOut({}, m_now).report);
}

/// A page asks for its flags.
void TstSwitchboard::ask(const std::string &user)
{
    ServedFlags served;
    served.at = m_now;
    served.sdk = web;
    served.distinctId = user;
    std::vector<ServedValue> values;
    for (const auto &[key, set] : m_desk->knowledge().overrides.all())
        values.push_back({key, set.value, {}, true});
    served.values = std::make_shared<const std::vector<ServedValue>>(values);
    m_desk->sawServed(served);
    report();
}

void TstSwitchboard::use(const char *key, const FlagValue &value)
{
    Event event;
    event.sdk = web;
    FlagSighting sighting;
    sighting.key = key;
    sighting.value = value;
    m_desk->sawEvent(event, {&sighting, 1}, m_now);
    report();
}

QList<SwitchCell *> TstSwitchboard::cells() const
{
    QList<SwitchCell *> visible;
    for (SwitchCell *cell : m_window->findChildren<SwitchCell *>()) {
        if (cell->isVisible())
            visible.append(cell);
    }
    return visible;
}

QPushButton *TstSwitchboard::button(const QString &text) const
{
    for (QPushButton *each : m_window->findChildren<QPushButton *>()) {
        if (each->isVisible() && each->text() == text)
            return each;
    }
    return nullptr;
}

void TstSwitchboard::showsTheDesk()
{
    QCOMPARE(cells().size(), 4);
    QVERIFY(says(u"Guardrails tracing"_s) && says(u"enable_guardrails_tracing"_s) && says(u"RAG versions"_s));
    QVERIFY(says(u"No SDK yet"_s) && says(u"Not served: no upstream is set"_s) && says(u"None yet"_s));
    BigSwitch *first = cells().first()->control();
    QVERIFY(!first->isChecked());
    first->click();
    QVERIFY(first->isChecked());
    QCOMPARE(override(guardrails)->value, FlagValue::on());
    QVERIFY(says(u"Waiting: no SDK has asked yet"_s));
    ask("ada");
    QVERIFY(says(u"1 SDK connected"_s) && says(u"Served to 1 SDK, no event yet"_s));
    use(guardrails, FlagValue::on());
    m_now += 2s;
    QTRY_VERIFY(says(u"SDK picked it up 2 s ago"_s)); // By its own clock.
    m_now += 10s; // Names are spoken, so they change seldom.
    QTRY_COMPARE(first->accessibleName(), u"Guardrails tracing, on. SDK picked it up 12 seconds ago"_s);
}

void TstSwitchboard::keysToggle()
{
    for (int i = 0; i < 4; ++i)
        press(static_cast<Qt::Key>(Qt::Key_1 + i));
    QCOMPARE(m_board->overrideCount(), 4);
    press(Qt::Key_2);
    QCOMPARE(override("track_model_costs")->value, FlagValue::off());
    press(Qt::Key_9); // There is none.
    QCOMPARE(m_board->overrideCount(), 4);
    press(Qt::Key_0);
    QCOMPARE(m_board->overrideCount(), 0);
}

void TstSwitchboard::keysTakeVariants()
{
    for (const char *variant : {"control", "v2", "v2-rerank", "control"}) {
        press(Qt::Key_4, Qt::ShiftModifier);
        QCOMPARE(override(rag)->value, FlagValue::of(variant));
        const auto *row = qobject_cast<SwitchRow *>(cells().at(3));
        for (const DemoChip *chip : row->variants())
            QCOMPARE(chip->isChecked(), chip->text() == QString::fromLatin1(variant));
    }
    press(Qt::Key_1, Qt::ShiftModifier); // It has none.
    QVERIFY(!override(guardrails));
    QVERIFY(button(u"v2"_s));
    button(u"v2"_s)->click();
    QCOMPARE(override(rag)->value, FlagValue::of("v2"));
}

void TstSwitchboard::keysInTheStrip()
{
    m_window->setForm(Switchboard::Form::Strip);
    press(Qt::Key_1);
    press(Qt::Key_4, Qt::ShiftModifier);
    QCOMPARE(override(guardrails)->value, FlagValue::on());
    QCOMPARE(override(rag)->value, FlagValue::of("control"));
    QVERIFY(cells().first()->control()->isChecked());
    m_window->resize(px(1000), m_window->height()); // The screen of this test is a small one.
    QTRY_VERIFY(says(u"RAG: control"_s));
    press(Qt::Key_0);
    QCOMPARE(m_board->overrideCount(), 0);
}

void TstSwitchboard::nothingMoves()
{
    press(Qt::Key_3);
    QVERIFY(cells().at(2)->control()->isChecked());
    FlagOverride other;
    other.key = "a_new_one"; // By its name and by its rank it would be the first.
    other.value = FlagValue::on();
    m_board->setOverride(other);
    QCOMPARE(cells().size(), 5);
    QVERIFY(cells().at(2)->control()->isChecked() && cells().at(4)->control()->isChecked());
    for (int i = 0; i < 6; ++i) {
        other.key = "more_" + std::to_string(i);
        m_board->setOverride(other);
    }
    QCOMPARE(cells().size(), 9);
    QVERIFY(says(u"2 more overrides are on"_s));
}

void TstSwitchboard::scenesAreSegments()
{
    const auto scenes
        = parseScenes(R"({"scenes":[{"name":"Costs","flags":{"track_model_costs":{"value":true}}},
        {"name":"Guardrails","flags":{"enable_guardrails_tracing":{"value":true},
        "versioned_rag_tracking":{"value":"v9","payload":{"n":1}}}}]})");
    QVERIFY(scenes);
    m_board->setScenes(*scenes);
    QVERIFY(button(u"Upstream"_s)->isChecked());
    QVERIFY(says(u"Model costs"_s));
    button(u"Guardrails"_s)->click();
    QVERIFY(button(u"Guardrails"_s)->isChecked() && !button(u"Upstream"_s)->isChecked());
    QCOMPARE(override(rag)->scene, std::string("Guardrails"));
    QVERIFY(button(u"v9"_s)->isChecked()); // Of the scene alone.
    press(Qt::Key_1); // Costs is the first scene, so its flag is the first switch.
    QCOMPARE(override("track_model_costs")->value, FlagValue::on());
    m_window->setForm(Switchboard::Form::Strip);
    auto *chip = button(u"Guardrails"_s);
    QVERIFY(chip && chip->isChecked());
    chip->click();
    auto *menu = m_window->findChild<QMenu *>();
    QTRY_VERIFY(menu->isVisible());
    QCOMPARE(menu->actions().size(), 3);
    menu->actions().at(1)->trigger();
    menu->close();
    QTRY_COMPARE(m_board->activeScene(), 0);
    press(Qt::Key_0);
    QVERIFY(button(u"Upstream"_s));
}

void TstSwitchboard::rememberedVariantComesBack()
{
    button(u"v2-rerank"_s)->click();
    press(Qt::Key_4);
    QCOMPARE(override(rag)->value, FlagValue::off());
    press(Qt::Key_4);
    QCOMPARE(override(rag)->value, FlagValue::of("v2-rerank"));
}

void TstSwitchboard::tellsOfLimits()
{
    FlagOverride limited;
    limited.key = guardrails;
    limited.value = FlagValue::on();
    limited.scope.distinctId = "ada@example.com";
    m_board->setOverride(limited, 45min);
    QVERIFY(says(u"One user only, 45 min left"_s));
    for (const QString &text : visibleTexts(m_window.get()))
        QVERIFY2(!text.contains(u"ada"_s), qPrintable(text));
    press(Qt::Key_1); // For the same user, and no longer.
    QCOMPARE(override(guardrails)->value, FlagValue::off());
    QCOMPARE(override(guardrails)->scope.distinctId, std::string("ada@example.com"));
    QCOMPARE(override(guardrails)->expiresAt, std::optional(start + 45min));
    m_window->setForm(Switchboard::Form::Strip);
    QVERIFY(says(u"no SDK yet, limited"_s));
}

void TstSwitchboard::masksEvents_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("summary");
    QTest::addColumn<QString>("shownName");
    QTest::addColumn<QString>("shownSummary");
    QTest::newRow("nothing to hide") << u"rag_query_triggered"_s << u"contracts@v2"_s
                                     << u"rag_query_triggered"_s << u"contracts@v2"_s;
    QTest::newRow("address") << u"$identify"_s << u"ada@example.com"_s << u"$identify"_s << u"•••"_s;
    QTest::newRow("the user's id") << u"mail to lovelace"_s << u"lovelace, 3 rows"_s << u"mail to •••"_s
                                   << u"•••, 3 rows"_s;
    QTest::newRow("token") << u"tool_used"_s << u"token=abc123"_s << u"tool_used"_s << u"token=•••"_s;
}

void TstSwitchboard::masksEvents()
{
    QFETCH(QString, name);
    QFETCH(QString, summary);
    QFETCH(QString, shownName);
    QFETCH(QString, shownSummary);
    EventRow event;
    event.id = EventId(1);
    event.name = name.toStdString();
    event.summary = summary.toStdString();
    event.userId = "lovelace";
    event.timestamp = start - 4s;
    m_window->setEvents({event});
    QVERIFY(says(shownName) && says(shownSummary) && says(u"4 s"_s));
    QVERIFY(!says(u"None yet"_s));
    for (const QString &text : visibleTexts(m_window.get()))
        QVERIFY2(!text.contains(u"lovelace"_s) && !text.contains(u"ada@"_s), qPrintable(text));
}

void TstSwitchboard::masksWhatIsPersonal()
{
    EventRow event;
    event.id = EventId(1);
    event.name = "signed_up";
    event.summary = "name Ada King, plan pro";
    event.timestamp = start;
    m_window->setEvents({event}, {u"Ada King"_s, u"Ada"_s, u"King"_s});
    QVERIFY(says(u"name •••, plan pro"_s));
    m_theme.setTextScale(150); // The forms are built anew.
    QTRY_VERIFY(says(u"name •••, plan pro"_s));
    m_theme.setTextScale(100);
}

void TstSwitchboard::goesBackToUpstream()
{
    press(Qt::Key_1);
    press(Qt::Key_2);
    button(u"Back to upstream"_s)->click();
    QCOMPARE(m_board->overrideCount(), 0);
    QVERIFY(button(u"Back to upstream"_s)); // It is always there.
    press(Qt::Key_1);
    button(u"Upstream"_s)->click();
    QCOMPARE(m_board->overrideCount(), 0);
}

void TstSwitchboard::copiesTheReloadCall()
{
    QPushButton *copy = button(u"Copy reload call"_s);
    copy->click();
    QCOMPARE(QApplication::clipboard()->text(), u"posthog.reloadFeatureFlags()"_s);
    QCOMPARE(copy->text(), u"Copied"_s);
    QTRY_COMPARE(copy->text(), u"Copy reload call"_s);
}

void TstSwitchboard::formsAndSizes()
{
    QCOMPARE(m_window->width(), px(400));
    QCOMPARE(m_window->minimumWidth(), px(360));
    QCOMPARE(m_window->maximumWidth(), px(560));
    QVERIFY(m_window->windowFlags().testFlag(Qt::WindowStaysOnTopHint));
    const int tall = m_window->height();
    button(u"v2"_s)->click();
    QCOMPARE(m_window->height(), tall); // Nothing jumps.
    m_window->setForm(Switchboard::Form::Strip);
    QTRY_COMPARE(m_window->height(), px(60) + 2);
    QVERIFY(m_window->width() >= px(780));
    m_window->resize(px(1000), m_window->height());
    QTRY_COMPARE(cells().size(), 4);
    m_window->setForm(Switchboard::Form::Pane);
    QTRY_COMPARE(m_window->size(), QSize(px(400), tall));
    m_theme.setTextScale(150);
    QTRY_COMPARE(m_window->width(), px(400));
    QVERIFY(m_window->height() > tall);
    m_theme.setTextScale(100);
}

void TstSwitchboard::stripTellsWhatItHides()
{
    FlagOverride other;
    other.value = FlagValue::on();
    for (int i = 0; i < 7; ++i) {
        other.key = "experiment_number_" + std::to_string(i);
        m_board->setOverride(other);
    }
    m_window->setForm(Switchboard::Form::Strip);
    m_window->resize(px(780), m_window->height());
    QTRY_VERIFY(cells().size() < 9);
    QVERIFY(says(u'+' + QString::number(11 - cells().size())));
    QVERIFY(m_window->width() >= px(780));
    for (const SwitchCell *cell : cells())
        QVERIFY(cell->mapTo(m_window.get(), QPoint(cell->width(), 0)).x() < m_window->width());
}

void TstSwitchboard::bothFormsHaveTheWindowsControls()
{
    const auto control = [this](const QString &name) -> QAbstractButton * {
        for (QAbstractButton *each : m_window->findChildren<QAbstractButton *>()) {
            if (each->isVisible() && each->accessibleName() == name)
                return each;
        }
        return nullptr;
    };
    for (const auto form : {Switchboard::Form::Pane, Switchboard::Form::Strip}) {
        m_window->setForm(form);
        for (const QString &name : {u"Minimise"_s, u"Close the switchboard"_s})
            QVERIFY2(control(name), qPrintable(name));
        QAbstractButton *pin = control(u"Always on top"_s);
        QVERIFY(pin && pin->isChecked());
        pin->click();
        QVERIFY(!m_window->windowFlags().testFlag(Qt::WindowStaysOnTopHint));
        m_window->setForm(
            form == Switchboard::Form::Pane ? Switchboard::Form::Strip : Switchboard::Form::Pane);
        QVERIFY(!control(u"Always on top"_s)->isChecked()); // They are one window.
        control(u"Always on top"_s)->click();
        QVERIFY(m_window->windowFlags().testFlag(Qt::WindowStaysOnTopHint));
    }
    control(u"Minimise"_s)->click();
    QVERIFY(m_window->isMinimized());
    m_window->open();
    QVERIFY(!m_window->isMinimized());
}

void TstSwitchboard::countsWhoIsConnected()
{
    const auto label = [this](const QString &text) -> QLabel * {
        for (QLabel *each : m_window->findChildren<QLabel *>()) {
            if (each->isVisible() && each->text() == text)
                return each;
        }
        return nullptr;
    };
    QVERIFY(label(u"No SDK yet"_s));
    ask("ada");
    QVERIFY(label(u"1 SDK connected"_s));
    m_now += 5min;
    report();
    QVERIFY(label(u"1 SDK connected"_s));
    m_now += 1s;
    report();
    QLabel *silent = label(u"No SDK connected"_s);
    QVERIFY(silent);
    QCOMPARE(silent->toolTip(), u"Last heard of:\nposthog-js 1.2, 5 min ago"_s);
    Event event; // It sends, and has not asked since.
    event.sdk = web;
    m_desk->sawEvent(event, {}, m_now);
    report();
    QVERIFY(label(u"1 SDK connected"_s));
}

void TstSwitchboard::asksOnceWhenClosed_data()
{
    QTest::addColumn<Switchboard::Form>("form");
    QTest::addColumn<QString>("answer");
    QTest::addColumn<bool>("stays");
    QTest::addColumn<int>("overrides");
    for (const auto form : {Switchboard::Form::Pane, Switchboard::Form::Strip}) {
        const char *const name = form == Switchboard::Form::Pane ? "pane" : "strip";
        QTest::addRow("%s, keep", name) << form << u"Keep"_s << false << 2;
        QTest::addRow("%s, remove", name) << form << u"Remove"_s << false << 0;
        QTest::addRow("%s, cancel", name) << form << u"Cancel"_s << true << 2;
    }
}

void TstSwitchboard::asksOnceWhenClosed()
{
    QFETCH(Switchboard::Form, form);
    QFETCH(QString, answer);
    m_window->setForm(form);
    press(Qt::Key_1);
    press(Qt::Key_2);
    m_window->close();
    QVERIFY(m_window->isVisible());
    QVERIFY(says(u"2 overrides are on"_s));
    QVERIFY(button(u"Keep"_s)->hasFocus());
    press(Qt::Key_3); // Not while it asks.
    QCOMPARE(m_board->overrideCount(), 2);
    button(answer)->click();
    QTEST(m_window->isVisible(), "stays");
    QTEST(m_board->overrideCount(), "overrides");
    m_window->open();
    QVERIFY(!button(u"Keep"_s));
}

void TstSwitchboard::closesWithoutOverrides()
{
    QSignalSpy returned(m_window.get(), &Switchboard::returnWanted);
    m_window->close();
    QVERIFY(!m_window->isVisible());
    QCOMPARE(returned.size(), 1);
}

void TstSwitchboard::endOfTheProgramIsNotAskedAbout()
{
    press(Qt::Key_1);
    QEvent quit(QEvent::Quit);
    QCoreApplication::sendEvent(qApp, &quit); // Closes all windows, and is refused by one that stays.
    QVERIFY(!m_window->isVisible());
}

void TstSwitchboard::escapeReturns()
{
    QSignalSpy returned(m_window.get(), &Switchboard::returnWanted);
    press(Qt::Key_Escape);
    QCOMPARE(returned.size(), 1);
    QVERIFY(m_window->isVisible()); // It stays on top.
    press(Qt::Key_1);
    m_window->close();
    QVERIFY(button(u"Keep"_s));
    press(Qt::Key_Escape); // Cancels.
    QVERIFY(!button(u"Keep"_s) && m_window->isVisible());
    QCOMPARE(returned.size(), 1);
}

void TstSwitchboard::everyControlHasAName()
{
    button(u"v2"_s)->click();
    for (const auto form : {Switchboard::Form::Pane, Switchboard::Form::Strip}) {
        m_window->setForm(form);
        int looked = 0;
        for (const QAbstractButton *each : m_window->findChildren<QAbstractButton *>()) {
            if (!each->isVisible())
                continue;
            ++looked;
            QVERIFY2(!each->accessibleName().isEmpty() || !each->text().isEmpty(),
                each->metaObject()->className());
            QVERIFY2(each->width() >= 24 && each->height() >= 24, qPrintable(each->accessibleName()));
        }
        QVERIFY(looked > 7);
    }
    QCOMPARE(
        cells().at(3)->control()->accessibleName(), u"RAG versions, on, v2. Waiting: no SDK has asked yet"_s);
}

QTEST_MAIN(TstSwitchboard)
#include "tst_switchboard.moc"
