#include "ui/models/propertymodel.h"

#include "ui/models/format.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr std::size_t rowsPerValue = 1000; ///< Of a long array or object; the rest is in the Raw tab.
constexpr qsizetype shownText = 4000; ///< Of one value, in characters.

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// Where a source keeps what the event is about, and not how it was sent.
QString propertiesKey(const Event &event)
{
    if (event.source == Source::Supabase || event.type == EventType::RowChange)
        return u"record"_s;
    const bool describesSomeone = event.type == EventType::Identify || event.type == EventType::Group;
    return describesSomeone && event.source != Source::PostHog ? u"traits"_s : u"properties"_s;
}

QString childPath(const QString &path, const QString &key, JsonKind parentKind)
{
    if (parentKind == JsonKind::Array)
        return path + u'[' + key + u']';
    return path.isEmpty() ? key : path + u'.' + key;
}

QString carrierNote(const Event &event)
{
    if (has(event.notices, Notice::TraceFromRequest))
        return PropertyModel::tr("From the request: %1").arg(fromUtf8(event.traceCarrier));
    return {};
}

/// "/properties/items/0/id" as the model spells places: "properties.items[0].id".
QString pathOf(const std::string &pointer)
{
    QString path;
    for (const QString &part : fromUtf8(pointer).split(u'/', Qt::SkipEmptyParts)) {
        bool isPosition = false;
        part.toUInt(&isPosition);
        if (isPosition)
            path += u'[' + part + u']';
        else
            path += (path.isEmpty() ? u""_s : u"."_s)
                + QString(part).replace(u"~1"_s, u"/"_s).replace(u"~0"_s, u"~"_s);
    }
    return path;
}

/// These have rows of their own, as required.
bool isIdentity(const Violation &violation)
{
    return violation.property == "trace_id" || violation.property == "user_id"
        || violation.property == "workspace_id";
}

/// What is wrong, what was expected, what came, and what was likely meant.
QString violationSentence(const Violation &violation)
{
    QStringList parts;
    const QString place = pathOf(violation.path);
    if (violation.kind == ViolationKind::RequiredMissing)
        parts += PropertyModel::tr("%1 is missing").arg(fromUtf8(violation.property));
    else if (violation.kind == ViolationKind::AdditionalProperties)
        parts += PropertyModel::tr("%1 is not in the plan").arg(fromUtf8(violation.property));
    else if (violation.expected.empty())
        parts += (place.isEmpty() ? QString() : place + u": "_s) + fromUtf8(violation.message);
    else
        parts += (place.isEmpty() ? QString() : place + u": "_s)
            + PropertyModel::tr("got %1, plan says %2")
                  .arg(fromUtf8(violation.came), fromUtf8(violation.expected));
    if (!violation.nearest.empty())
        parts += PropertyModel::tr("did you mean %1?").arg(fromUtf8(violation.nearest));
    return parts.join(u", "_s);
}

} // namespace

void PropertyModel::setEvent(const StoredEvent &event, const std::vector<Violation> &violations)
{
    beginResetModel();
    m_violations = violations;
    std::vector<std::pair<Group, QString>> groups;
    if (!violations.empty())
        groups.emplace_back(Group::Violations, tr("Violations"));
    groups.emplace_back(Group::Required, tr("Required"));
    groups.emplace_back(Group::Properties, tr("Event properties"));
    if (!event.event.traceId.empty())
        groups.emplace_back(Group::Flags, tr("Flags of this run"));
    groups.emplace_back(Group::Context, tr("Context"));
    reset(event, groups);
    const Event &one = m_event.event;
    addRequired(u"trace_id"_s, one.traceIdRaw.empty() ? one.traceId : one.traceIdRaw, carrierNote(one));
    addRequired(u"user_id"_s, one.userId, {});
    addRequired(u"workspace_id"_s, one.workspaceId, {});
    addPayload();
    addViolations();
    addSkew();
    endResetModel();
}

void PropertyModel::setRun(const TraceSummary &run)
{
    beginResetModel();
    m_violations.clear();
    reset({},
        {{Group::Required, tr("Required")}, {Group::Properties, tr("Run")},
            {Group::Flags, tr("Flags of this run")}});
    addRequired(u"trace_id"_s, run.traceId, {});
    addRequired(u"user_id"_s, run.userId, {});
    addRequired(u"workspace_id"_s, run.workspaceId, {});
    if (run.firstAt)
        addFact(tr("Started"), formatClock(*run.firstAt));
    addFact(tr("Duration"), formatDuration(double(run.durationMs)));
    addFact(tr("Events"), formatCount(run.events));
    addFact(tr("Errors"), formatCount(run.errors));
    addFact(tr("Invalid"), formatCount(run.invalid));
    addFact(tr("Warnings"), formatCount(run.warnings));
    QStringList sources;
    for (const Source source : run.sources)
        sources += fromUtf8(toText(source));
    addFact(tr("Sources"), sources.join(u", "_s));
    addFact(tr("Overrides"), run.tainted ? tr("seen by an event of it") : tr("none seen"));
    endResetModel();
}

void PropertyModel::setRunFlags(const std::optional<std::vector<RunFlag>> &flags)
{
    Node *const group = groupNode(Group::Flags);
    if (!group)
        return;
    const QModelIndex parent = indexOf(group);
    if (!group->children.empty()) {
        beginRemoveRows(parent, 0, static_cast<int>(group->children.size()) - 1);
        group->children.clear(); // The nodes go with the next event.
        endRemoveRows();
    }
    m_flagsKnown = flags.has_value();
    if (flags && !flags->empty()) {
        beginInsertRows(parent, 0, static_cast<int>(flags->size()) - 1);
        for (const RunFlag &flag : *flags)
            addFlag(flag);
        endInsertRows();
    }
    emit dataChanged(parent, indexOf(group, 1)); // Its count.
}

void PropertyModel::clear()
{
    beginResetModel();
    m_violations.clear();
    reset({}, {});
    endResetModel();
}

void PropertyModel::reset(const StoredEvent &event, const std::vector<std::pair<Group, QString>> &groups)
{
    m_groups.clear();
    m_nodes.clear();
    m_byGroup = {};
    m_flagsKnown = false;
    m_event = event;
    for (const auto &[group, title] : groups) {
        Node node;
        node.kind = RowKind::Group;
        node.key = title;
        node.fetched = true;
        m_byGroup[static_cast<std::size_t>(group)] = add(nullptr, std::move(node));
    }
}

PropertyModel::Node *PropertyModel::add(Node *parent, Node node)
{
    auto &siblings = parent ? parent->children : m_groups;
    node.parent = parent;
    node.row = static_cast<int>(siblings.size());
    m_nodes.push_back(std::move(node));
    siblings.push_back(&m_nodes.back());
    return siblings.back();
}

void PropertyModel::addRequired(const QString &key, const std::string &value, const QString &note)
{
    Node node;
    node.key = node.path = key;
    node.json = JsonKind::String;
    node.text = fromUtf8(value);
    node.kind = value.empty() ? RowKind::Missing : RowKind::Value;
    node.required = !value.empty();
    node.note = note;
    node.filterKey = key;
    node.fetched = true;
    add(groupNode(Group::Required), std::move(node));
}

void PropertyModel::addFact(const QString &key, const QString &text)
{
    Node node;
    node.kind = RowKind::Fact;
    node.key = key;
    node.text = text;
    node.fetched = true;
    add(groupNode(Group::Properties), std::move(node));
}

void PropertyModel::addFlag(const RunFlag &flag)
{
    Node node;
    node.kind = RowKind::Flag;
    node.key = fromUtf8(flag.key);
    node.text = fromUtf8(toText(flag.value));
    node.overridden = flag.isOverridden;
    node.event = flag.event;
    if (raw(flag.event) == 0)
        node.where = tr("served, in no event %1").arg(formatClock(flag.at));
    else if (flag.event == m_event.event.id)
        node.where = tr("this event %1").arg(formatClock(flag.at));
    else
        node.where = fromUtf8(flag.eventName) + u' ' + formatClock(flag.at);
    if (raw(flag.event) == 0)
        node.note = tr("%1 answered with it; no event of this run carries it.").arg(fromUtf8(flag.servedBy));
    node.fetched = true;
    add(groupNode(Group::Flags), std::move(node));
}

void PropertyModel::addPayload()
{
    const auto top = jsonMembers(viewOf(m_event.payload), rowsPerValue);
    if (!top)
        return;
    const QString wanted = propertiesKey(m_event.event);
    const auto isProperties = [&wanted](const JsonMember &member) {
        return member.kind == JsonKind::Object && (member.key == wanted || member.key == "properties"_L1);
    };
    for (const JsonMember &member : top->members) {
        if (isProperties(member))
            addProperties(member.raw, member.key);
        else if (member.key == "context"_L1 && member.kind == JsonKind::Object)
            addContext(member.raw, member.key);
        else if (!isShownAsRequired(member))
            addMember(groupNode(Group::Context), member, member.key, {});
    }
}

void PropertyModel::addProperties(std::string_view object, const QString &path)
{
    const auto inner = jsonMembers(object, rowsPerValue);
    if (!inner)
        return;
    for (const JsonMember &member : inner->members) {
        // PostHog's own properties begin with a dollar sign: they tell how, not what.
        Node *group = groupNode(member.key.startsWith(u'$') ? Group::Context : Group::Properties);
        if (!isShownAsRequired(member))
            addMember(group, member, childPath(path, member.key, JsonKind::Object), member.key);
    }
}

void PropertyModel::addContext(std::string_view object, const QString &path)
{
    const auto inner = jsonMembers(object, rowsPerValue);
    if (!inner)
        return;
    for (const JsonMember &member : inner->members) {
        if (!isShownAsRequired(member))
            addMember(
                groupNode(Group::Context), member, childPath(path, member.key, JsonKind::Object), member.key);
    }
}

void PropertyModel::addMember(
    Node *parent, const JsonMember &member, const QString &path, const QString &filterKey)
{
    Node node;
    node.key = member.key;
    node.path = path;
    node.json = member.kind;
    node.raw = member.raw;
    const bool holdsValues = member.kind == JsonKind::Object || member.kind == JsonKind::Array;
    node.fetched = !holdsValues || member.raw.find_first_not_of(" \t\r\n", 1) == member.raw.size() - 1;
    node.filterKey = holdsValues ? QString() : filterKey;
    const bool isDuration = member.key == "latency_ms"_L1 || member.key == "time_ms"_L1
        || member.key == "duration_ms"_L1 || member.key == "duration"_L1;
    if (isDuration && member.kind == JsonKind::String && has(m_event.event.notices, Notice::DurationAsText))
        node.note = tr("A string that reads as a number");
    if (!m_violations.empty())
        noteViolation(node);
    add(parent, std::move(node));
}

void PropertyModel::addViolations()
{
    for (const Violation &violation : m_violations) {
        Node node;
        node.kind = RowKind::Violation;
        node.key = fromUtf8(toText(violation.kind));
        node.text = violationSentence(violation);
        node.invalid = breaksPlan(violation.kind);
        node.fetched = true;
        add(groupNode(Group::Violations), std::move(node));
        const bool isProperty = violation.kind == ViolationKind::RequiredMissing && !isIdentity(violation);
        if (!isProperty)
            continue;
        Node missing;
        missing.kind = RowKind::Missing;
        missing.key = fromUtf8(violation.property);
        missing.path = pathOf(violation.path + '/' + violation.property);
        missing.fetched = true;
        add(groupNode(Group::Properties), std::move(missing));
    }
}

/// The first violation at the node's place, in its note.
void PropertyModel::noteViolation(Node &node) const
{
    const auto found = std::ranges::find_if(m_violations, [&](const Violation &violation) {
        return violation.kind != ViolationKind::RequiredMissing && pathOf(violation.path) == node.path;
    });
    if (found == m_violations.end())
        return;
    node.invalid = breaksPlan(found->kind);
    node.note = found->expected.empty()
        ? fromUtf8(found->message)
        : tr("Got %1, plan says %2").arg(fromUtf8(found->came), fromUtf8(found->expected));
}

void PropertyModel::addSkew()
{
    const Event &event = m_event.event;
    if (!event.clientTime)
        return;
    const auto ahead = (*event.clientTime - event.timestamp).count();
    Node node;
    node.kind = RowKind::Fact;
    node.key = tr("Clock skew");
    node.fetched = true;
    node.text = ahead == 0 ? tr("none")
                           : tr("client %1%2, corrected")
                                 .arg(ahead > 0 ? u"+"_s : u"−"_s, formatDuration(std::abs(double(ahead))));
    if (has(event.notices, Notice::ClockSkew) || has(event.notices, Notice::ClockFuture))
        node.note = tr("The client's clock was more than 250 ms off");
    add(groupNode(Group::Context), std::move(node));
}

bool PropertyModel::isShownAsRequired(const JsonMember &member) const
{
    if (member.kind != JsonKind::String)
        return false;
    const Event &event = m_event.event;
    const std::string &trace = event.traceIdRaw.empty() ? event.traceId : event.traceIdRaw;
    for (const auto &[key, value] : {std::pair("trace_id"_L1, &trace), std::pair("user_id"_L1, &event.userId),
             std::pair("workspace_id"_L1, &event.workspaceId)}) {
        if (member.key == key)
            return !value->empty() && jsonText(member.raw) == fromUtf8(*value);
    }
    return false;
}

PropertyModel::Node *PropertyModel::nodeAt(const QModelIndex &index) const
{
    return static_cast<Node *>(index.internalPointer());
}

QModelIndex PropertyModel::indexOf(const Node *node, int column) const
{
    return node ? createIndex(node->row, column, node) : QModelIndex();
}

QModelIndex PropertyModel::groupIndex(Group group) const
{
    return indexOf(groupNode(group));
}

QModelIndex PropertyModel::index(int row, int column, const QModelIndex &parent) const
{
    const auto &siblings = parent.isValid() ? nodeAt(parent)->children : m_groups;
    if (row < 0 || column < 0 || column > 1 || row >= static_cast<int>(siblings.size())
        || parent.column() > 0)
        return {};
    return createIndex(row, column, siblings[static_cast<std::size_t>(row)]);
}

QModelIndex PropertyModel::parent(const QModelIndex &index) const
{
    return index.isValid() ? indexOf(nodeAt(index)->parent) : QModelIndex();
}

int PropertyModel::rowCount(const QModelIndex &parent) const
{
    if (parent.column() > 0)
        return 0;
    return static_cast<int>(parent.isValid() ? nodeAt(parent)->children.size() : m_groups.size());
}

int PropertyModel::columnCount(const QModelIndex &) const
{
    return 2;
}

bool PropertyModel::hasChildren(const QModelIndex &parent) const
{
    return rowCount(parent) > 0 || canFetchMore(parent);
}

bool PropertyModel::canFetchMore(const QModelIndex &parent) const
{
    return parent.isValid() && parent.column() == 0 && !nodeAt(parent)->fetched;
}

void PropertyModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    Node *node = nodeAt(parent);
    node->fetched = true;
    const auto inner = jsonMembers(node->raw, rowsPerValue);
    if (!inner || inner->members.empty())
        return;
    const std::size_t beyond = inner->total - inner->members.size();
    const auto rows = static_cast<int>(inner->members.size()) + (beyond ? 1 : 0);
    beginInsertRows(parent, 0, rows - 1);
    for (const JsonMember &member : inner->members)
        addMember(node, member, childPath(node->path, member.key, node->json), {});
    if (beyond) {
        Node more;
        more.kind = RowKind::More;
        more.key = tr("%1 more").arg(formatCount(static_cast<qint64>(beyond)));
        more.text = tr("see Raw");
        more.fetched = true;
        add(node, std::move(more));
    }
    endInsertRows();
}

QString PropertyModel::displayText(const Node &node, int column) const
{
    if (column == 0)
        return node.key;
    switch (node.kind) {
    case RowKind::Group:
        return groupCount(node) < 0 ? QString() : formatCount(groupCount(node));
    case RowKind::Missing:
        return tr("missing");
    case RowKind::Fact:
    case RowKind::Violation:
    case RowKind::Flag:
    case RowKind::More:
        return node.text;
    case RowKind::Value:
        break;
    }
    if (node.raw.empty())
        return jsonQuoted(node.text);
    const QString text = fromUtf8(node.raw.substr(0, static_cast<std::size_t>(4 * shownText)));
    return text.size() > shownText ? text.left(shownText) + u'…' : text;
}

qint64 PropertyModel::groupCount(const Node &node) const
{
    const bool isPending = &node == groupNode(Group::Flags) && !m_flagsKnown;
    return isPending ? -1 : static_cast<qint64>(node.children.size());
}

QString PropertyModel::accessibleText(const Node &node) const
{
    if (node.kind == RowKind::Flag) {
        const QString text = raw(node.event) == 0 ? tr("%1: %2%3, %4") : tr("%1: %2%3, seen in %4");
        return text.arg(node.key, node.text, node.overridden ? tr(", overridden") : QString(), node.where);
    }
    QString text
        = displayText(node, 0) + (node.kind == RowKind::Group ? u", "_s : u": "_s) + displayText(node, 1);
    if (!node.note.isEmpty())
        text += u". "_s + node.note;
    return text;
}

QVariant PropertyModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node &node = *nodeAt(index);
    switch (role) {
    case Qt::DisplayRole:
        return displayText(node, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == 0 ? accessibleText(node) : displayText(node, 1);
    case Qt::ToolTipRole:
        if (node.kind == RowKind::Flag)
            return node.note.isEmpty() ? accessibleText(node) : accessibleText(node) + u'\n' + node.note;
        return node.note.isEmpty() ? node.path : node.note;
    case RowKindRole:
        return static_cast<int>(node.kind);
    case JsonKindRole:
        return static_cast<int>(node.json);
    case PathRole:
        return node.path;
    case TextRole:
        return node.raw.empty() ? node.text : jsonText(node.raw);
    case JsonRole:
        return node.raw.empty() ? jsonQuoted(node.text) : fromUtf8(node.raw);
    case CountRole:
        return static_cast<int>(groupCount(node));
    case RequiredRole:
        return node.required;
    case NoteRole:
        return node.note;
    case InvalidRole:
        return node.invalid;
    case FilterKeyRole:
        return node.kind == RowKind::Value ? node.filterKey : QString();
    case OverriddenRole:
        return node.overridden;
    case WhereRole:
        return node.where;
    case EventRole:
        return qlonglong(raw(node.event));
    default:
        return {};
    }
}

QVariant PropertyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Property") : tr("Value");
}

} // namespace Weir
