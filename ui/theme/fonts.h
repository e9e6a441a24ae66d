#pragma once

#include <QFont>

namespace Weir {

/// Type by use. Inter, but for Mono, MonoMedium, Code and Axis, which are JetBrains Mono without shaping:
/// payloads show as the bytes they are, and numbers that change or sit in a column keep their places.
enum class TextStyle : std::uint8_t {
    Row, ///< 12: rows, buttons.
    RowMedium,
    RowStrong,
    Nav, ///< 13
    NavMedium,
    CardTitle, ///< 13, 600
    Brand, ///< 14, 600: the brand, and the steps of the first run.
    Title, ///< 15, 600: screens and panes.
    FirstRunTitle, ///< 22, 600
    Caption, ///< 11, 500: column headers, badges.
    CaptionRegular, ///< 11, 400
    CaptionStrong, ///< 11, 600: sections of a pane.
    Axis, ///< Mono 10
    Mono, ///< Mono 11: numbers in columns, ids, keys, JSON.
    MonoMedium,
    Code, ///< Mono 12
};

/// Adds the bundled font files to the application. Harmless when called twice; when a file cannot be read,
/// the system's sans and mono are used.
void loadFonts();

/// The font at the current text scale. Cached: cheap to call from paint.
const QFont &font(TextStyle style);

} // namespace Weir
