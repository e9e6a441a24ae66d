// Measures the window on a session file: the real widgets, with writer and readers on their threads as in
// Weir, and events that come from a thread of their own as from the door. Not a test: prints what it
// measured, with the target beside it where there is one.
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
#include "ui/panels/livetoolbar.h"
#include "ui/panels/liveview.h"
#include "ui/theme/theme.h"
#include "ui/window/mainwindow.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <ctime>

namespace {

using namespace Weir;
using namespace Qt::StringLiterals;

constexpr int requestEvents = 20, tickMs = 20;
constexpr double frameTargetMs = 8, traceTargetMs = 200;
constexpr long memoryTargetMb = 150;
constexpr int longestWaitMs = 300'000; // A text that is nowhere is looked for in ten million events.

double threadCpuMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

/// Times what the window's thread does.
class TimedApplication : public QApplication
{
public:
    using QApplication::QApplication;
    bool notify(QObject *receiver, QEvent *event) override
    {
        if (QThread::currentThread() != thread()) // The workers' events come through here too.
            return QApplication::notify(receiver, event);
        // All that the window paints in one go: the list, and whatever else changed.
        const bool frame = event->type() == QEvent::UpdateRequest && receiver == window;
        const bool paint = event->type() == QEvent::Paint && receiver == viewport;
        if (!frame && !paint && depth > 0)
            return QApplication::notify(receiver, event);
        const double cpu = threadCpuMs();
        QElapsedTimer timer;
        timer.start();
        ++depth;
        const bool done = QApplication::notify(receiver, event);
        --depth;
        const double ms = double(timer.nsecsElapsed()) / 1e6;
        if (frame) {
            frames.push_back(ms);
            frameCpu.push_back(threadCpuMs() - cpu);
        }
        if (paint)
            paints.push_back(ms);
        if (depth == 0)
            turns.push_back(ms);
        return done;
    }
    void forget() { frames.clear(), frameCpu.clear(), paints.clear(), turns.clear(); }

    QObject *window = nullptr, *viewport = nullptr;
    int depth = 0;
    std::vector<double> frames; ///< Of the whole window, ms each.
    std::vector<double> frameCpu; ///< The same without what other threads and programs took of the core.
    std::vector<double> paints; ///< Of the list alone, ms each.
    std::vector<double> turns; ///< What held the event loop, ms each.
};

/// "(target 8 ms: met)"
std::string beside(double target, const char *unit, double measured)
{
    char text[64];
    std::snprintf(
        text, sizeof text, "(target %.0f %s: %s)", target, unit, measured <= target ? "met" : "NOT MET");
    return text;
}

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

/// Runs the event loop until `done`; the ms it took. Sleeps in between: a loop that spins would take a core
/// from the threads that work. Gives up after minutes and says so.
double waitFor(const std::function<bool()> &done)
{
    QElapsedTimer timer;
    timer.start();
    QTimer wake;
    wake.start(2);
    while (!done()) {
        if (timer.elapsed() > longestWaitMs) {
            std::printf("   (gave up after %d s)\n", longestWaitMs / 1000);
            break;
        }
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return double(timer.nsecsElapsed()) / 1e6;
}

/// The window's half of Weir on one session file.
struct Window
{
    Window(const std::string &path, Theme &theme)
        : state(folder.filePath(u"window.ini"_s))
        , main(theme, state)
        , panel(*new LivePanel(&main))
        , rows(u"rows"_s)
        , searches(u"searches"_s)
        , runFlags(u"run flags"_s)
        , writer(u"writer"_s, WriterOptions{path})
    {
        main.setLive(panel.toolbar(), &panel);
        main.setLiveFocus(panel.view());
        LiveModel *model = &panel.model();
        for (EventReader *reader : {rows.get(), searches.get(), runFlags.get()}) {
            QObject::connect(writer.get(), &EventWriter::opened, reader, &EventReader::openSession);
            QObject::connect(reader, &EventReader::searchReported, model, &LiveModel::addSearchReport);
        }
        QObject::connect(rows.get(), &EventReader::opened, model, &LiveModel::openSession);
        QObject::connect(writer.get(), &EventWriter::committed, model, &LiveModel::addCommit);
        QObject::connect(writer.get(), &EventWriter::committed, &main, &MainWindow::setCommit);
        QObject::connect(model, &LiveModel::summaryNeeded, rows.get(), &EventReader::readSummary);
        QObject::connect(rows.get(), &EventReader::summaryRead, model, &LiveModel::setSummary);
        QObject::connect(rows.get(), &EventReader::summaryRead, &main,
            [this](quint64, const SessionSummary &summary) { main.setSummary(summary); });
        QObject::connect(model, &LiveModel::windowNeeded, rows.get(), &EventReader::readWindow);
        QObject::connect(rows.get(), &EventReader::windowRead, model, &LiveModel::setWindow);
        QObject::connect(model, &LiveModel::searchNeeded, searches.get(), &EventReader::search);
        QObject::connect(model, &LiveModel::tailNeeded, rows.get(), &EventReader::search);
        QObject::connect(&panel, &LivePanel::histogramNeeded, searches.get(), &EventReader::readHistogram);
        QObject::connect(searches.get(), &EventReader::histogramRead, &panel, &LivePanel::setHistogram);
        rows.start();
        searches.start();
        runFlags.start();
        main.resize(1440, 900);
        main.show();
    }
    /// From any thread.
    void append(const QList<CapturedRequest> &requests)
    {
        QMetaObject::invokeMethod(
            writer.get(), [to = writer.get(), requests] { to->append(requests); }, Qt::QueuedConnection);
    }

    QTemporaryDir folder; ///< For what the window keeps of its look: not the user's.
    ViewState state;
    MainWindow main;
    LivePanel &panel; ///< The window's.
    WorkerThread<EventReader> rows, searches, runFlags;
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

/// One request whose 10,000 events are one trace, a new one with every run of this program.
QList<CapturedRequest> bigTrace(BodyCompressor &compressor)
{
    SampleRequests samples(99);
    QList<CapturedRequest> requests = samples.next(1, 10000, compressor);
    char id[33];
    std::snprintf(id, sizeof id, "beac4000%024llx", static_cast<unsigned long long>(toMs(systemNow())));
    for (Event &event : requests.first().events)
        event.traceId = id;
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
    model.setExpanded(trace, false); // Few events at a time open by themselves.
    const std::int64_t closed = model.rows().count();
    // As when it is selected, what it has seen of flags is read beside it.
    EventReader *const reader = window.runFlags.get();
    double flagsMs = 0;
    QElapsedTimer timer;
    const auto read = QObject::connect(reader, &EventReader::runFlagsRead, &window.panel,
        [&] { flagsMs = double(timer.nsecsElapsed()) / 1e6; });
    timer.start();
    QMetaObject::invokeMethod(
        reader,
        [reader, trace] {
            reader->readRunFlags({1, trace, {}, {}});
        },
        Qt::QueuedConnection);
    model.setExpanded(trace, true);
    waitFor([&] {
        const LiveRow first = model.rows().at(closed);
        return model.rows().count() >= closed + 10000 && raw(first.event) != 0;
    });
    window.panel.view()->setCurrent(closed);
    waitFor([&] { return hasRowsInSight(window.panel); });
    window.panel.view()->viewport()->repaint();
    const double ms = double(timer.nsecsElapsed()) / 1e6;
    std::printf("open a trace of 10,000 events  %6.1f ms until its rows are painted %s\n", ms,
        beside(traceTargetMs, "ms", ms).c_str());
    waitFor([&] { return flagsMs > 0; });
    QObject::disconnect(read);
    std::printf("   what it has seen of flags   %6.1f ms, on a thread of its own\n", flagsMs);
    model.setExpanded(trace, false);
    window.panel.view()->clearCurrent();
}

/// Makes requests at a rate, on a thread of its own, as the door does, and hands them to the writer.
class Client
{
public:
    Client(Window &window, int rate)
        : m_window(window)
        , m_perTick(std::max(1, rate * tickMs / 1000 / requestEvents))
        , m_thread([this] { run(); })
    {
    }
    ~Client() { stop(); }
    /// How many events it sent.
    std::int64_t stop()
    {
        m_stopping = true;
        if (m_thread.joinable())
            m_thread.join();
        return m_sent;
    }

private:
    void run()
    {
        SampleRequests samples(7);
        BodyCompressor compressor;
        auto due = std::chrono::steady_clock::now();
        while (!m_stopping) {
            m_window.append(samples.next(m_perTick, requestEvents, compressor));
            m_sent += std::int64_t(m_perTick) * requestEvents;
            std::this_thread::sleep_until(due += std::chrono::milliseconds(tickMs));
        }
    }

    Window &m_window;
    const int m_perTick;
    std::atomic<bool> m_stopping = false;
    std::atomic<std::int64_t> m_sent = 0;
    std::thread m_thread; ///< Last: it uses the others.
};

void measureLoad(TimedApplication &application, Window &window, int seconds, int rate)
{
    window.panel.view()->goToEnd();
    application.forget();
    long mostMb = 0;
    const EventId before = window.panel.model().newestEvent();
    QElapsedTimer clock;
    clock.start();
    Client client(window, rate);
    waitFor([&] {
        mostMb = std::max(mostMb, residentMb());
        return clock.elapsed() >= std::int64_t(seconds) * 1000;
    });
    const std::int64_t sent = client.stop();
    const double took = double(clock.elapsed()) / 1000;
    waitFor([&] { return raw(window.panel.model().newestEvent()) >= raw(before) + sent; });
    const double p99 = quantile(application.frames, 0.99), longest = quantile(application.frames, 1);
    std::printf(
        "while %.0f events/s arrive: %zu frames in %.1f s, p50 %.2f ms, p99 %.2f ms, max %.2f ms %s\n",
        double(sent) / took, application.frames.size(), took, quantile(application.frames, 0.5), p99, longest,
        beside(frameTargetMs, "ms", longest).c_str());
    std::printf("   of the CPU: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", quantile(application.frameCpu, 0.5),
        quantile(application.frameCpu, 0.99), quantile(application.frameCpu, 1));
    std::printf("   the list alone: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
        quantile(application.paints, 0.5), quantile(application.paints, 0.99),
        quantile(application.paints, 1));
    std::printf("   the event loop was held p99 %.2f ms, at most %.2f ms; %ld MB %s\n",
        quantile(application.turns, 0.99), quantile(application.turns, 1), mostMb,
        beside(memoryTargetMb, "MB", double(mostMb)).c_str());
}

void measureScrolling(TimedApplication &application, Window &window)
{
    application.forget();
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
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
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
    Window window(argv[1], theme);
    application.window = &window.main;
    application.viewport = window.panel.view()->viewport();
    window.writer.start();
    waitFor([&] { return window.panel.model().rows().count() > 0 && hasRowsInSight(window.panel); });
    window.panel.view()->viewport()->repaint();
    std::printf("%lld events stored. First rows painted %lld ms after the window was made, %ld MB\n",
        static_cast<long long>(window.panel.model().session().events),
        static_cast<long long>(timer.elapsed()), residentMb());
    measureScrolling(application, window);
    measureBigTrace(window, compressor);
    const int seconds = argc > 2 ? std::atoi(argv[2]) : 10, rate = argc > 3 ? std::atoi(argv[3]) : 10000;
    measureLoad(application, window, seconds, rate);
    std::printf("the same, not grouped by trace:\n");
    window.panel.model().setGrouping(LiveRows::Grouping::Flat);
    measureLoad(application, window, seconds, rate);
    window.panel.model().setGrouping(LiveRows::Grouping::ByTrace);
    EventFilter byName;
    byName.names = {"tool_used"};
    measureFilter(window, "event is tool_used", byName);
    EventFilter byText;
    byText.text = "post_ledger";
    measureFilter(window, "common text", byText);
    EventFilter nothing;
    nothing.text = "there is no such text";
    measureFilter(window, "text that is nowhere", nothing);
    window.writer.stop();
    window.rows.stop();
    window.searches.stop();
    return 0;
}
