#include "ui/theme/desktopscheme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>

#include <memory>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
const auto service = u"org.freedesktop.portal.Desktop"_s;
const auto path = u"/org/freedesktop/portal/desktop"_s;
const auto interface = u"org.freedesktop.portal.Settings"_s;
const auto appearance = u"org.freedesktop.appearance"_s;
const auto colourScheme = u"color-scheme"_s;
} // namespace

std::optional<Scheme> schemeFromPortal(const QVariant &value)
{
    QVariant inner = value;
    while (inner.canConvert<QDBusVariant>() && inner.metaType() == QMetaType::fromType<QDBusVariant>())
        inner = inner.value<QDBusVariant>().variant(); // Read() of the portal wraps its answer twice.
    switch (inner.toUInt()) {
    case 1:
        return Scheme::Dark;
    case 2:
        return Scheme::Light;
    default:
        return std::nullopt;
    }
}

std::optional<Scheme> schemeFromPalette(const QPalette &palette, const QPalette &builtIn)
{
    const QColor window = palette.color(QPalette::Window), text = palette.color(QPalette::WindowText);
    if (window.lightness() < text.lightness())
        return Scheme::Dark;
    // Without a platform theme Qt starts light, which says nothing about the user.
    if (window == builtIn.color(QPalette::Window) && text == builtIn.color(QPalette::WindowText))
        return std::nullopt;
    return Scheme::Light;
}

DesktopScheme::DesktopScheme(QObject *parent)
    : QObject(parent)
{
}

std::optional<Scheme> DesktopScheme::fromPalette()
{
    const std::unique_ptr<QStyle> fusion(QStyleFactory::create(u"Fusion"_s));
    return schemeFromPalette(QApplication::palette(), fusion->standardPalette());
}

void DesktopScheme::watch()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(service, path, interface, u"SettingChanged"_s, this,
        SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage read = QDBusMessage::createMethodCall(service, path, interface, u"Read"_s);
    read << appearance << colourScheme;
    auto *call = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
    connect(call, &QDBusPendingCallWatcher::finished, this, &DesktopScheme::answered);
}

void DesktopScheme::answered(QDBusPendingCallWatcher *call)
{
    const QDBusPendingReply<QDBusVariant> reply = *call;
    if (reply.isValid()) {
        if (const auto scheme = schemeFromPortal(reply.value().variant()))
            emit changed(*scheme);
    }
    call->deleteLater();
}

void DesktopScheme::settingChanged(const QString &group, const QString &key, const QDBusVariant &value)
{
    if (group != appearance || key != colourScheme)
        return;
    if (const auto scheme = schemeFromPortal(value.variant()))
        emit changed(*scheme);
}

} // namespace Weir
