#pragma once

#include "core/base/time.h"
#include "ui/theme/controls.h"
#include "ui/window/commands.h"

#include <optional>

class QAction;
class QMenu;
class QPushButton;
class QToolButton;

namespace Weir {

class NavItem;
class NavSection;
class SessionBox;

/// What the entry of a page says beside its name: a count or a state.
struct NavState
{
    QString text; ///< "2 on"
    QString spoken; ///< "2 overrides on"; for screen readers.
    enum class Tone : std::uint8_t { Quiet, Accent } tone = Tone::Quiet;
};

/// The left edge: brand, pages, and at the bottom the session. 196 px, or 48 px with icons only.
class NavBar : public Surface
{
    Q_OBJECT
public:
    explicit NavBar(QWidget *parent = nullptr);

    bool isCollapsed() const { return m_collapsed; }
    /// Below those that are there. `page` is the command that goes to it.
    void addPage(Command page, const QString &icon, const QString &name);
    void setPageState(Command page, const NavState &state);
    void setCurrentPage(Command page);
    /// Rows that the wide form shows below the pages.
    NavSection *addSection(const QString &title);
    void setSessionActions(const QList<QAction *> &actions); ///< The menu of the session box.

public slots:
    void setCollapsed(bool collapsed);
    /// Narrow windows have no room for the wide form: the button is not offered.
    void setCanExpand(bool canExpand);
    void setEventCount(qint64 events);
    /// `name` of the file, and since when it holds events; empty: new.
    void setSession(const QString &name, const QString &path, std::optional<Weir::UtcTime> since);

signals:
    void pageRequested(Weir::Command page);
    void toggleRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    NavItem *item(Command page) const;
    void fit();
    void describeSession();

    bool m_collapsed = false, m_canExpand = true;
    qint64 m_events = 0;
    QString m_name;
    std::optional<UtcTime> m_since;
    QWidget *m_mark;
    TextLabel *m_brand;
    QToolButton *m_toggle;
    QList<NavItem *> m_pages; ///< Live first.
    QList<NavSection *> m_sections;
    SessionBox *m_session;
    QMenu *m_menu;
};

} // namespace Weir
