#pragma once

#include <QAbstractButton>

namespace Weir {

/// "37 new events" over the end of a list; a click goes there. Hidden while there are none.
class NewEventsPill : public QAbstractButton
{
    Q_OBJECT
public:
    explicit NewEventsPill(QWidget *parent);

    void setCount(qint64 count); ///< Above 999 it says "999+".
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace Weir
