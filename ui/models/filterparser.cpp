#include "ui/models/filterparser.h"

#include <QDateTime>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

struct OperatorRow
{
    FilterOp op;
    QStringView word, hint;
};

// Longer words first: "is not" begins with "is".
constexpr std::array<OperatorRow, 7> operators{{
    {FilterOp::IsNot, u"is not", u"exclude"},
    {FilterOp::Is, u"is", u"exactly this"},
    {FilterOp::Contains, u"contains", u"part of the value"},
    {FilterOp::StartsWith, u"starts with", u"beginning of the value"},
    {FilterOp::Exists, u"exists", u"any value"},
    {FilterOp::Greater, u">", u"number above"},
    {FilterOp::Less, u"<", u"number below"},
}};

bool isTimeKey(QStringView key)
{
    return key == u"since" || key == u"until";
}

QString unquoted(QStringView text)
{
    const QStringView trimmed = text.trimmed();
    if (trimmed.size() >= 2 && trimmed.front() == u'"' && trimmed.back() == u'"')
        return trimmed.mid(1, trimmed.size() - 2).toString();
    return trimmed.toString();
}

/// The key at the beginning of `text`, and what follows it.
struct KeySplit
{
    QString key;
    QStringView rest; ///< Begins with a blank, ':', '<' or '>'; empty at the end of the text.
    bool negated = false;
};

std::optional<KeySplit> splitKey(QStringView text)
{
    static const QRegularExpression pattern(u"^(-?)([A-Za-z_$][A-Za-z0-9_.$-]*)(?=$|[\\s:<>])"_s);
    const auto match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return KeySplit{match.captured(2), text.mid(match.capturedEnd()), match.capturedLength(1) > 0};
}

struct OperatorSplit
{
    FilterOp op;
    QStringView rest;
};

std::optional<OperatorSplit> splitOperator(const KeySplit &split)
{
    if (split.rest.startsWith(u':')) {
        if (split.rest.startsWith(u"://")) // An address, which is text.
            return std::nullopt;
        return OperatorSplit{split.negated ? FilterOp::IsNot : FilterOp::Is, split.rest.mid(1)};
    }
    const QStringView rest = split.rest.trimmed();
    if (isTimeKey(split.key) && !rest.isEmpty())
        return OperatorSplit{FilterOp::Is, rest};
    for (const OperatorRow &row : operators) {
        if (!rest.startsWith(row.word, Qt::CaseInsensitive))
            continue;
        const QStringView behind = rest.mid(row.word.size());
        const bool isSign = row.op == FilterOp::Greater || row.op == FilterOp::Less;
        const bool ends = behind.isEmpty() ? split.rest.back().isSpace() || row.op == FilterOp::Exists
                                           : behind.front().isSpace();
        if (isSign || ends)
            return OperatorSplit{row.op, behind};
    }
    return std::nullopt;
}

std::string utf8(const QString &text)
{
    return text.toStdString();
}

Error badTerm(const FilterTerm &term, const QString &message)
{
    return {Error::Kind::BadInput, utf8(message), utf8(toText(term))};
}

std::optional<UtcTime> readTime(const QString &text, UtcTime now)
{
    for (const auto &form : {u"H:mm:ss.z"_s, u"H:mm:ss"_s, u"H:mm"_s}) {
        const QTime clock = QTime::fromString(text, form);
        if (!clock.isValid())
            continue;
        const QDateTime local = QDateTime::fromMSecsSinceEpoch(toMs(now));
        QDateTime moment(local.date(), clock);
        if (moment > local) // "since 23:50", asked at 00:10.
            moment = moment.addDays(-1);
        return fromMs(moment.toMSecsSinceEpoch());
    }
    const auto absolute = QDateTime::fromString(text, Qt::ISODateWithMs);
    return absolute.isValid() ? std::optional(fromMs(absolute.toMSecsSinceEpoch())) : std::nullopt;
}

std::optional<Notice> noticeFromText(std::string_view text)
{
    for (int bit = 1; bit <= static_cast<int>(Notice::BadTime); bit <<= 1) {
        const auto notice = static_cast<Notice>(bit);
        if (toText(notice) == text)
            return notice;
    }
    return std::nullopt;
}

using Applied = std::optional<Error>;

Applied onlyOnce(std::string &field, const FilterTerm &term)
{
    const std::string value = utf8(term.value);
    if (!field.empty() && field != value)
        return badTerm(term, u"%1 can have one value at a time"_s.arg(term.key));
    field = value;
    return std::nullopt;
}

/// Of a column that holds one value an event: one can be wanted, many can be excluded.
Applied applyId(std::string &wanted, std::vector<std::string> &unwanted, const FilterTerm &term)
{
    if (term.op == FilterOp::Is)
        return onlyOnce(wanted, term);
    unwanted.push_back(utf8(term.value));
    return std::nullopt;
}

Applied applyEvent(EventFilter &filter, const FilterTerm &term)
{
    (term.op == FilterOp::Is ? filter.names : filter.notNames).push_back(utf8(term.value));
    return std::nullopt;
}

Applied applySource(EventFilter &filter, const FilterTerm &term)
{
    const auto source = sourceFromText(utf8(term.value));
    if (!source)
        return badTerm(term, u"There is no source %1"_s.arg(term.value));
    (term.op == FilterOp::Is ? filter.sources : filter.notSources).push_back(*source);
    return std::nullopt;
}

Applied applyType(EventFilter &filter, const FilterTerm &term)
{
    const auto type = eventTypeFromText(utf8(term.value));
    if (!type)
        return badTerm(term, u"There is no type %1"_s.arg(term.value));
    (term.op == FilterOp::Is ? filter.types : filter.notTypes).push_back(*type);
    return std::nullopt;
}

Applied applyNotice(EventFilter &filter, const FilterTerm &term)
{
    const auto notice = noticeFromText(utf8(term.value));
    if (!notice)
        return badTerm(term, u"There is no notice %1"_s.arg(term.value));
    (term.op == FilterOp::Is ? filter.notices : filter.notNotices) |= *notice;
    return std::nullopt;
}

Applied applyTime(EventFilter &filter, const FilterTerm &term, UtcTime now)
{
    const auto time = readTime(term.value, now);
    if (!time)
        return badTerm(term, u"Write a time as 14:17, 14:17:05 or 2026-11-23T14:17:05Z"_s);
    (term.key == "since"_L1 ? filter.since : filter.until) = *time;
    return std::nullopt;
}

Applied applyStatus(EventFilter &filter, const FilterTerm &term)
{
    const auto status = eventStatusFromText(utf8(term.value));
    if (!status)
        return badTerm(term, u"There is no status %1"_s.arg(term.value));
    (term.op == FilterOp::Is ? filter.statuses : filter.notStatuses).push_back(*status);
    return std::nullopt;
}

Applied applyProperty(EventFilter &filter, const FilterTerm &term)
{
    bool isNumber = true;
    if (term.op == FilterOp::Greater || term.op == FilterOp::Less)
        term.value.toDouble(&isNumber);
    if (!isNumber)
        return badTerm(term, u"%1 needs a number"_s.arg(operatorWord(term.op)));
    filter.properties.push_back({utf8(term.key), term.op, utf8(term.value)});
    return std::nullopt;
}

/// Columns that are no properties: they compare whole values, and take no other operators.
bool isColumnOnly(QStringView key)
{
    return key == u"event" || key == u"source" || key == u"type" || key == u"notice" || key == u"status";
}

/// The columns compare whole values only; user, trace and workspace are properties, too, and so take every
/// operator.
Applied applyTerm(EventFilter &filter, const FilterTerm &term, UtcTime now)
{
    const QString &key = term.key;
    const bool whole = term.op == FilterOp::Is || term.op == FilterOp::IsNot;
    if (whole && (key == "trace_id"_L1 || key == "trace"_L1))
        return applyId(filter.traceId, filter.notTraceIds, term);
    if (whole && (key == "user_id"_L1 || key == "user"_L1 || key == "distinct_id"_L1))
        return applyId(filter.userId, filter.notUserIds, term);
    if (whole && (key == "workspace_id"_L1 || key == "workspace"_L1))
        return applyId(filter.workspaceId, filter.notWorkspaceIds, term);
    if (isTimeKey(key))
        return applyTime(filter, term, now);
    if (!isColumnOnly(key))
        return applyProperty(filter, term);
    if (!whole)
        return badTerm(term, u"%1 can be compared with: is, is not"_s.arg(key));
    return key == "event"_L1 ? applyEvent(filter, term)
        : key == "source"_L1 ? applySource(filter, term)
        : key == "type"_L1   ? applyType(filter, term)
        : key == "notice"_L1 ? applyNotice(filter, term)
                             : applyStatus(filter, term);
}

} // namespace

QString operatorWord(FilterOp op)
{
    for (const OperatorRow &row : operators) {
        if (row.op == op)
            return row.word.toString();
    }
    return {};
}

QString operatorHint(FilterOp op)
{
    for (const OperatorRow &row : operators) {
        if (row.op == op)
            return row.hint.toString();
    }
    return {};
}

QList<FilterOp> operatorsFor(const QString &key)
{
    if (isTimeKey(key))
        return {FilterOp::Is};
    if (isColumnOnly(key))
        return {FilterOp::Is, FilterOp::IsNot};
    return {FilterOp::Is, FilterOp::IsNot, FilterOp::Contains, FilterOp::StartsWith, FilterOp::Exists,
        FilterOp::Greater, FilterOp::Less};
}

QStringList builtInKeys()
{
    return {u"event"_s, u"source"_s, u"trace_id"_s, u"user_id"_s, u"workspace_id"_s, u"status"_s, u"notice"_s,
        u"type"_s, u"since"_s, u"until"_s};
}

QStringList builtInValues(const QString &key)
{
    QStringList values;
    const auto collect = [&values](auto last, int first, auto next) {
        for (int i = first; i <= static_cast<int>(last); i = next(i)) {
            const std::string_view text = toText(static_cast<decltype(last)>(i));
            values.append(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
        }
    };
    const auto increment = [](int i) { return i + 1; };
    if (key == "source"_L1)
        collect(Source::Webhook, 1, increment);
    else if (key == "type"_L1)
        collect(EventType::Other, 0, increment);
    else if (key == "notice"_L1)
        collect(Notice::BadTime, 1, [](int i) { return i * 2; });
    else if (key == "status"_L1)
        collect(EventStatus::Invalid, 1, increment);
    return values;
}

std::optional<FilterTerm> parseTerm(QStringView text)
{
    const QStringView trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return std::nullopt;
    const auto key = splitKey(text.mid(text.indexOf(trimmed.front())));
    const auto op = key ? splitOperator(*key) : std::nullopt;
    if (!op)
        return FilterTerm{{}, FilterOp::Contains, unquoted(trimmed)};
    const QString value = op->op == FilterOp::Exists ? QString() : unquoted(op->rest);
    if (value.isEmpty() && op->op != FilterOp::Exists)
        return std::nullopt;
    return FilterTerm{key->key, op->op, value};
}

FilterDraft parseDraft(QStringView text)
{
    qsizetype first = 0;
    while (first < text.size() && text[first].isSpace())
        ++first;
    const auto key = splitKey(text.mid(first));
    if (!key || key->rest.isEmpty())
        return {FilterDraft::Stage::Key, key ? key->key : text.mid(first).toString(), FilterOp::Is, {}};
    if (const auto op = splitOperator(*key))
        return {FilterDraft::Stage::Value, key->key, op->op, op->rest.trimmed().toString()};
    return {FilterDraft::Stage::Operator, key->key, FilterOp::Is, key->rest.trimmed().toString()};
}

bool excludeEachOther(const FilterTerm &a, const FilterTerm &b)
{
    if (a.key != b.key)
        return false;
    if (a.value == b.value)
        return (a.op == FilterOp::Is && b.op == FilterOp::IsNot)
            || (a.op == FilterOp::IsNot && b.op == FilterOp::Is);
    const bool single = a.key == "trace_id"_L1 || a.key == "user_id"_L1 || a.key == "workspace_id"_L1
        || a.key == "status"_L1 || isTimeKey(a.key);
    return single && a.op == FilterOp::Is && b.op == FilterOp::Is;
}

QString toText(const FilterTerm &term)
{
    if (term.key.isEmpty())
        return parseTerm(term.value) == FilterTerm{{}, FilterOp::Contains, term.value}
            ? term.value
            : u'"' + term.value + u'"';
    if (isTimeKey(term.key))
        return term.key + u' ' + term.value;
    if (term.op == FilterOp::Exists)
        return term.key + u' ' + operatorWord(term.op);
    return term.key + u' ' + operatorWord(term.op) + u' ' + term.value;
}

Result<EventFilter> filterFromTerms(const QList<FilterTerm> &terms, UtcTime now)
{
    EventFilter filter;
    for (const FilterTerm &term : terms) {
        Applied error;
        if (!term.key.isEmpty())
            error = applyTerm(filter, term, now);
        else if (filter.text.empty())
            filter.text = utf8(term.value);
        else
            error = badTerm(term, u"One text can be searched at a time"_s);
        if (error)
            return *std::move(error);
    }
    return filter;
}

} // namespace Weir
