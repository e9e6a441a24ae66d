#pragma once

#include <QString>
#include <QStringList>

namespace Weir {

/// `text` without what an audience must not see: e-mail addresses, keys and tokens, passwords, ids of people
/// and sessions, phone and card numbers, IP addresses; "•••" stands for each. `known` are values that this
/// text may hold, also cut off, and that look like nothing in particular: the user's own id,
/// personalValues(). Pure; any thread.
///
/// What looks like a word stays: names of events and flags, "contracts@v2", "1,204 tokens".
QString maskedText(const QString &text, const QStringList &known = {});

} // namespace Weir
