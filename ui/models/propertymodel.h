#pragma once

#include "core/flags/runflags.h"
#include "core/store/eventquery.h"
#include "ui/models/jsonmembers.h"

#include <QAbstractItemModel>

#include <array>
#include <deque>
#include <optional>
#include <vector>

namespace Weir {

/// What the Properties tab shows of one event: groups ("Required", "Event properties", "Context") with a row
/// per member of the payload, in its order and with its spelling. Objects and arrays are read when they are
/// opened. Or what it shows of a run as a whole. For both, "Flags of this run". Column 0 is the key, column 1
/// the value.
class PropertyModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum class Group {
        Required,
        Properties, ///< Of a run: what is known of it.
        Flags, ///< The values that the run has seen. Not there for an event without a run.
        Context, ///< Not there for a run.
        Violations, ///< What is wrong with the event. Not there when nothing is.
    };
    enum class RowKind {
        Group,
        Value, ///< From the payload.
        Missing, ///< Required and not there.
        Fact, ///< What Weir computed; its key is not a name in the payload.
        Violation, ///< What is wrong, and its name.
        Flag, ///< A value that the run has seen or was served.
        More, ///< Stands for what a long array holds beyond its first rows.
    };
    enum Role {
        RowKindRole = Qt::UserRole + 1, ///< int of RowKind
        JsonKindRole, ///< int of JsonKind
        PathRole, ///< "properties.items[0].id"; empty for groups and facts.
        TextRole, ///< The value as text: strings unescaped.
        JsonRole, ///< The value's JSON, as written.
        CountRole, ///< Of a group: its rows; −1: not known yet.
        RequiredRole, ///< bool: required and there.
        NoteRole, ///< A sentence about what is odd with the row; empty when nothing is.
        InvalidRole, ///< bool: that breaks the plan.
        FilterKeyRole, ///< The key of a filter by this value; empty when it cannot be filtered by.
        OverriddenRole, ///< bool, of a flag.
        WhereRole, ///< Of a flag: "$feature_flag_called 14:32:05.043", the event that carries it first, if
                   ///< any.
        EventRole, ///< Of a flag: the id of that event; 0: it was only served.
    };

    using QAbstractItemModel::QAbstractItemModel;

    void setEvent(const StoredEvent &event, const std::vector<Violation> &violations = {});
    /// The run as a whole, in place of an event.
    void setRun(const TraceSummary &run);
    /// Of the run that is shown, or whose event is. Nothing: not known yet, as after setEvent() and setRun().
    void setRunFlags(const std::optional<std::vector<RunFlag>> &flags);
    void clear();
    /// Invalid when there is no such group.
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
        QString where; ///< This and the next two are a flag's.
        EventId event{};
        bool overridden = false;
        bool required = false;
        bool invalid = false;
        bool fetched = false;
        std::vector<Node *> children;
    };

    Node *nodeAt(const QModelIndex &index) const;
    QModelIndex indexOf(const Node *node, int column = 0) const;
    Node *add(Node *parent, Node node);
    void addMember(Node *parent, const JsonMember &member, const QString &path, const QString &filterKey);
    void reset(const StoredEvent &event, const std::vector<std::pair<Group, QString>> &groups);
    Node *groupNode(Group group) const { return m_byGroup[static_cast<std::size_t>(group)]; }
    void addRequired(const QString &key, const std::string &value, const QString &note);
    void addFact(const QString &key, const QString &text);
    void addFlag(const RunFlag &flag);
    void addPayload();
    void addViolations();
    void noteViolation(Node &node) const;
    void addProperties(std::string_view object, const QString &path);
    void addContext(std::string_view object, const QString &path);
    void addSkew();
    qint64 groupCount(const Node &node) const;
    bool isShownAsRequired(const JsonMember &member) const;
    QString displayText(const Node &node, int column) const;
    QString accessibleText(const Node &node) const;

    StoredEvent m_event;
    std::vector<Violation> m_violations;
    std::deque<Node> m_nodes; ///< Owns; addresses stay.
    std::vector<Node *> m_groups; ///< Those that are there, in order.
    std::array<Node *, 5> m_byGroup{}; ///< By Group; null: not there.
    bool m_flagsKnown = false;
};

} // namespace Weir
