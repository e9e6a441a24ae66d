#pragma once

#include "ui/theme/controls.h"

#include <QStringList>

class QButtonGroup;
class QPushButton;

namespace Weir {

/// A few choices side by side in a frame, one of them on. Tab enters it once, arrows move; each is a radio
/// button to a screen reader, named after the bar: "Serve: Off".
class SegmentBar : public QWidget
{
    Q_OBJECT
public:
    explicit SegmentBar(const QString &name, QWidget *parent = nullptr);

    /// The buttons are made anew when the texts differ.
    void setChoices(const QStringList &texts);
    QStringList choices() const { return m_texts; }
    void setCurrent(int choice); ///< -1: none. Emits nothing.
    int current() const;
    /// A choice that stands out in the accent while it is on; the others are plain.
    void setAccentFrom(int choice);
    QAbstractButton *button(int choice) const;

signals:
    void chosen(int choice); ///< By the user.

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fit();
    void fixFocus();

    QString m_name;
    QStringList m_texts;
    QButtonGroup *m_group;
    int m_accentFrom;
};

/// A segment bar, or a button with a menu when there are more choices than have room side by side.
class ChoiceBar : public QWidget
{
    Q_OBJECT
public:
    /// More than `sideBySide` choices become a menu.
    ChoiceBar(const QString &name, int sideBySide, QWidget *parent = nullptr);

    void setChoices(const QStringList &texts);
    void setCurrent(int choice);
    int current() const { return m_current; }
    SegmentBar *segments() const { return m_segments; }
    QPushButton *menuButton() const { return m_button; }

signals:
    void chosen(int choice);

private:
    void showMenu();

    QString m_name;
    int m_sideBySide, m_current = -1;
    SegmentBar *m_segments;
    QPushButton *m_button;
};

} // namespace Weir
