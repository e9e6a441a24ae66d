#pragma once

#include "core/flags/flagreport.h"
#include "ui/theme/controls.h"

#include <QList>

namespace Weir {

/// Whether the SDKs have an override: set, served, seen, each with the SDKs and times; and what makes each
/// SDK ask again.
class PickUpPane : public QWidget
{
    Q_OBJECT
public:
    explicit PickUpPane(QWidget *parent = nullptr);

    void show(const FlagState &flag, const FlagReport &report, UtcTime now);

private:
    class Step;
    class Hint;
    void showHints(const FlagReport &report, UtcTime now);

    TextLabel *m_title;
    Step *m_steps[3];
    QList<Hint *> m_hints;
    TextLabel *m_more;
};

} // namespace Weir
