#pragma once

#include "core/flags/runflags.h"

#include <QWidget>

#include <vector>

namespace Weir {

/// The values of flags that a run has seen, in one line: as many as there is room for, and how many more.
/// Of those that were only served the overridden ones, in quiet ink. All of them are the accessible name and
/// the tool tip. Nothing is drawn for none.
class RunFlagsBar : public QWidget
{
    Q_OBJECT
public:
    explicit RunFlagsBar(QWidget *parent = nullptr);

    void setFlags(const std::vector<RunFlag> &flags);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<RunFlag> m_flags;
};

} // namespace Weir
