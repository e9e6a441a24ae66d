#pragma once

#include "ui/theme/tokens.h"

#include <QObject>

#include <optional>

class QDBusPendingCallWatcher;
class QDBusVariant;

namespace Weir {

/// What the desktop prefers, dark or light: the setting org.freedesktop.appearance color-scheme of the
/// desktop portal, with its signal. Where there is no portal, the lightness of the palette the application
/// started with. Never blocks.
class DesktopScheme : public QObject
{
    Q_OBJECT
public:
    explicit DesktopScheme(QObject *parent = nullptr);

    /// From the palette: right at once, and final where no portal answers. Call before the Theme is
    /// installed.
    static Scheme fromPalette();

    /// Asks the portal and begins to listen.
    void watch();

signals:
    void changed(Weir::Scheme scheme);

private slots:
    void settingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void answered(QDBusPendingCallWatcher *call);
};

/// The portal's value: 1 dark, 2 light; anything else is no preference.
std::optional<Scheme> schemeFromPortal(const QVariant &value);

} // namespace Weir
