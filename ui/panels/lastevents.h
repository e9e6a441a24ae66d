#pragma once

#include "core/base/time.h"
#include "core/store/eventquery.h"
#include "ui/theme/controls.h"

#include <QWidget>

#include <array>
#include <vector>

namespace Weir {

class DemoGlyph;

/// The three newest events, a line each, in words that an audience may read.
class LastEvents : public QWidget
{
    Q_OBJECT
public:
    explicit LastEvents(QWidget *parent = nullptr);

    /// The newest first; more than three are passed over. `personal` are values in them to be masked.
    void setEvents(const std::vector<EventRow> &events, const QStringList &personal, UtcTime now);
    void setTime(UtcTime now); ///< Their ages.

private:
    static constexpr std::size_t lines = 3;
    struct Line
    {
        QWidget *box;
        DemoGlyph *glyph;
        TextLabel *name, *summary, *age;
    };

    std::vector<EventRow> m_events;
    std::array<Line, lines> m_lines;
    TextLabel *m_none;
};

} // namespace Weir
