#pragma once

#include "core/store/eventquery.h"

#include <QList>
#include <QString>

namespace Weir {

/// A line of the Request and Raw tabs: "Received", "14:32:09.058".
struct Fact
{
    enum class Tone { Plain, Warn, Error };
    QString label, value;
    Tone tone = Tone::Plain;
    bool operator==(const Fact &) const = default;
};

/// What the notices of an event say, one sentence each, in the order of their bits.
QStringList noticeSentences(const Event &event);

/// All clocks of an event, with the correction and where the trace id was found.
QList<Fact> eventClocks(const Event &event);

/// What is known of the request: answer, peer, sizes, state. `eventIndex` is the event's place in it, from 0;
/// negative: not known.
QList<Fact> requestFacts(const StoredRequest &request, std::int64_t eventIndex);

/// What the Request tab shows of a body.
struct BodyText
{
    QString text; ///< Indented when it is JSON; a sentence when it cannot be decoded.
    std::int64_t eventIndex = -1; ///< For requestFacts().
};
/// Undoes what the SDK did to the body. Pure, and takes seconds for the largest: any thread.
BodyText bodyText(const StoredRequest &request, const Event &event);

/// The header lines; the secrets in Authorization, Cookie and keys are cut to six characters.
QList<Fact> requestHeaders(const CapturedRequest &request);

/// The place of the event whose JSON starts at `offset` among its neighbours in a decoded body: the elements
/// of the body's array, or of its "batch". Nothing when the body holds no such array.
std::optional<std::int64_t> indexInBody(std::string_view body, std::uint32_t offset);

} // namespace Weir
