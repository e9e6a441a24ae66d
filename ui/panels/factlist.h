#pragma once

#include "ui/models/eventfacts.h"

#include <QWidget>

class QGridLayout;

namespace Weir {

class TextLabel;

/// Facts as two columns of text that can be selected: labels in T2, values in mono.
class FactList : public QWidget
{
    Q_OBJECT
public:
    explicit FactList(const QString &name, QWidget *parent = nullptr);
    void setFacts(const QList<Fact> &facts);

private:
    QGridLayout *m_grid;
    QList<TextLabel *> m_labels, m_values; ///< Kept and reused from event to event.
};

} // namespace Weir
