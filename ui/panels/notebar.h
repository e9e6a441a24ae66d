#pragma once

#include "ui/theme/controls.h"

namespace Weir {

/// A full-width bar above the content, about one thing that the user should know. Hidden when it has
/// nothing to say.
class NoteBar : public QWidget
{
    Q_OBJECT
public:
    enum class Tone { Warning, Error };
    explicit NoteBar(QWidget *parent = nullptr);

    void show(Tone tone, const QString &text);
    void clear();
    QString text() const; ///< Empty while it is hidden.

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Warning;
    TextLabel *m_text;
};

} // namespace Weir
