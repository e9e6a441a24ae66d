#pragma once

#include "core/store/eventquery.h"
#include "ui/panels/detailpane.h"

class QBoxLayout;
class QPushButton;
class QSpacerItem;
class QToolButton;

namespace Weir {

/// Badges in a row: "Warning", "posthog-node 4.2.1". Their words are the accessible text.
class BadgeRow : public QWidget
{
    Q_OBJECT
public:
    struct Badge
    {
        QString icon, text;
        Token ink, fill;
        QString toolTip;
    };
    using QWidget::QWidget;
    void setBadges(const QList<Badge> &badges);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<Badge> m_badges;
};

/// The head of the detail pane: family icon, name, one-line summary, trace, position, time, badges.
class DetailHeader : public QWidget
{
    Q_OBJECT
public:
    explicit DetailHeader(QWidget *parent);
    void setPlace(DetailPane::Place place);
    void setEvent(const StoredEvent &event, const TraceSummary &trace, qint64 position);
    void setRequest(const StoredRequest &request);
    void setRun(const TraceSummary &run);

signals:
    void closeRequested();
    void copyRequested();
    void traceClicked();

protected:
    void changeEvent(QEvent *event) override;

private:
    enum class Shows : std::uint8_t { Event, Request, Run };

    void showTrace(const TraceSummary &trace, const std::string &traceId);
    void show(Shows what);
    void applyIcons();

    QBoxLayout *m_lines;
    QLabel *m_icon, *m_swatch;
    TextLabel *m_name, *m_summary, *m_position, *m_time;
    QPushButton *m_trace;
    QSpacerItem *m_spacer; ///< Behind the time, while the lines stand below each other. Owned by its layout.
    BadgeRow *m_badges;
    QToolButton *m_copy, *m_close;
    Family m_family = Family::Custom;
    Shows m_shows = Shows::Event;
    int m_traceColour = -1; ///< −1: no trace id, a dashed swatch.
};

} // namespace Weir
