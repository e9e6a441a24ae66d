#pragma once

#include "ui/models/flagboard.h"

#include <QAbstractTableModel>

#include <set>
#include <vector>

namespace Weir {

/// The flags of the board by rising key, and those that were added by hand and that nobody else knows yet.
/// Rows come and go with the board's reports; what stays keeps its row object, so a selection holds.
class FlagListModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Flag, Upstream, Serve, PickUp, LastServed, ColumnCount };

    /// `board` outlives this.
    explicit FlagListModel(const FlagBoard &board, QObject *parent = nullptr);

    const FlagReport &report() const { return m_board.report(); }
    UtcTime now() const { return m_now; }
    /// The flag of a row; null outside.
    const FlagState *flag(int row) const;
    /// Of any flag, shown or not; null when it is none.
    const FlagState *find(std::string_view key) const;
    int rowOf(std::string_view key) const; ///< -1: not shown.

public slots:
    /// Only flags whose key has this text, in any case.
    void setFind(const QString &text);
    /// Lists a flag before anyone knows it.
    void addFlag(const std::string &key);
    /// Texts like "41 s ago" are told anew.
    void setNow(Weir::UtcTime now);

public:
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void refresh();
    std::vector<std::string> wantedKeys() const;
    QString text(const FlagState &flag, int column) const;
    QString spoken(const FlagState &flag, int column) const;

    const FlagBoard &m_board;
    UtcTime m_now{};
    QString m_find;
    std::vector<std::string> m_keys; ///< Of the rows.
    std::map<std::string, FlagState, std::less<>> m_added;
};

} // namespace Weir
