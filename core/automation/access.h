#pragma once

#include "core/http/httpmessage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// Who may use `/weir/`. A value: made from the settings when the door opens.
struct AccessPolicy
{
    std::vector<std::string> hosts; ///< The addresses that Weir listens on.
    std::uint16_t port = 0; ///< The port that it listens on.
    bool exposed = false; ///< One of them is reachable from other machines: the token is asked for.
    std::string token;
};

/// Nothing when `request` may pass, else the answer that refuses it:
/// - 403 for a foreign Host: a page that makes its own name point at 127.0.0.1 (DNS rebinding) cannot forge
/// it.
/// - 403 for a foreign Origin, on reads too. An absent one is a program, not a page.
/// - 401 without the token, when Weir is exposed.
std::optional<HttpResponse> refusal(const HttpRequest &request, const AccessPolicy &policy);

/// An error of the interface: {"error":{"code":…,"message":…}}.
HttpResponse apiError(int status, std::string_view code, std::string_view message);

} // namespace Weir
