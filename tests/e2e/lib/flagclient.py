"""flagclient.py URL KEY USER local|remote: posthog-python's answers to questions, a line of JSON each."""

import json
import sys

try:
    from posthog import Posthog
    from posthog.version import VERSION
except ImportError:
    sys.exit(0)  # Without a line: not installed.

url, key, user, mode = sys.argv[1:]
local = mode == "local"
client = Posthog(key, host=url, flush_at=1, flush_interval=0.05, poll_interval=3600, sync_mode=False,
                 **({"personal_api_key": "phx_weirexample"} if local else {}))


def say(answer):
    print(json.dumps(answer), flush=True)


def payload_of(text):
    """The SDK gives JSON as text, or parsed, by its version."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


say({"version": VERSION})
for line in sys.stdin:
    flag = json.loads(line)["flag"]
    if local:
        client.load_feature_flags()
    options = {"only_evaluate_locally": local}
    value = client.get_feature_flag(flag, user, **options)
    payload = client.get_feature_flag_payload(flag, user, match_value=value, **options) if value else None
    answer = {} if value is None else {"value": value}
    say({**answer, "payload": payload_of(payload)})
client.shutdown()
