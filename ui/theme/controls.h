#pragma once

#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"

#include <QLabel>
#include <QWidget>

class QAbstractButton;
class QPainter;
class QToolButton;

namespace Weir {

enum class ButtonKind : std::uint8_t {
    Normal,
    Primary, ///< At most one in sight.
    Ghost, ///< No frame until hovered; for icons in bars.
    Warning, ///< A state that the user should leave: Resume.
    Segment, ///< One choice of a SegmentBar.
    Link, ///< Accent text.
};
enum class ButtonSize : std::uint8_t { Small = 24, Regular = 28, Large = 34 };

/// How WeirStyle draws a QPushButton or QToolButton. The default is Normal, Regular.
void setButtonLook(QAbstractButton *button, ButtonKind kind, ButtonSize size = ButtonSize::Regular);
ButtonKind buttonKind(const QWidget *button);
ButtonSize buttonSize(const QWidget *button);
/// The key that does the same, drawn as a chip behind the text: "Space".
void setKeyHint(QAbstractButton *button, const QString &key);
QString keyHint(const QWidget *button);

/// Lets a scroll bar lie over what it scrolls, instead of taking room beside it.
void setOverlay(QWidget *scrollBar);
bool hasOverlay(const QWidget *scrollBar);

/// A square ghost button with an icon; the name is its accessible name and tool tip.
QToolButton *iconButton(const QString &icon, const QString &name, QWidget *parent = nullptr);

/// A key as a small framed chip; what `drawKeyChip` needs in width.
int keyChipWidth(const QString &key);
void drawKeyChip(QPainter *painter, const QRect &rect, const QString &key, Token ink = Token::T3);

/// A rounded fill with a one-pixel border; invalid colours are left out.
void drawRounded(QPainter *painter, const QRect &rect, int radius, const QColor &fill, const QColor &border,
    int borderWidth = 1);

/// A small coloured label with an icon, as in the detail pane's header. Returns the width it takes; draws
/// when there is a painter. The colour of the text is `ink`.
int drawBadge(
    QPainter *painter, QPoint topLeft, QStringView icon, const QString &text, Token ink, Token fill);
int badgeHeight();

/// Text in a style and colour of the design, that follows theme and scale.
class TextLabel : public QLabel
{
    Q_OBJECT
public:
    explicit TextLabel(const QString &text = {}, TextStyle style = TextStyle::Row, Token ink = Token::T1,
        QWidget *parent = nullptr);
    void setLook(TextStyle style, Token ink);
    /// One line that ends in "…" where it does not fit, and takes no more room than there is.
    void setEliding(bool eliding);

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void applyLook();

    TextStyle m_style;
    Token m_ink;
    bool m_applying = false, m_eliding = false;
};

/// A widget with a fill and one-pixel borders, which all bars and panes are made of.
class Surface : public QWidget
{
    Q_OBJECT
public:
    explicit Surface(Token fill, Qt::Edges borders = {}, QWidget *parent = nullptr);
    void setFill(Token fill);
    void setBorders(Qt::Edges borders);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Token m_fill;
    Qt::Edges m_borders;
};

/// An upright hairline between groups of controls: 16 px high.
class Divider : public QWidget
{
    Q_OBJECT
public:
    explicit Divider(QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace Weir
