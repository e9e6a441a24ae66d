#pragma once

#include "core/flags/flagreport.h"

#include <QAbstractTableModel>

#include <deque>
#include <vector>

namespace Weir {

/// The values that were served, newest first, in pages as they are scrolled to, and whether events show them.
/// Holds no worker: what it needs leaves as `pageNeeded`, and comes back by setPage() with the same number.
/// Late answers are dropped.
class ServedTable : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, SdkColumn, DistinctId, Request, Value, Seen, ColumnCount };

    explicit ServedTable(QObject *parent = nullptr);

    const std::string &key() const { return m_key; }
    /// The answer of a row, with its one value; null outside.
    const ServedFlags *served(int row) const;
    /// The trace of the event that has shown the row's value; empty: none.
    QString seenTrace(int row) const;

public slots:
    /// Of one flag, and of one SDK by its reported name; an empty name: of all. Starts anew.
    void show(const std::string &key, const std::string &sdk);
    /// There may be newer ones.
    void refresh();
    void setPage(quint64 number, const Weir::ServedPage &page);

signals:
    void pageNeeded(quint64 number, const Weir::ServedQuery &query);

public:
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

private:
    quint64 ask(std::int64_t before);
    static QString seenText(const FlagSeen &seen);
    void addNewest(const ServedPage &page);
    void update(const std::vector<ServedFlags> &answers);
    void addOlder(const ServedPage &page);

    std::string m_key, m_sdk;
    std::deque<ServedFlags> m_rows;
    std::int64_t m_next = 0; ///< Where the following page begins; 0: there is none.
    quint64 m_lastNumber = 0;
    quint64 m_newest = 0, m_older = 0; ///< Numbers of what is on its way; 0: nothing.
    bool m_isOld = false; ///< What is on its way will be old when it comes.
};

} // namespace Weir
