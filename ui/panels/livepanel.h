#pragma once

#include "core/store/storestatus.h"
#include "core/store/viewmessages.h"
#include "ui/models/livemodel.h"
#include "ui/models/filterparser.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QTimer>
#include <QVariantMap>
#include <QWidget>

#include <optional>

class QStackedWidget;

namespace Weir {

class FacetBar;
class LiveToolbar;
class LiveView;
class OverviewStrip;
class RequestsView;
class TokenEdit;

/// The Live screen: header bar, facets, overview, list and detail pane, and the LiveModel behind them. Asks
/// by signals and is answered by slots; app/windowwiring joins it to the store.
class LivePanel : public QWidget
{
    Q_OBJECT
public:
    explicit LivePanel(QWidget *parent = nullptr);

    LiveModel &model() { return m_model; }
    LiveView *view() const { return m_view; }
    /// Stands across the panel and the details; the window takes it.
    LiveToolbar *toolbar() const { return m_toolbar; }
    TokenEdit *filter() const;

    /// Copies what is selected in this list, its own or that of a trace.
    void copySelection(const LiveView &view);

    /// Columns and grouping: what the next start should find again.
    QVariantMap state() const;
    void restore(const QVariantMap &state);

public slots:
    void togglePause();
    /// Filter by this, or not any more.
    void setTerm(const Weir::FilterTerm &term, bool on = true);
    void askToClear();

    void setHistogram(quint64 generation, const Weir::Histogram &histogram);
    void setValues(const Weir::ValuesReport &report);
    void setRequests(quint64 generation, const Weir::RequestPage &page);
    /// The answer to payloadsNeeded: goes to the clipboard.
    void setPayloads(const Weir::PayloadsReport &report);

signals:
    /// An event was selected: show its details.
    void eventSelected(qint64 eventId);
    /// A group or an event was: that is its trace. Event 0: the group. Trace 0: events without a trace id, or
    /// nothing.
    void traceSelected(qint64 trace, qint64 eventId);
    void requestSelected(const Weir::StoredRequest &request);
    void detailsWanted(); ///< Enter or a double click on an event.
    void payloadsNeeded(const Weir::PayloadsOrder &order);
    void told(const QString &sentence); ///< What an order came to: "13 events copied".
    void stateChanged(); ///< state()
    void histogramNeeded(const Weir::HistogramOrder &order);
    void valuesNeeded(const Weir::ValuesOrder &order);
    void requestsNeeded(quint64 generation, const Weir::RequestPageRequest &request);
    void resetWanted(); ///< The user confirmed: empty the session.

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    void fit();
    QWidget *buildList();
    void join();
    void joinList();
    void selectRow(const LiveRow &row);
    void showMenu(const LiveRow &row, const QPoint &globalPosition);
    void showColumns();
    void clearFacets();
    void setTimeTerms(const std::optional<UtcTime> &since, const std::optional<UtcTime> &until);
    void filterChanged(const EventFilter &filter);
    void sessionChanged();
    void searchChanged();
    void showSearch();
    void askForHistogram();
    void askForRequests();
    void askForValues(const QString &key, const QString &part);
    void showRequests(bool on);
    void placeNote();

    LiveModel m_model;
    LiveToolbar *m_toolbar;
    FacetBar *m_facets;
    OverviewStrip *m_overview;
    Surface *m_searchLine;
    TextLabel *m_searchText;
    QStackedWidget *m_pages;
    LiveView *m_view;
    RequestsView *m_requests;
    QWidget *m_note;
    TextLabel *m_noteText;
    QTimer m_searchTimer; ///< A search is told of when it takes longer than this.
    QTimer m_histogramTimer; ///< Runs for a second after each question.
    std::int64_t m_histogramEvents = -1, m_failedRequests = -1, m_keysAt = 0;
    quint64 m_generation = 0, m_requestsGeneration = 0, m_copyGeneration = 0;
};

} // namespace Weir
