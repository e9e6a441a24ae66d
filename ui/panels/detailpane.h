#pragma once

#include "core/store/eventquery.h"
#include "ui/models/filterparser.h"
#include "ui/models/propertymodel.h"
#include "ui/panels/findstep.h"
#include "ui/theme/controls.h"

#include <QTimer>

class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace Weir {

class DetailHeader;
class PropertiesTab;
class RawTab;
class RequestTab;

/// All that is known of one event: header, Properties, Request, Raw; or of a run as a whole. Takes values and
/// gives signals; who selects an event asks the store and answers with setEvent() or setError(). 400 px at
/// the right, or 240 px at the bottom, where properties are in three columns.
class DetailPane : public Surface
{
    Q_OBJECT
public:
    explicit DetailPane(QWidget *parent = nullptr);

    enum class Place { Right, Bottom };
    Place place() const { return m_place; }
    /// The id last given to setLoading() or setEvent(); 0 when the pane is empty or shows something else.
    EventId eventId() const { return m_id; }
    /// The run that is shown as a whole; 0: none is.
    TraceRow run() const { return m_showsRun ? m_run.row : TraceRow(); }
    /// This event was asked for: what is shown stays for 300 ms, then it says so.
    void setLoading(EventId id); // Not a slot: moc 6.4 wants to stream the enumeration.

public slots:
    void setPlace(Weir::DetailPane::Place place);
    /// Nothing is selected.
    void clear();
    /// `position` is the event's place within its trace, from 1; 0 = not known.
    void setEvent(const Weir::StoredEvent &event, const Weir::StoredRequest &request,
        const Weir::TraceSummary &trace, qint64 position,
        const std::vector<Weir::Violation> &violations = {});
    /// A request without events: failed, not understood, or a read.
    void setRequest(const Weir::StoredRequest &request);
    /// A run as a whole. The one that is shown is only brought up to date.
    void setRun(const Weir::TraceSummary &run);
    /// Which values of flags this run has seen: shown with it and with each of its events, now and later.
    void setRunFlags(qint64 trace, const std::vector<Weir::RunFlag> &flags);
    void setError(const QString &sentence);
    void nextTab();
    void previousTab();
    /// Ctrl+Shift+F.
    void openFind();
    /// Copies the event's JSON, exactly as sent.
    void copyJson();

signals:
    void closeRequested();
    /// From the context menu of a property, or by clicking the trace id.
    void filterRequested(const Weir::FilterTerm &term);
    /// An event of the run that is shown: go to it.
    void eventWanted(qint64 event);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    void buildFind();
    void buildFooter();
    void showFlags();
    void showTabs(bool properties, bool request, bool bytes);
    void showMessage(const QString &title, const QString &text);
    void showTab(int tab);
    void fillTab();
    void find(FindStep step);
    void closeFind();

    Place m_place = Place::Right;
    EventId m_id{};
    StoredEvent m_event;
    std::vector<Violation> m_violations; ///< Of the event.
    StoredRequest m_request;
    TraceSummary m_run; ///< Of the event, or what is shown as a whole.
    bool m_showsRun = false;
    TraceRow m_flagsRun{}; ///< m_flags are of this run; 0: of none.
    std::vector<RunFlag> m_flags;
    int m_wantedTab = 0; ///< The user's choice.
    bool m_isSwitching = false; ///< The tab changes, and not by the user.
    unsigned m_filled = 0; ///< A bit for each tab that shows the current event.
    PropertyModel m_model;
    QTimer m_loading;
    DetailHeader *m_header;
    QTabBar *m_tabs;
    QStackedWidget *m_pages, *m_bodies;
    QWidget *m_content, *m_findBar, *m_footer;
    QLineEdit *m_findEdit;
    TextLabel *m_findResult, *m_messageTitle, *m_messageText;
    PropertiesTab *m_properties;
    RequestTab *m_requestTab;
    RawTab *m_raw;
    QPushButton *m_copy;
};

} // namespace Weir
