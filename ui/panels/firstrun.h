#pragma once

#include "core/base/time.h"
#include "core/flags/flagreport.h"
#include "core/store/eventquery.h"
#include "ui/models/snippets.h"
#include "ui/theme/controls.h"

#include <QScrollArea>
#include <QTimer>

#include <vector>

class QPushButton;
class QTabBar;
class QToolButton;
class QVBoxLayout;

namespace Weir {

class SnippetView;

/// What stands in Live until the first event: how to point an SDK here, a test event, and whether something
/// arrives. Claims nothing that it was not told.
class FirstRun : public QScrollArea
{
    Q_OBJECT
public:
    explicit FirstRun(QWidget *parent = nullptr, Clock clock = systemNow);

    /// The control that has the focus at start.
    QWidget *startFocus() const;

public slots:
    /// Where Weir listens; port 0 = nowhere.
    void setAddress(const QString &host, quint16 port);
    /// Where flag requests go: what leaves the machine is told at the foot.
    void setUpstream(const Weir::UpstreamState &upstream);
    /// How many requests the session holds; beside no event, that says that something arrives.
    void setRequestCount(qint64 requests);
    /// Requests that held no event, newest last, for "Not arriving?".
    void setRequests(const std::vector<Weir::StoredRequest> &requests);
    /// A test event or the demo could not be sent: a sentence.
    void setSendError(const QString &sentence);

signals:
    /// One valid flow_executed through the door, as an SDK sends it.
    void testEventRequested();
    /// A few sample workflow runs through the door.
    void demoRequested();
    void shortcutsRequested();
    /// "Not arriving?" was opened or is due again: answer with setRequests().
    void requestsNeeded();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *head();
    QWidget *step(int number, const QString &title, QWidget *body, bool current);
    QWidget *snippetCard();
    QWidget *testRow();
    QWidget *arrival();
    QWidget *foot();
    void showSnippet(int tab);
    void copySnippet();
    void tick();
    void updateChecks();

    Clock m_clock;
    UtcTime m_since;
    QString m_host;
    quint16 m_port = 0;
    qint64 m_requestCount = 0;
    QList<Snippet> m_snippets;
    std::vector<StoredRequest> m_requests;
    QTimer m_tick;
    QWidget *m_content;
    QTabBar *m_tabs;
    SnippetView *m_snippet;
    TextLabel *m_note, *m_listening, *m_address, *m_waiting, *m_checks, *m_sendError, *m_leaving;
    QPushButton *m_copy, *m_send, *m_demo, *m_help;
    QToolButton *m_copyAddress;
};

} // namespace Weir
