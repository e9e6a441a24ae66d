#pragma once

#include "core/flags/flagreport.h"
#include "core/store/storestatus.h"
#include "ui/theme/controls.h"

#include <QElapsedTimer>
#include <QTimer>

#include <array>

class QToolButton;

namespace Weir {

/// Whether the door takes requests, and where.
struct CaptureStatus
{
    enum class State : std::uint8_t {
        Listening, ///< Nothing has come yet.
        Capturing,
        Stopped, ///< The door is closed; `error` says why.
    };
    State state = State::Stopped;
    QString host;
    quint16 port = 0;
    QString error;
    bool operator==(const CaptureStatus &) const = default;
    QString address() const { return host + u':' + QString::number(port); }
};

/// Events per second of the last two minutes: forty bars of three seconds.
class Sparkline : public QWidget
{
    Q_OBJECT
public:
    explicit Sparkline(QWidget *parent = nullptr);

    void add(qint64 events) { m_second += events; }
    /// A second has passed.
    void tick();
    qint64 perSecond() const { return m_now; }
    QSize sizeHint() const override;

signals:
    void changed();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    static constexpr std::size_t seconds = 120;
    std::array<qint64, seconds> m_counts{}; ///< A ring; m_at is the oldest.
    std::size_t m_at = 0;
    qint64 m_second = 0, m_now = 0;
};

/// The foot of the window: capture, rate, store, what is out of the ordinary, and what leaves the machine.
class StatusBar : public Surface
{
    Q_OBJECT
public:
    explicit StatusBar(QWidget *parent = nullptr);

public slots:
    void setCapture(const Weir::CaptureStatus &status);
    /// `waiting` events came while the view stands.
    void setViewPaused(bool paused, qint64 waiting);
    /// Of the list's refresh: under 10 there is more than can be drawn.
    void setViewRate(int hertz);
    void setStoreBytes(qint64 bytes);
    void setStore(const Weir::StoreStatus &status);
    /// Where flag requests go, and whether it answers: what leaves the machine.
    void setUpstream(const Weir::UpstreamState &upstream);
    /// So many more events are on disk.
    void addEvents(qint64 count);
    /// What an order came to, for a few seconds; trouble with the store goes first.
    void tell(const QString &sentence);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    class Glyph;
    void fit();
    void showCapture();
    void showRate();
    void showMessage();
    void announce(const QString &text);

    CaptureStatus m_capture;
    StoreStatus m_store;
    bool m_isUpstreamAway = false;
    bool m_paused = false;
    qint64 m_waiting = 0;
    int m_hertz = 10;
    QTimer m_second;
    QElapsedTimer m_sinceAlert;
    QString m_announced, m_told;
    QTimer m_toldTimer;
    Glyph *m_glyph, *m_messageGlyph, *m_plug;
    TextLabel *m_state, *m_count, *m_waitingText, *m_address, *m_rate, *m_rateUnit, *m_bytes, *m_message,
        *m_storeLabel, *m_destinations;
    QToolButton *m_copy;
    Sparkline *m_spark;
    QWidget *m_messageSegment;
    bool m_fitting = false;
};

} // namespace Weir
