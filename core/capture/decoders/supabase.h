#pragma once

#include "core/capture/endpoint.h"

#include <span>

namespace Weir::Supabase {

/// /supabase/webhook: Supabase's Database Webhooks, one row change a request. Another body there, as triggers
/// of one's own send with net.http_post, is taken as a plain webhook.
std::span<const Endpoint> endpoints();

} // namespace Weir::Supabase
