#pragma once

#include "ui/theme/tokens.h"

#include <QColor>
#include <QObject>
#include <QPalette>

namespace Weir {

/// What the user asked for; System follows the desktop, and is dark where the desktop has no preference.
enum class SchemeChoice : std::uint8_t { System, Dark, Light };

/// Row height and vertical cell padding; never type or columns.
enum class Density : std::uint8_t { Dense, Compact, Comfortable };

/// The steps of the user's text scale, in percent.
constexpr int textScales[] = {90, 100, 110, 125, 150, 175, 200};

// The current look. Read on the window's thread only, like QGuiApplication::palette(); set by Theme.

QColor color(Token token);
Scheme currentScheme();
/// A length of the design in logical pixels, times the text scale, rounded; at least 1 for a positive one.
int px(int designPixels);
/// Height of a list row at the current density and text scale: 20, 24 or 28 px at 100 %.
int rowHeight();
/// The trace colour 0…9.
QColor traceColor(int index);

/// Owns the current look and applies it to the application: palette, fonts, style. One per application,
/// created after the QApplication, on its thread.
class Theme : public QObject
{
    Q_OBJECT
public:
    explicit Theme(QObject *parent = nullptr);
    ~Theme() override;

    /// Sets style, palette and font on the application. Call once, before the first window.
    void install();

    SchemeChoice choice() const { return m_choice; }
    int textScale() const; ///< Percent.
    Density density() const;

public slots:
    void setChoice(Weir::SchemeChoice choice);
    /// Between dark and light; leaves System for the opposite of what is shown.
    void toggle();
    /// To the nearest of textScales.
    void setTextScale(int percent);
    void changeTextScale(int steps);
    void setDensity(Weir::Density density);
    /// What the desktop prefers: from DesktopScheme, or a test.
    void setSystemScheme(Weir::Scheme scheme);

signals:
    /// Colours, sizes or fonts are new: caches of painted text and sizes are stale.
    void changed();

private:
    void apply();

    SchemeChoice m_choice = SchemeChoice::System;
    Scheme m_system = Scheme::Dark;
    bool m_installed = false;
};

/// The palette of a theme, for all roles that Qt's own painting uses.
QPalette paletteFor(Scheme scheme);

} // namespace Weir
