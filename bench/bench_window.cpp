// Measures the Live screen on a session file, with writer and readers on their threads as in the window. Not
// a test: prints a table.
//
//     bench_store grow FILE 10000000
//     QT_QPA_PLATFORM=offscreen bench_window FILE [SECONDS [EVENTS_A_SECOND]]
//
// Adds events to the file: a trace of 10,000 events, and what arrives while frames are measured.
#include "bench/samples.h"
#include "core/base/workerthread.h"
#include "core/event/bodycodec.h"
#include "core/store/eventreader.h"
#include "core/store/eventwriter.h"
#include "ui/panels/livepanel.h"
#include "ui/panels/liveview.h"
#include "ui/panels/overviewstrip.h"
#include "ui/panels/tokenedit.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

namespace {

using namespace Weir;
using namespace Qt::StringLiterals;

constexpr int requestEvents = 20, tickMs = 20;

/// Times what the window's thread does.
class TimedApplication : public QApplication
{
public:
    using QApplication::QApplication;
    bool notify(QObject *receiver, QEvent *event) override
    {
        const bool paint = event->type() == QEvent::Paint && receiver == viewport;
        if (!paint && depth > 0)
            return QApplication::notify(receiver, event);
        QElapsedTimer timer;
        timer.start();
        ++depth;
        const bool done = QApplication::notify(receiver, event);
        --depth;
        const double ms = double(timer.nsecsElapsed()) / 1e6;
        if (paint)
            paints.push_back(ms);
        if (depth == 0)
            turns.push_back(ms);
        return done;
    }

    QObject *viewport = nullptr;
    int depth = 0;
    std::vector<double> paints; ///< ms each.
    std::vector<double> turns; ///< What held the event loop, ms each.
};

double quantile(std::vector<double> values, double part)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, std::size_t(part * double(values.size())))];
}

long residentMb()
{
    long pages = 0, resident = 0;
    if (FILE *file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2)
            resident = 0;
        std::fclose(file);
    }
    return resident * 4 / 1024;
}

/// Runs the event loop until `done`; the ms it took, or -1 after a minute.
double waitFor(const std::function<bool()> &done)
{
    QElapsedTimer timer;
    timer.start();
    while (!done()) {
        if (timer.elapsed() > 60000)
            return -1;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 5);
    }
    return double(timer.nsecsElapsed()) / 1e6;
}

/// The window's half of Weir on one session file.
struct Window
{
    explicit Window(const std::string &path)
        : rows(u"rows"_s)
        , searches(u"searches"_s)
        , writer(u"writer"_s, WriterOptions{path})
    {
        LiveModel *model = &panel.model();
        for (EventReader *reader : {rows.get(), searches.get()}) {
            QObject::connect(writer.get(), &EventWriter::opened, reader, &EventReader::openSession);
            QObject::connect(reader, &EventReader::searchReported, model, &LiveModel::addSearchReport);
        }
        QObject::connect(rows.get(), &EventReader::opened, model, &LiveModel::openSession);
        QObject::connect(writer.get(), &EventWriter::committed, model, &LiveModel::addCommit);
        QObject::connect(model, &LiveModel::summaryNeeded, rows.get(), &EventReader::readSummary);
        QObject::connect(rows.get(), &EventReader::summaryRead, model, &LiveModel::setSummary);
        QObject::connect(model, &LiveModel::windowNeeded, rows.get(), &EventReader::readWindow);
        QObject::connect(rows.get(), &EventReader::windowRead, model, &LiveModel::setWindow);
        QObject::connect(model, &LiveModel::searchNeeded, searches.get(), &EventReader::search);
        QObject::connect(model, &LiveModel::tailNeeded, rows.get(), &EventReader::search);
        QObject::connect(&panel, &LivePanel::histogramNeeded, searches.get(), &EventReader::readHistogram);
        QObject::connect(searches.get(), &EventReader::histogramRead, &panel, &LivePanel::setHistogram);
        rows.start();
        searches.start();
        panel.resize(1244, 874);
        panel.show();
    }
    void append(const QList<CapturedRequest> &requests)
    {
        QMetaObject::invokeMethod(
            writer.get(), [to = writer.get(), requests] { to->append(requests); }, Qt::QueuedConnection);
    }

    LivePanel panel;
    WorkerThread<EventReader> rows, searches;
    WorkerThread<EventWriter> writer;
};

bool hasRowsInSight(LivePanel &panel)
{
    const LiveModel &model = panel.model();
    const LiveRow row = model.rows().at(panel.view()->firstVisible());
    return row.kind == LiveRow::Kind::Group ? model.summary(row.trace) != nullptr
                                            : raw(row.event) != 0 && model.event(row.event) != nullptr;
}

void measureFilter(Window &window, const char *name, const EventFilter &filter)
{
    LiveModel &model = window.panel.model();
    QElapsedTimer timer;
    timer.start();
    model.setFilter(filter);
    const double clearMs = double(timer.nsecsElapsed()) / 1e6;
    const double first = waitFor([&] { return model.rows().matchCount() > 0 || !model.search().running; });
    const double all = first + waitFor([&] { return !model.search().running; });
    std::printf("filter, %-22s set %6.2f ms, first rows %7.1f ms, all %9.1f ms, %lld match, %ld MB\n", name,
        clearMs, first, all, static_cast<long long>(model.rows().matchCount()), residentMb());
    timer.restart();
    model.setFilter({});
    std::printf("filter, cleared                %6.2f ms\n", double(timer.nsecsElapsed()) / 1e6);
    waitFor([&] { return hasRowsInSight(window.panel); });
}

/// One request whose 10,000 events are one trace.
QList<CapturedRequest> bigTrace(BodyCompressor &compressor)
{
    SampleRequests samples(99);
    QList<CapturedRequest> requests = samples.next(1, 10000, compressor);
    for (Event &event : requests.first().events)
        event.traceId = "00000000000000000000000000beac4";
    return requests;
}

void measureBigTrace(Window &window, BodyCompressor &compressor)
{
    LiveModel &model = window.panel.model();
    const EventId before = model.newestEvent();
    window.append(bigTrace(compressor));
    waitFor([&] { return raw(model.newestEvent()) >= raw(before) + 10000; });
    waitFor([&] { return hasRowsInSight(window.panel); });
    const TraceRow trace = model.rows().at(model.rows().count() - 1).trace;
    const std::int64_t closed = model.rows().count();
    QElapsedTimer timer;
    timer.start();
    model.setExpanded(trace, true);
    waitFor([&] {
        const LiveRow first = model.rows().at(closed);
        return model.rows().count() >= closed + 10000 && raw(first.event) != 0;
    });
    window.panel.view()->setCurrent(closed);
    waitFor([&] { return hasRowsInSight(window.panel); });
    window.panel.view()->viewport()->repaint();
    std::printf("open a trace of 10,000 events  %6.1f ms until its rows are painted\n",
        double(timer.nsecsElapsed()) / 1e6);
    model.setExpanded(trace, false);
}

void measureLoad(
    TimedApplication &application, Window &window, BodyCompressor &compressor, int seconds, int rate)
{
    SampleRequests samples(7);
    // Made ahead: making them is not the window's work.
    const int perTick = std::max(1, rate * tickMs / 1000 / requestEvents);
    QList<QList<CapturedRequest>> ticks;
    for (int tick = 0; tick < seconds * 1000 / tickMs; ++tick)
        ticks.append(samples.next(perTick, requestEvents, compressor));
    window.panel.view()->goToEnd();
    application.paints.clear();
    application.turns.clear();
    QElapsedTimer clock;
    clock.start();
    const EventId before = window.panel.model().newestEvent();
    for (int tick = 0; tick < ticks.size(); ++tick) {
        window.append(ticks.at(tick));
        waitFor([&] { return clock.elapsed() >= std::int64_t(tick + 1) * tickMs; });
    }
    const double took = double(clock.elapsed()) / 1000;
    waitFor([&] {
        return raw(window.panel.model().newestEvent())
            >= raw(before) + std::int64_t(ticks.size()) * perTick * requestEvents;
    });
    std::printf(
        "while %.0f events/s arrive: %zu frames in %.1f s, paint p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
        double(ticks.size()) * perTick * requestEvents / took, application.paints.size(), took,
        quantile(application.paints, 0.5), quantile(application.paints, 0.99),
        quantile(application.paints, 1));
    std::printf("   the event loop was held p99 %.2f ms, at most %.2f ms; %ld MB\n",
        quantile(application.turns, 0.99), quantile(application.turns, 1), residentMb());
}

void measureScrolling(TimedApplication &application, Window &window)
{
    application.paints.clear();
    LiveView *view = window.panel.view();
    for (int step = 0; step < 200; ++step) {
        view->verticalScrollBar()->setValue(
            int(std::int64_t(view->verticalScrollBar()->maximum()) * step / 200));
        waitFor([&] { return hasRowsInSight(window.panel); });
        view->viewport()->repaint();
    }
    std::printf("scroll through the whole list: paint p50 %.2f ms, p99 %.2f ms, max %.2f ms; %ld MB\n",
        quantile(application.paints, 0.5), quantile(application.paints, 0.99),
        quantile(application.paints, 1), residentMb());
}

} // namespace

int main(int argc, char **argv)
{
    TimedApplication application(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "bench_window FILE [SECONDS [EVENTS_A_SECOND]]\n");
        return 2;
    }
    Theme theme;
    theme.install();
    BodyCompressor compressor;
    QElapsedTimer timer;
    timer.start();
    Window window(argv[1]);
    application.viewport = window.panel.view()->viewport();
    window.writer.start();
    waitFor([&] { return window.panel.model().rows().count() > 0 && hasRowsInSight(window.panel); });
    window.panel.view()->viewport()->repaint();
    std::printf("%lld events stored. First rows painted after %lld ms, %ld MB\n",
        static_cast<long long>(window.panel.model().session().events),
        static_cast<long long>(timer.elapsed()), residentMb());
    measureScrolling(application, window);
    measureBigTrace(window, compressor);
    EventFilter byName;
    byName.names = {"agent_error"};
    measureFilter(window, "event is agent_error", byName);
    EventFilter byText;
    byText.text = "post_ledger";
    measureFilter(window, "common text", byText);
    EventFilter nothing;
    nothing.text = "there is no such text";
    measureFilter(window, "text that is nowhere", nothing);
    const int seconds = argc > 2 ? std::atoi(argv[2]) : 10, rate = argc > 3 ? std::atoi(argv[3]) : 10000;
    measureLoad(application, window, compressor, seconds, rate);
    window.panel.model().setGrouping(LiveRows::Grouping::Flat);
    measureLoad(application, window, compressor, seconds, rate);
    window.writer.stop();
    window.rows.stop();
    window.searches.stop();
    return 0;
}
