#include "ui/delegates/textcache.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace Weir {

namespace {
// About fifty screens of rows; emptied whole when full, because what is in sight is laid out again in a
// frame.
constexpr qsizetype maxItems = 8192;
constexpr int roomStep = 4; ///< Widths that differ by less share an item.
} // namespace

const TextCache::Item &TextCache::item(TextStyle style, const QString &text, int room)
{
    const int step = std::max(0, room) / roomStep * roomStep;
    const Key key{text, step, style};
    const auto known = m_items.constFind(key);
    if (known != m_items.constEnd())
        return *known;
    if (m_items.size() >= maxItems)
        m_items.clear();
    return *m_items.insert(key, make(style, text, step));
}

TextCache::Item TextCache::make(TextStyle style, const QString &text, int room) const
{
    Item item;
    const QFontMetricsF metrics(font(style));
    // Most texts fit, and measuring is as dear as eliding: both only where it does not.
    qreal advance = metrics.horizontalAdvance(text);
    item.elided = advance > room;
    const QString shown = item.elided ? metrics.elidedText(text, Qt::ElideRight, room) : text;
    if (item.elided)
        advance = metrics.horizontalAdvance(shown);
    item.text.setText(shown);
    item.text.setTextFormat(Qt::PlainText);
    item.text.setPerformanceHint(QStaticText::AggressiveCaching);
    item.text.prepare({}, font(style));
    item.width = int(std::ceil(advance));
    item.height = int(std::ceil(metrics.height()));
    return item;
}

} // namespace Weir
