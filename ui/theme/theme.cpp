#include "ui/theme/theme.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/weirstyle.h"

#include <QApplication>
#include <QWidget>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace Weir {

namespace {

// The application has one look, as it has one palette. Only Theme writes it, only the window's thread reads.
struct Look
{
    Scheme scheme = Scheme::Dark;
    int textScale = 100;
    Density density = Density::Compact;
};
Look look;

int nearestScale(int percent)
{
    return *std::min_element(std::begin(textScales), std::end(textScales),
        [percent](int a, int b) { return std::abs(a - percent) < std::abs(b - percent); });
}

} // namespace

QColor color(Token token)
{
    return QColor::fromRgb(tokenRgb(look.scheme, token));
}

Scheme currentScheme()
{
    return look.scheme;
}

int px(int designPixels)
{
    const int scaled = (designPixels * look.textScale + 50) / 100;
    return designPixels > 0 ? std::max(1, scaled) : scaled;
}

int rowHeight()
{
    switch (look.density) {
    case Density::Dense:
        return px(20);
    case Density::Compact:
        return px(24);
    case Density::Comfortable:
        return px(28);
    }
    return px(24);
}

QColor traceColor(int index)
{
    const int colours = 10;
    return color(static_cast<Token>(static_cast<int>(Token::Trace0) + std::clamp(index, 0, colours - 1)));
}

QPalette paletteFor(Scheme scheme)
{
    const auto c = [scheme](Token token) { return QColor::fromRgb(tokenRgb(scheme, token)); };
    QPalette palette;
    const std::pair<QPalette::ColorRole, Token> roles[] = {
        {QPalette::Window, Token::S2},
        {QPalette::WindowText, Token::T1},
        {QPalette::Base, Token::S1},
        {QPalette::AlternateBase, Token::S2},
        {QPalette::Text, Token::T1},
        {QPalette::Button, Token::S3},
        {QPalette::ButtonText, Token::T1},
        {QPalette::BrightText, Token::PrimaryText},
        {QPalette::PlaceholderText, Token::T3},
        {QPalette::Highlight, Token::Sel},
        {QPalette::HighlightedText, Token::T1},
        {QPalette::ToolTipBase, Token::S4},
        {QPalette::ToolTipText, Token::T1},
        {QPalette::Link, Token::Accent},
        {QPalette::LinkVisited, Token::Accent},
        {QPalette::Light, Token::S4},
        {QPalette::Midlight, Token::S3},
        {QPalette::Mid, Token::Line2},
        {QPalette::Dark, Token::Line2},
        {QPalette::Shadow, Token::Line3},
    };
    for (const auto &[role, token] : roles)
        palette.setColor(role, c(token));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c(Token::T4));
    palette.setColor(QPalette::Inactive, QPalette::Highlight, c(Token::SelQuiet));
    return palette;
}

Theme::Theme(QObject *parent)
    : QObject(parent)
{
}

Theme::~Theme() = default;

void Theme::install()
{
    loadFonts();
    QApplication::setStyle(new WeirStyle);
    m_installed = true;
    apply();
}

int Theme::textScale() const
{
    return look.textScale;
}

Density Theme::density() const
{
    return look.density;
}

void Theme::setChoice(SchemeChoice choice)
{
    m_choice = choice;
    apply();
}

void Theme::toggle()
{
    setChoice(look.scheme == Scheme::Dark ? SchemeChoice::Light : SchemeChoice::Dark);
}

void Theme::setTextScale(int percent)
{
    look.textScale = nearestScale(percent);
    apply();
}

void Theme::changeTextScale(int steps)
{
    const auto at = std::find(std::begin(textScales), std::end(textScales), look.textScale);
    const int index = static_cast<int>(at - std::begin(textScales)) + steps;
    setTextScale(textScales[std::clamp(index, 0, static_cast<int>(std::size(textScales)) - 1)]);
}

void Theme::setDensity(Density density)
{
    look.density = density;
    apply();
}

void Theme::setSystemScheme(Scheme scheme)
{
    m_system = scheme;
    if (m_choice == SchemeChoice::System)
        apply();
}

void Theme::apply()
{
    look.scheme = m_choice == SchemeChoice::System ? m_system
        : m_choice == SchemeChoice::Dark           ? Scheme::Dark
                                                   : Scheme::Light;
    if (!m_installed)
        return;
    QApplication::setPalette(paletteFor(look.scheme));
    QApplication::setFont(font(TextStyle::Row));
    emit changed();
    // Metrics come from the style and scale with the text: layouts have to ask again.
    for (QWidget *widget : QApplication::allWidgets()) {
        QEvent restyled(QEvent::StyleChange);
        QCoreApplication::sendEvent(widget, &restyled);
        widget->updateGeometry();
        widget->update();
    }
}

} // namespace Weir
