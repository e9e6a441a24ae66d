#pragma once

#include "core/store/eventquery.h"
#include "ui/models/filterparser.h"
#include "ui/theme/controls.h"

#include <QAbstractButton>
#include <QList>

class QToolButton;

namespace Weir {

/// One facet: icon, word and count; checked while it filters, struck through while it is excluded.
class FacetButton : public QAbstractButton
{
    Q_OBJECT
public:
    FacetButton(const QString &icon, Token ink, const QString &text, QWidget *parent);

    void setCount(qint64 count);
    qint64 count() const { return m_count; }
    void setExcluded(bool excluded);
    bool isExcluded() const { return m_excluded; }
    QSize sizeHint() const override;

signals:
    void excludeWanted(); ///< Alt+click.

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void describe();

    QString m_icon;
    Token m_ink;
    qint64 m_count = -1;
    bool m_excluded = false;
};

/// The row above the list: what there is by kind, and the sources. Says what the user wants to filter by; the
/// filter field holds it. What does not fit goes into a menu at the end.
class FacetBar : public Surface
{
    Q_OBJECT
public:
    explicit FacetBar(QWidget *parent = nullptr);

    void setSession(const SessionSummary &session);
    void setFilter(const EventFilter &filter);
    void setShowsRequests(bool shows);

signals:
    void allWanted(); ///< No facet.
    /// Filter by this (a click) or exclude it (Alt+click), or not any more.
    void termToggled(const Weir::FilterTerm &term, bool on);
    void requestsWanted(bool on);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Facet
    {
        FacetButton *button = nullptr;
        FilterTerm term; ///< Empty for All and Failed requests.
        Notices notice = 0;
    };
    static EventStatus statusOf(const Facet &facet); ///< Of one without a notice.
    FacetButton *add(
        const QString &icon, Token ink, const QString &text, const FilterTerm &term, Notices notice);
    void showFacetMenu(const FacetButton *button, const QPoint &globalPosition);
    void exclude(const FilterTerm &term, bool on);
    void layOut();
    void showSources();
    void showMore();

    QList<Facet> m_facets; ///< In order; the first is All, the last Failed requests.
    QList<FacetButton *> m_hidden; ///< Did not fit.
    FacetButton *m_failed = nullptr; ///< One of m_facets.
    QToolButton *m_sources;
    QToolButton *m_more;
    SessionSummary m_session;
    EventFilter m_filter;
};

} // namespace Weir
