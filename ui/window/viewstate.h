#pragma once

#include "ui/theme/theme.h"

#include <QByteArray>
#include <QList>
#include <QVariantMap>

#include <memory>

class QSettings;

namespace Weir {

/// The layouts of the window, by its width in units of the text scale.
enum class WidthClass : std::uint8_t {
    Narrow, ///< 1024 to 1179: icons only in the nav, details at the bottom.
    Normal, ///< 1180 to 1599
    Wide, ///< 1600 to 2199
    Widest, ///< 2200 and more
};

/// Of a window `width` logical pixels wide at a text scale in percent: larger text makes it narrower.
WidthClass widthClass(int width, int textScale);

/// What the window remembers from run to run, kept in an INI file. Reading gives the defaults for what is
/// not there.
class ViewState
{
public:
    /// $XDG_CONFIG_HOME/weir/window.ini, or the given file.
    explicit ViewState(const QString &file = {});
    ~ViewState();

    QByteArray geometry() const;
    void setGeometry(const QByteArray &geometry);
    SchemeChoice scheme() const;
    void setScheme(SchemeChoice choice);
    int textScale() const;
    void setTextScale(int percent);
    Density density() const;
    void setDensity(Density density);
    /// Gives the theme the three above. Before Theme::install(), so that nothing is styled twice.
    void restoreLook(Theme &theme) const;
    bool navCollapsed() const;
    void setNavCollapsed(bool collapsed);
    bool detailsShown() const;
    void setDetailsShown(bool shown);

    /// Columns and grouping of Live, as its panel gives them. Empty at a first start.
    QVariantMap live() const;
    void setLive(const QVariantMap &live);

    // Where the details are and how large, for each width class by itself.
    bool detailsAtBottom(WidthClass width) const;
    void setDetailsAtBottom(WidthClass width, bool bottom);
    QList<int> splitSizes(WidthClass width) const;
    void setSplitSizes(WidthClass width, const QList<int> &sizes);

private:
    std::unique_ptr<QSettings> m_settings;
};

} // namespace Weir
