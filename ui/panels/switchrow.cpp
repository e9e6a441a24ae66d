#include "ui/panels/switchrow.h"

#include "ui/models/format.h"
#include "ui/panels/democontrols.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr auto renamedEvery = 10s; ///< An age that is spoken is seldom new: a screen reader reads each.
constexpr int variantsInRow = 3;
constexpr int ring = 3; ///< Around the switch: the right edge of all else is where the switch's own is.

/// Without what changes by itself as time goes by.
DemoSwitch ageless(DemoSwitch shown)
{
    shown.status.clear();
    shown.spoken.clear();
    shown.limits.clear();
    return shown;
}

} // namespace

SwitchCell::SwitchCell(int number, BigSwitch *control, int glyphSize, QWidget *parent)
    : QWidget(parent)
    , m_name(new TextLabel({}, TextStyle::Title, Token::T1, this))
    , m_status(new TextLabel({}, TextStyle::RowMedium, Token::T2, this))
    , m_glyph(new DemoGlyph(u"server"_s, glyphSize, Token::T3, this))
    , m_control(control)
    , m_key(QString::number(number))
{
    m_control->setParent(this);
    m_status->setEliding(true);
    connect(m_control, &QAbstractButton::clicked, this, &SwitchCell::toggleWanted);
}

QString SwitchCell::iconOf(DemoSwitch::Tone tone)
{
    switch (tone) {
    case DemoSwitch::Tone::Done:
        return u"circle-check"_s;
    case DemoSwitch::Tone::Waiting:
        return u"clock"_s;
    case DemoSwitch::Tone::Plain:
        break;
    }
    return u"server"_s;
}

Token SwitchCell::inkOf(DemoSwitch::Tone tone)
{
    switch (tone) {
    case DemoSwitch::Tone::Done:
        return Token::Ok;
    case DemoSwitch::Tone::Waiting:
        return Token::Warn;
    case DemoSwitch::Tone::Plain:
        break;
    }
    return Token::T2;
}

void SwitchCell::setSwitch(const DemoSwitch &shown, UtcTime now)
{
    m_control->setServed(shown.isOn);
    m_control->setToolTip(tr("Key %1").arg(m_key));
    m_glyph->setIcon(
        iconOf(shown.tone), shown.tone == DemoSwitch::Tone::Plain ? Token::T3 : inkOf(shown.tone));
    name(shown, now);
}

void SwitchCell::name(const DemoSwitch &shown, UtcTime now)
{
    if (m_namedAt && ageless(m_named) == ageless(shown) && now - *m_namedAt < renamedEvery)
        return;
    m_named = shown;
    m_namedAt = now;
    m_control->setAccessibleName(shown.accessibleName());
}

void SwitchCell::announce()
{
    QAccessibleEvent alert(m_status, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

SwitchRow::SwitchRow(int number, QWidget *parent)
    : SwitchCell(number, new BigSwitch(BigSwitch::Size::Large), 15, parent)
    , m_flag(new TextLabel({}, TextStyle::Mono, Token::T3, this))
    , m_limits(new TextLabel({}, TextStyle::RowMedium, Token::Warn, this))
    , m_dots(new StageDots(this))
    , m_variantBox(new QWidget(this))
    , m_limitsBox(new QWidget(this))
    , m_variantGrid(new QGridLayout(m_variantBox))
{
    m_name->setEliding(true);
    m_flag->setEliding(true);
    m_variantBox->hide();
    auto *names = new QVBoxLayout;
    names->setSpacing(px(1));
    names->addWidget(m_name);
    names->addWidget(m_flag);
    auto *top = new QHBoxLayout;
    top->setSpacing(px(12));
    top->addWidget(new NumberChip(number, this));
    top->addLayout(names, 1);
    top->addWidget(control());
    m_variantGrid->setContentsMargins(0, px(7), ring, ring);
    m_variantGrid->setSpacing(px(6));
    auto *status = new QHBoxLayout;
    status->setContentsMargins(0, px(5), ring, 0);
    status->setSpacing(px(6));
    status->addWidget(m_glyph);
    status->addWidget(m_status, 1);
    status->addWidget(m_dots);
    auto *limits = new QHBoxLayout(m_limitsBox);
    limits->setContentsMargins(0, px(4), ring, 0);
    limits->setSpacing(px(6));
    limits->addWidget(new DemoGlyph(u"timer"_s, 15, Token::Warn, m_limitsBox));
    limits->addWidget(m_limits, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(px(16), px(9), px(16) - ring, px(11));
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_variantBox);
    column->addLayout(status);
    column->addWidget(m_limitsBox);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void SwitchRow::setSwitch(const DemoSwitch &shown, UtcTime now)
{
    SwitchCell::setSwitch(shown, now);
    m_name->setText(shown.name);
    m_name->setToolTip(shown.name);
    const QString flag = fromUtf8(shown.key);
    m_flag->setText(flag);
    m_flag->setVisible(flag != shown.name);
    m_status->setLook(TextStyle::RowMedium, inkOf(shown.tone));
    m_status->setText(shown.status);
    m_status->setToolTip(shown.status);
    m_dots->setStage(shown.stage);
    m_limits->setText(shown.limits);
    m_limitsBox->setVisible(!shown.limits.isEmpty());
    if (shown.variants != m_variantNames)
        buildVariants(shown.variants);
    for (DemoChip *chip : m_variants)
        chip->setChecked(shown.isOn && chip->text() == shown.variant);
}

void SwitchRow::buildVariants(const QStringList &variants)
{
    m_variantNames = variants;
    for (DemoChip *old : std::exchange(m_variants, {})) {
        old->hide();
        old->deleteLater(); // It may be in the middle of its own click.
    }
    for (const QString &variant : variants) {
        auto *chip = new DemoChip(variant, DemoChip::Look::Variant, m_variantBox);
        chip->setAccessibleName(tr("%1, %2").arg(m_name->text(), variant));
        const auto place = static_cast<int>(m_variants.size());
        m_variantGrid->addWidget(chip, place / variantsInRow, place % variantsInRow);
        connect(chip, &QAbstractButton::clicked, this, [this, variant] { emit variantWanted(variant); });
        chip->show();
        m_variants.append(chip);
    }
    m_variantBox->setVisible(!variants.isEmpty());
}

void SwitchRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Token::S1));
    painter.fillRect(0, height() - 1, width(), 1, color(Token::Line2));
}

StripCell::StripCell(int number, QWidget *parent)
    : SwitchCell(number, new BigSwitch(BigSwitch::Size::Strip), 12, parent)
{
    m_name->setLook(TextStyle::CardTitle, Token::T1);
    m_status->setLook(TextStyle::CaptionRegular, Token::T2);
    m_status->setEliding(false);
    auto *status = new QHBoxLayout;
    status->setSpacing(px(4));
    status->addWidget(m_glyph);
    status->addWidget(m_status, 1);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addStretch();
    words->addWidget(m_name);
    words->addLayout(status);
    words->addStretch();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(px(10), 0, px(7), 0);
    row->setSpacing(px(7));
    row->addLayout(words, 1);
    row->addWidget(control());
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFixedHeight(px(44));
}

void StripCell::setSwitch(const DemoSwitch &shown, UtcTime now)
{
    SwitchCell::setSwitch(shown, now);
    const QString name = shown.isOn && !shown.variant.isEmpty() ? shown.shortName + u": "_s + shown.variant
                                                                : shown.shortName;
    // What is too long for its place is whole in the tool tip.
    m_name->setText(m_name->fontMetrics().elidedText(name, Qt::ElideMiddle, px(120)));
    const QString limits = shown.limits.isEmpty() ? QString() : u". "_s + shown.limits;
    m_name->setToolTip(shown.name + u": "_s + shown.status + limits);
    m_status->setLook(TextStyle::CaptionRegular, inkOf(shown.tone));
    m_status->setText(shown.limits.isEmpty() ? shown.shortStatus : shown.shortStatus + u", limited"_s);
    m_status->setToolTip(m_name->toolTip());
}

void StripCell::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(0, px(2), 1, height() - 2 * px(2), color(Token::Line2));
}

} // namespace Weir
