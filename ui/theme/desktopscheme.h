#pragma once

#include "ui/theme/tokens.h"

#include <QObject>

#include <optional>

class QDBusPendingCallWatcher;
class QDBusVariant;
class QPalette;

namespace Weir {

/// What the desktop prefers, dark or light: the setting org.freedesktop.appearance color-scheme of the
/// desktop portal, with its signal. Where there is no portal, the lightness of the palette that the desktop
/// gave the application. A desktop that says neither has no preference. Never blocks.
class DesktopScheme : public QObject
{
    Q_OBJECT
public:
    explicit DesktopScheme(QObject *parent = nullptr);

    /// From the palette: right at once, and final where no portal answers. Nothing when it is Qt's own. Call
    /// before the Theme is installed.
    static std::optional<Scheme> fromPalette();

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

/// By the lightness of window and text. A light palette that equals `builtIn`, Qt's own, is nobody's choice.
std::optional<Scheme> schemeFromPalette(const QPalette &palette, const QPalette &builtIn);

} // namespace Weir
