#pragma once

#include "ui/theme/fonts.h"

#include <QHash>
#include <QStaticText>
#include <QString>

namespace Weir {

/// Text laid out once per (text, style, room), because eliding and shaping cost more than all other painting
/// of a row. Clear it when fonts change.
class TextCache
{
public:
    struct Item
    {
        QStaticText text;
        int width = 0, height = 0; ///< As drawn, rounded up.
        bool elided = false;
    };
    /// `room` is the width there is; the text ends in "…" when it needs more. Negative counts as 0.
    /// The reference holds until the next call.
    const Item &item(TextStyle style, const QString &text, int room);
    void clear() { m_items.clear(); }

private:
    struct Key
    {
        QString text;
        int room = 0;
        TextStyle style{};
        bool operator==(const Key &) const = default;
    };
    friend size_t qHash(const Key &key, size_t seed)
    {
        return qHashMulti(seed, key.text, key.room, static_cast<int>(key.style));
    }
    Item make(TextStyle style, const QString &text, int room) const;

    QHash<Key, Item> m_items;
};

} // namespace Weir
