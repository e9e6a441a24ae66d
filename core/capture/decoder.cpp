#include "core/capture/decoder.h"

#include "core/capture/answers.h"
#include "core/capture/decoders/posthog.h"
#include "core/capture/decoders/rudderstack.h"
#include "core/capture/decoders/segment.h"
#include "core/capture/decoders/supabase.h"
#include "core/capture/decoders/webhook.h"

namespace Weir {

Intake decodeRequest(const HttpRequest &request, const CaptureContext &context)
{
    // Where two sources share a path, the earlier row wins: RudderStack's tells Segment's calls by their
    // bytes.
    static const std::span<const Endpoint> tables[] = {
        PostHog::endpoints(),
        RudderStack::endpoints(),
        Segment::endpoints(),
        Supabase::endpoints(),
        Webhook::endpoints(),
    };
    const EndpointMatch match = findEndpoint(tables, request.path(), request.method);
    if (match.endpoint) {
        EndpointCall call{request, context, *match.endpoint, match.wildcard, match.lastWildcard};
        Intake intake = match.endpoint->handle(call);
        if (!intake.events.empty() && call.decoded && *call.decoded)
            intake.body = **std::move(call.decoded);
        return intake;
    }
    return request.method == "OPTIONS" ? preflightIntake(request) : notUnderstoodIntake(request);
}

} // namespace Weir
