#pragma once

#include "ui/theme/tokens.h"

#include <QPushButton>
#include <QString>
#include <QVariantAnimation>
#include <QWidget>

namespace Weir {

/// A switch that is read from two metres: 64 by 34, with the word On or Off. It shows what is served and
/// never what was only asked for: a click is `clicked`, and setChecked() comes with the answer.
class BigSwitch : public QPushButton
{
    Q_OBJECT
public:
    enum class Size { Large, Strip };
    explicit BigSwitch(Size size, QWidget *parent = nullptr);

    void setServed(bool on);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void nextCheckState() override { }
    void paintEvent(QPaintEvent *event) override;

private:
    QSize trackSize() const;

    Size m_size;
    QVariantAnimation m_knob; ///< 0: off, 1: on.
};

/// One choice among a few, with a check mark on the one that holds.
class DemoChip : public QPushButton
{
    Q_OBJECT
public:
    enum class Look {
        Scene, ///< 34 px, Inter.
        Variant, ///< 30 px, a key: JetBrains Mono.
        Menu, ///< As Scene, and opens a menu.
    };
    DemoChip(const QString &text, Look look, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void nextCheckState() override { }
    void paintEvent(QPaintEvent *event) override;

private:
    const QFont &face() const;

    Look m_look;
};

/// How far an override has come: set, served, seen.
class StageDots : public QWidget
{
    Q_OBJECT
public:
    explicit StageDots(QWidget *parent = nullptr);

    void setStage(int stage); ///< 0: there is none, and nothing is drawn.
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_stage = 0;
};

/// An icon that is no button.
class DemoGlyph : public QWidget
{
    Q_OBJECT
public:
    DemoGlyph(const QString &icon, int size, Token ink, QWidget *parent = nullptr);

    void setIcon(const QString &icon, Token ink);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    int m_size;
    Token m_ink;
};

/// The key of a switch, in a frame: "1".
class NumberChip : public QWidget
{
    Q_OBJECT
public:
    explicit NumberChip(int number, QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_number;
};

} // namespace Weir
