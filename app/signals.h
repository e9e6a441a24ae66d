#pragma once

#include <QObject>

namespace Weir {

/// Turns SIGINT and SIGTERM into one Qt signal, so that a program can finish its work. A second one of either
/// ends the process at once. One object a process.
class StopSignal : public QObject
{
    Q_OBJECT
public:
    explicit StopSignal(QObject *parent = nullptr);
    ~StopSignal() override;

signals:
    void received();
};

} // namespace Weir
