#pragma once

#include "ui/theme/controls.h"

#include <QList>

class QVBoxLayout;

namespace Weir {

/// What the nav shows below its pages: a title, a state, and rows of a name with a value. Hidden while it has
/// no rows, or no room.
class NavSection : public QWidget
{
    Q_OBJECT
public:
    struct Row
    {
        QString id; ///< What `rowRequested` gives.
        QString name, value;
        bool operator==(const Row &) const = default;
    };

    explicit NavSection(const QString &title, QWidget *parent = nullptr);

    /// `state` stands beside the title: "2 active". No more than eight rows are shown.
    void setRows(const QList<Row> &rows, const QString &state);
    void setRoom(bool hasRoom);

signals:
    void rowRequested(const QString &id);

protected:
    void changeEvent(QEvent *event) override;

private:
    void fit();

    QString m_title;
    QList<Row> m_rows;
    bool m_hasRoom = true;
    TextLabel *m_name, *m_state, *m_more;
    QVBoxLayout *m_column;
    QList<QWidget *> m_buttons;
};

} // namespace Weir
