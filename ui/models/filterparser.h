#pragma once

#include "core/store/eventquery.h"

#include <QList>
#include <QString>

#include <optional>

namespace Weir {

using FilterOp = EventFilter::PropertyTest::Op;

/// One condition as the filter field shows it: "tool_name is post_ledger". Without a key it is free text.
struct FilterTerm
{
    QString key; ///< Empty: `value` is searched in everything.
    FilterOp op = FilterOp::Is;
    QString value; ///< Empty for Exists.
    bool operator==(const FilterTerm &) const = default;
};

/// What stands before the cursor, and so what can be completed.
struct FilterDraft
{
    enum class Stage { Key, Operator, Value };
    Stage stage = Stage::Key;
    QString key; ///< Whole in Operator and Value, the beginning of one in Key.
    FilterOp op = FilterOp::Is; ///< Meaningful in Value.
    QString rest; ///< The beginning of an operator or of a value.
    bool operator==(const FilterDraft &) const = default;
};

/// "is", "is not", "contains", "starts with", "exists", ">", "<"
QString operatorWord(FilterOp op);
/// What the completer says about an operator: "part of the value".
QString operatorHint(FilterOp op);
/// Those that filterFromTerms() takes for `key`, in the order that the completer offers them.
QList<FilterOp> operatorsFor(const QString &key);

/// Keys that are columns and not properties, in the order the completer offers them: event, source, …
QStringList builtInKeys();
/// The values that a built-in key can have at all; empty when only the session knows them.
QStringList builtInValues(const QString &key);

/// Reads `key:value`, `-key:value`, `key is value`, `is not`, `contains`, `starts with`, `exists`, `>`, `<`;
/// values may be quoted. Anything else, and anything quoted as a whole, is free text. Nothing when there is
/// nothing but blanks or the condition is not finished ("tool_name is").
std::optional<FilterTerm> parseTerm(QStringView text);

FilterDraft parseDraft(QStringView text);

/// Two conditions that no event meets together: one is the opposite of the other, or they want different
/// values of a key that an event has once.
bool excludeEachOther(const FilterTerm &a, const FilterTerm &b);

/// As the field shows it, and as parseTerm() reads it: "event is not $pageview". "since" and "until" have no
/// operator word.
QString toText(const FilterTerm &term);

/// All conditions together. `now` and local time give "since 14:17" its day. Fails with a sentence for the
/// user when a value cannot be meant: an unknown source, a time that cannot be read, two free texts.
Result<EventFilter> filterFromTerms(const QList<FilterTerm> &terms, UtcTime now);

} // namespace Weir
