#pragma once

#include "ui/models/flaglistmodel.h"
#include "ui/models/servedtable.h"

#include <QTimer>
#include <QWidget>

class QTreeView;

namespace Weir {

class ChoiceBar;
class TextLabel;

/// What was served of one flag, newest first. Follows while it is in sight and stands at its top; scrolled
/// away, it holds still.
class ServedLog : public QWidget
{
    Q_OBJECT
public:
    /// `model` outlives this.
    explicit ServedLog(const FlagListModel &model, QWidget *parent = nullptr);

    ServedTable &table() { return m_table; }
    QTreeView *view() const { return m_view; }
    void show(const QString &key);
    /// More may have been served, and by other SDKs.
    void refresh();

signals:
    /// The trace of the event that has shown a value, by a click on it or Enter on the row.
    void traceWanted(const QString &traceId);

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fit();
    void follow();
    void showSdks();
    void showEmpty();

    const FlagListModel &m_model;
    ServedTable m_table;
    QTimer m_follow;
    std::string m_sdk; ///< As reported; empty: all.
    std::vector<std::string> m_sdks; ///< Behind the choices after the first.
    QWidget *m_head;
    TextLabel *m_key, *m_empty;
    ChoiceBar *m_filter;
    QTreeView *m_view;
};

} // namespace Weir
