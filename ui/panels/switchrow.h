#pragma once

#include "core/base/time.h"
#include "ui/models/demoswitches.h"
#include "ui/theme/tokens.h"

#include <QList>
#include <QWidget>

#include <optional>

class QGridLayout;

namespace Weir {

class BigSwitch;
class DemoChip;
class DemoGlyph;
class StageDots;
class TextLabel;

/// A switch with its words, in either form of the switchboard. Asks by signals, and shows what comes back.
class SwitchCell : public QWidget
{
    Q_OBJECT
public:
    /// `number`: its key, from 1.
    SwitchCell(int number, BigSwitch *control, int glyphSize, QWidget *parent);

    virtual void setSwitch(const DemoSwitch &shown, UtcTime now);
    BigSwitch *control() const { return m_control; }
    /// Tells screen readers that the override was picked up.
    void announce();

signals:
    void toggleWanted();
    void variantWanted(const QString &variant);

protected:
    static QString iconOf(DemoSwitch::Tone tone);
    static Token inkOf(DemoSwitch::Tone tone);

    TextLabel *m_name, *m_status;
    DemoGlyph *m_glyph;

private:
    void name(const DemoSwitch &shown, UtcTime now);

    BigSwitch *m_control;
    QString m_key; ///< The number, as a key.
    DemoSwitch m_named; ///< What its accessible name is made of…
    std::optional<UtcTime> m_namedAt; ///< …and when.
};

/// The large form: name and key, the switch, variants, the status with its stages.
class SwitchRow : public SwitchCell
{
    Q_OBJECT
public:
    explicit SwitchRow(int number, QWidget *parent = nullptr);

    void setSwitch(const DemoSwitch &shown, UtcTime now) override;
    const QList<DemoChip *> &variants() const { return m_variants; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void buildVariants(const QStringList &variants);

    TextLabel *m_flag, *m_limits;
    StageDots *m_dots;
    QWidget *m_variantBox, *m_limitsBox;
    QGridLayout *m_variantGrid;
    QStringList m_variantNames;
    QList<DemoChip *> m_variants;
};

/// The same in one row of the strip.
class StripCell : public SwitchCell
{
    Q_OBJECT
public:
    explicit StripCell(int number, QWidget *parent = nullptr);
    void setSwitch(const DemoSwitch &shown, UtcTime now) override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace Weir
