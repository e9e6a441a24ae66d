#pragma once

#include "ui/theme/controls.h"

#include <QList>

class QHBoxLayout;
class QPushButton;

namespace Weir {

/// A full-width bar above the content, about one thing that the user should know or do. Hidden when it has
/// nothing to say.
class NoteBar : public QWidget
{
    Q_OBJECT
public:
    enum class Tone { Warning, Error };
    explicit NoteBar(QWidget *parent = nullptr);

    void show(Tone tone, const QString &text, const QStringList &choices = {});
    void clear();
    QString text() const;

signals:
    /// The button at `index` of the choices was pressed.
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Warning;
    QHBoxLayout *m_layout;
    TextLabel *m_text;
    QList<QPushButton *> m_buttons;
};

} // namespace Weir
