#pragma once

#include "core/base/time.h"
#include "core/store/eventquery.h"
#include "ui/models/flagboard.h"
#include "ui/panels/boardform.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace Weir {

class StripBoard;
class TallBoard;

/// The Demo switchboard: a small window that stays on top of the app that is shown to people, as a pane or as
/// a strip. Keys 1 to 9 toggle, Shift+1 to 9 take the next variant, 0 goes back to upstream, Esc returns to
/// the main window. Closing it while overrides are on asks once what becomes of them. Knows flags by the
/// board alone, and shows nothing that an audience must not see.
class Switchboard : public QWidget
{
    Q_OBJECT
public:
    enum class Form : std::uint8_t { Pane, Strip };

    /// `board` outlives this.
    explicit Switchboard(FlagBoard &board, Clock clock = systemNow, QWidget *parent = nullptr);
    ~Switchboard() override;

    /// Shows it, in front and with the focus.
    void open();
    Form form() const { return m_form; }
    void setForm(Form form);

public slots:
    /// The newest events, the newest first. `personal` are values in them that an audience must not see: see
    /// personalValues().
    void setEvents(const std::vector<Weir::EventRow> &events, const QStringList &personal = {});

signals:
    void shown(); ///< It can be seen: the newest events are wanted.
    void returnWanted(); ///< To the main window.

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    class Edge;

    void build();
    void join(BoardForm *form);
    void addKeys();
    BoardForm *current() const;
    BoardView view() const;
    void refresh();
    void announce(const BoardView &view);
    void fit();
    void place(const QSize &size);
    void toggle(int place);
    void chooseVariant(int place, const QString &variant);
    void nextVariant(int place);
    void chooseScene(int place);
    std::optional<FlagState> flagAt(std::size_t place) const;
    void setPinned(bool pinned);
    void setAsking(bool asking);
    void closeFor(bool removing);

    FlagBoard &m_board;
    Clock m_clock;
    Form m_form = Form::Pane;
    bool m_pinned = true, m_asking = false, m_closing = false, m_quitting = false;
    std::vector<std::string> m_keys; ///< Of the switches, in their places.
    std::map<std::string, FlagValue, std::less<>> m_lastOn; ///< What a flag was when it was last on.
    std::map<std::string, int, std::less<>> m_stages; ///< As last shown.
    std::vector<EventRow> m_events;
    QStringList m_personal;
    TallBoard *m_tall = nullptr;
    StripBoard *m_strip = nullptr;
    std::array<Edge *, 2> m_edges{};
    std::array<QRect, 2> m_places; ///< Where each form was; null: not shown yet.
    int m_scale = 0; ///< What 100 px were when the forms were built.
    int m_fitted = 0; ///< The height that the pane was given last.
    QTimer m_second;
    QElapsedTimer m_sinceAlert;
};

} // namespace Weir
