#include "ui/window/viewstate.h"

#include <QSettings>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

QString perClass(const QString &key, WidthClass width)
{
    static const QString names[] = {u"narrow"_s, u"normal"_s, u"wide"_s, u"widest"_s};
    return names[static_cast<int>(width)] + u'/' + key;
}

template <typename Enum> Enum bounded(int value, Enum last)
{
    return static_cast<Enum>(std::clamp(value, 0, static_cast<int>(last)));
}

} // namespace

WidthClass widthClass(int width, int textScale)
{
    const int effective = width * 100 / std::max(100, textScale);
    return effective < 1180 ? WidthClass::Narrow
        : effective < 1600  ? WidthClass::Normal
        : effective < 2200  ? WidthClass::Wide
                            : WidthClass::Widest;
}

ViewState::ViewState(const QString &file)
    : m_settings(file.isEmpty()
            ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope, u"weir"_s, u"window"_s)
            : std::make_unique<QSettings>(file, QSettings::IniFormat))
{
}

ViewState::~ViewState() = default;

QByteArray ViewState::geometry() const
{
    return m_settings->value("geometry"_L1).toByteArray();
}

void ViewState::setGeometry(const QByteArray &geometry)
{
    m_settings->setValue("geometry"_L1, geometry);
}

SchemeChoice ViewState::scheme() const
{
    return bounded(m_settings->value("scheme"_L1, 0).toInt(), SchemeChoice::Light);
}

void ViewState::setScheme(SchemeChoice choice)
{
    m_settings->setValue("scheme"_L1, static_cast<int>(choice));
}

int ViewState::textScale() const
{
    return m_settings->value("textScale"_L1, 100).toInt();
}

void ViewState::setTextScale(int percent)
{
    m_settings->setValue("textScale"_L1, percent);
}

Density ViewState::density() const
{
    return bounded(
        m_settings->value("density"_L1, static_cast<int>(Density::Compact)).toInt(), Density::Comfortable);
}

void ViewState::setDensity(Density density)
{
    m_settings->setValue("density"_L1, static_cast<int>(density));
}

void ViewState::restoreLook(Theme &theme) const
{
    theme.setChoice(scheme());
    theme.setTextScale(textScale());
    theme.setDensity(density());
}

bool ViewState::navCollapsed() const
{
    return m_settings->value("navCollapsed"_L1, false).toBool();
}

void ViewState::setNavCollapsed(bool collapsed)
{
    m_settings->setValue("navCollapsed"_L1, collapsed);
}

bool ViewState::detailsShown() const
{
    return m_settings->value("detailsShown"_L1, true).toBool();
}

void ViewState::setDetailsShown(bool shown)
{
    m_settings->setValue("detailsShown"_L1, shown);
}

QVariantMap ViewState::live() const
{
    return m_settings->value("live"_L1).toMap();
}

void ViewState::setLive(const QVariantMap &live)
{
    m_settings->setValue("live"_L1, live);
}

bool ViewState::detailsAtBottom(WidthClass width) const
{
    return m_settings->value(perClass(u"detailsAtBottom"_s, width), width == WidthClass::Narrow).toBool();
}

void ViewState::setDetailsAtBottom(WidthClass width, bool bottom)
{
    m_settings->setValue(perClass(u"detailsAtBottom"_s, width), bottom);
    m_settings->remove(perClass(u"split"_s, width)); // Heights are no widths.
}

QList<int> ViewState::splitSizes(WidthClass width) const
{
    QList<int> sizes;
    for (const QVariant &size : m_settings->value(perClass(u"split"_s, width)).toList())
        sizes.append(size.toInt());
    return sizes;
}

void ViewState::setSplitSizes(WidthClass width, const QList<int> &sizes)
{
    QVariantList list;
    for (const int size : sizes)
        list.append(size);
    m_settings->setValue(perClass(u"split"_s, width), list);
}

} // namespace Weir
