#pragma once

#include "core/base/error.h"
#include "core/store/sessionreader.h"
#include "core/store/storestatus.h"
#include "core/store/viewmessages.h"

#include <QObject>

#include <memory>
#include <optional>

namespace Weir {

/// Reads for the window, on a thread of its own: reach it through connect(). The window runs two: one for
/// what is on screen, which must be quick, and one for searches and counts, which may take seconds.
///
/// Of the questions about one event, the window's rows, the histogram, a run's flags and completion, only the
/// newest that waits is answered. Questions before openSession() are not answered.
class EventReader : public QObject
{
    Q_OBJECT
public:
    explicit EventReader(QObject *parent = nullptr);
    ~EventReader() override;

public slots:
    void open() { } ///< For WorkerThread: the file is opened by openSession().
    void close();
    /// The writer has the session file ready. Emits `opened`, or `failed`.
    void openSession(const Weir::SessionInfo &info);
    void readSummary(quint64 generation);
    void readWindow(const Weir::WindowRequest &request);
    /// Reports about ten times a second, the last one with `done`, also when it was cancelled.
    void search(const Weir::SearchOrder &order);
    void readEvent(quint64 generation, qint64 eventId);
    void readHistogram(const Weir::HistogramOrder &order);
    void readValues(const Weir::ValuesOrder &order);
    void readRequests(quint64 generation, const Weir::RequestPageRequest &request);
    void readPayloads(const Weir::PayloadsOrder &order);
    /// Reads the body of each event, so that it takes long for a long run: not for a reader that others wait
    /// for. Answers nothing when it was cancelled, or when the run is not there any more.
    void readRunFlags(const Weir::RunFlagsOrder &order);

signals:
    void opened(const Weir::SessionInfo &info);
    void summaryRead(quint64 generation, const Weir::SessionSummary &summary);
    void windowRead(const Weir::WindowAnswer &answer);
    void searchReported(const Weir::SearchReport &report);
    void eventRead(const Weir::EventDetails &details);
    /// It was pruned or cleared away.
    void eventMissing(quint64 generation, qint64 eventId);
    void histogramRead(quint64 generation, const Weir::Histogram &histogram);
    void valuesRead(const Weir::ValuesReport &report);
    void requestsRead(quint64 generation, const Weir::RequestPage &page);
    void payloadsRead(const Weir::PayloadsReport &report);
    void runFlagsRead(const Weir::RunFlagsReport &report);
    /// The file could not be read. Cancelled searches and missing rows are no failures.
    void failed(const Weir::Error &error);

private:
    void answerWaiting();
    void postAnswer();
    void answerWindow(const WindowRequest &request);
    void answerEvent(quint64 generation, EventId id);
    void answerRunFlags(const RunFlagsOrder &order);
    bool addPayload(const PayloadsOrder &order, EventId id, PayloadsReport &report);
    template <typename T> std::optional<T> kept(Result<T> result);

    std::unique_ptr<SessionReader> m_session;
    CancelToken m_cancelled; ///< Of the search that runs.
    bool m_posted = false; ///< answerWaiting() is queued.
    std::optional<WindowRequest> m_window;
    std::optional<std::pair<quint64, EventId>> m_event;
    std::optional<HistogramOrder> m_histogram;
    std::optional<ValuesOrder> m_values;
    std::optional<RunFlagsOrder> m_runFlags;
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::RequestPageRequest)
Q_DECLARE_METATYPE(Weir::RequestPage)
Q_DECLARE_METATYPE(Weir::Histogram)
