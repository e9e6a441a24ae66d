#pragma once

#include "core/store/eventquery.h"
#include "ui/models/jsonmembers.h"

#include <QAbstractItemModel>

#include <deque>

namespace Weir {

/// What the Properties tab shows of one event: three groups ("Required", "Event properties", "Context") with
/// a row per member of the payload, in its order and with its spelling. Objects and arrays are read when they
/// are opened. Column 0 is the key, column 1 the value.
class PropertyModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum class Group { Required, Properties, Context };
    enum class RowKind {
        Group,
        Value, ///< From the payload.
        Missing, ///< Required and not there.
        Fact, ///< What Weir computed; its key is not a name in the payload.
        More, ///< Stands for what a long array holds beyond its first rows.
    };
    enum Role {
        RowKindRole = Qt::UserRole + 1, ///< int of RowKind
        JsonKindRole, ///< int of JsonKind
        PathRole, ///< "properties.items[0].id"; empty for groups and facts.
        TextRole, ///< The value as text: strings unescaped.
        JsonRole, ///< The value's JSON, as written.
        CountRole, ///< Of a group: its rows.
        RequiredRole, ///< bool: required and there.
        NoteRole, ///< A sentence about what is odd with the row; empty when nothing is.
        FilterKeyRole, ///< The key of a filter by this value; empty when it cannot be filtered by.
    };

    using QAbstractItemModel::QAbstractItemModel;

    void setEvent(const StoredEvent &event);
    void clear();
    QModelIndex groupIndex(Group group) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node
    {
        Node *parent = nullptr;
        int row = 0;
        RowKind kind = RowKind::Value;
        JsonKind json = JsonKind::Null;
        QString key, path, text; ///< `text` instead of `raw` for what is not in the payload.
        std::string_view raw;
        QString note, filterKey;
        bool required = false;
        bool fetched = false;
        std::vector<Node *> children;
    };

    Node *nodeAt(const QModelIndex &index) const;
    QModelIndex indexOf(const Node *node, int column = 0) const;
    Node *add(Node *parent, Node node);
    void addMember(Node *parent, const JsonMember &member, const QString &path, const QString &filterKey);
    void addGroups();
    void addRequired(const QString &key, const std::string &value, const QString &note);
    void addPayload();
    void addProperties(std::string_view object, const QString &path);
    void addContext(std::string_view object, const QString &path);
    void addFacts();
    bool isShownAsRequired(const JsonMember &member) const;
    QString displayText(const Node &node, int column) const;
    QString accessibleText(const Node &node) const;

    StoredEvent m_event;
    std::deque<Node> m_nodes; ///< Owns; addresses stay.
    std::vector<Node *> m_groups;
};

} // namespace Weir
