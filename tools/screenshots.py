"""Takes the pictures of docs/images: the real window on an X server in memory, filled by `weir demo` with a
fixed seed, driven over AT-SPI."""

import json
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/e2e/lib"))
from screen import Desk, Window, Xvfb, eventually, free_port  # noqa: E402
from windowreader import Atspi, Reader, act, shown, walk  # noqa: E402

RUNS, SEED = 12, 7


def png(pixels, width, height):
    """A PNG of rows of four bytes a pixel: blue, green, red, unused."""
    rows = bytearray()
    for y in range(height):
        row = pixels[y * width * 4:(y + 1) * width * 4]
        line = bytearray(width * 3)
        line[0::3], line[1::3], line[2::3] = row[2::4], row[1::4], row[0::4]
        rows += b"\0" + line

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")


def settle(screen):
    """The pixels once nothing has changed for half a second."""
    before = screen.pixels()
    for _ in range(40):
        time.sleep(0.5)
        now = screen.pixels()
        if now == before:
            break
        before = now
    return before


def fill(window, binary):
    subprocess.run([binary, "demo", "--port", str(window.port), "--runs", str(RUNS), "--seed", str(SEED), "--faults"],
                   check=True, stdout=subprocess.DEVNULL, timeout=120)
    eventually("the sample runs are stored", lambda: window.get("health")["traces"] >= RUNS)


def select_event(reader):
    """Opens the newest run and selects one of its events, so that the detail pane has something to show."""
    eventually("rows", reader.rows)
    tool = eventually("a tool_used row", lambda: reader.row("tool_used") or open_last_group(reader))
    if tool is not True:
        act(tool, "Press", "SetFocus")


def open_last_group(reader):
    group = reader.last_collapsed()
    if group is not None:
        act(group, "Toggle")
    return None


# ---- Flags: another Weir is the upstream, and requests come as SDKs send them.

UPSTREAM = {"enable_guardrails_tracing": 0, "track_model_costs": 0, "agent_debugger_ui": 100, "streaming_tool_output": 100}
BROWSER = {"Origin": "http://localhost:3000", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"}
NODE = {"User-Agent": "posthog-node/5.10.0", "Authorization": "Bearer phx_sample"}
PAYLOAD = '{\n  "index": "invoices@v2",\n  "top_k": 8,\n  "rerank": false,\n  "emit_version": true\n}'


def definitions():
    def flag(number, key, rollout, **filters):
        return {"id": number, "key": key, "active": True, "name": "",
                "filters": {"groups": [{"properties": [], "rollout_percentage": rollout}], **filters}}

    flags = [flag(number, key, rollout) for number, (key, rollout) in enumerate(UPSTREAM.items(), 1)]
    variants = [{"key": key, "rollout_percentage": share} for key, share in (("control", 100), ("v2", 0), ("v2-rerank", 0))]
    flags.append(flag(9, "versioned_rag_tracking", 100, multivariate={"variants": variants}))
    return json.dumps({"flags": flags, "group_type_mapping": {}, "cohorts": {}})


def send(url, method, path, headers, body=None):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json", **headers}, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


# As text, because a payload keeps the digits and blanks that it was written with.
PAGE_SCENES = [
    '{"name":"Guardrails demo","flags":{"enable_guardrails_tracing":{"value":true},'
    '"versioned_rag_tracking":{"value":"v2","payload":' + PAYLOAD + "}}}",
    '{"name":"Cost tracking","flags":{"track_model_costs":{"value":true},"agent_debugger_ui":{"value":true}}}',
    '{"name":"RAG A/B","flags":{"versioned_rag_tracking":{"value":"v2-rerank","scope":{"distinct_id":"u_4821"}}}}',
]


def ask_for_flags(window, user):
    send(window.url, "POST", "/flags?v=2&ver=1.270.0", BROWSER, {"token": "phc_sample", "distinct_id": user})


def poll_definitions(window):
    send(window.url, "GET", "/flags/definitions?token=phc_sample", NODE)


def call_flag(window, library, user, key, value):
    headers, version = (BROWSER, "1.270.0") if library == "web" else (NODE, "5.10.0")
    properties = {"$feature_flag": key, "$feature_flag_response": value, "$lib": library, "$lib_version": version,
                  "distinct_id": user, "trace_id": f"run-{user}", "workspace_id": "ws_acme"}
    send(window.url, "POST", "/batch/", headers,
         {"api_key": "phc_sample", "batch": [{"event": "$feature_flag_called", "distinct_id": user, "properties": properties}]})


def fill_flags(window):
    for user in ("u_1177", "u_0418", "u_4821"):
        ask_for_flags(window, user)
    poll_definitions(window)
    send(window.url, "POST", "/weir/flags/scene", {}, PAGE_SCENES[0].encode())
    for user in ("u_2075", "u_4821"):
        time.sleep(2)
        poll_definitions(window)
        ask_for_flags(window, user)
    call_flag(window, "web", "u_4821", "versioned_rag_tracking", "v2")
    for library in ("web", "posthog-node"):
        call_flag(window, library, "u_4821", "enable_guardrails_tracing", True)
    eventually("the flags are seen", lambda: all(
        sdk["stage"] == "seen" for flag in window.get("flags")["flags"] if flag["key"] == "enable_guardrails_tracing"
        for sdk in flag["pick_up"]))


def answers(port):
    try:
        return send(f"http://127.0.0.1:{port}", "GET", "/weir/health", {})
    except OSError:
        return None


def take_flags(binary, folder, name, size, light=False):
    screen = Xvfb(*size)
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "flags.json"
        file.write_text(definitions())
        port = free_port()
        upstream = subprocess.Popen([binary, "serve", "--port", str(port), "--session", f"{home}/s.weir", "--flags", file],
                                    stdout=subprocess.DEVNULL)
        scenes = Path(home) / "scenes.json"
        scenes.write_text('{"scenes":[' + ",".join(PAGE_SCENES) + "]}")
        window = Window(binary, screen.display, "--scenes", str(scenes), "--upstream-posthog", f"http://127.0.0.1:{port}")
        try:
            desk = Desk(screen.display)
            fill(window, binary)
            eventually("the upstream answers", lambda: answers(port))
            fill_flags(window)
            desk.arrange(*size)
            if light:
                desk.press("Control_L", "Shift_L", "l")
            desk.press("Control_L", "3")
            for _ in range(4):  # To versioned_rag_tracking, the last.
                desk.press("Down")
            time.sleep(2)  # "6 s ago" never settles.
            (folder / f"{name}.png").write_bytes(png(screen.pixels(), *size))
            print(folder / f"{name}.png")
        finally:
            window.stop()
            upstream.terminate()
            upstream.wait()
            screen.stop()


def take(binary, folder, name, size, filled=True, light=False):
    screen = Xvfb(*size)
    window = Window(binary, screen.display)
    try:
        desk = Desk(screen.display)
        reader = Reader(window, desk)
        desk.arrange(*size)
        if light:  # Without a desktop to ask, Weir is dark.
            desk.press("Control_L", "Shift_L", "l")
        if filled:
            fill(window, binary)
            select_event(reader)
        (folder / f"{name}.png").write_bytes(png(settle(screen), *size))
        print(folder / f"{name}.png")
    finally:
        window.stop()
        screen.stop()


SCENES = {"scenes": [
    {"name": "Guardrails", "flags": {
        "enable_guardrails_tracing": {"value": True}, "track_model_costs": {"value": True},
        "agent_debugger_ui": {"value": False}, "versioned_rag_tracking": {"value": "v2"}}},
    {"name": "Costs", "flags": {"track_model_costs": {"value": True}}},
]}
PAGE_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
PYTHON_AGENT = "posthog-python/7.0.0"


def post(window, agent, path, body):
    request = urllib.request.Request(window.url + path, json.dumps(body).encode(),
                                     {"Content-Type": "application/json", "User-Agent": agent})
    urllib.request.urlopen(request, timeout=20).read()


def ask_as(window, agent, *keys):
    body = {"token": "phc_demo", "distinct_id": "ada"}
    post(window, agent, "/flags/?v=2&ver=1.400.0", body | ({"flag_keys_to_evaluate": list(keys)} if keys else {}))


def capture(window, agent, name, properties):
    library = {"$lib": "web", "$lib_version": "1.400.0"} if agent == PAGE_AGENT else {
        "$lib": "posthog-python", "$lib_version": "7.0.0"}
    post(window, agent, "/batch/", {"api_key": "phc_demo", "batch": [
        {"event": name, "distinct_id": "ada@example.com", "properties": library | properties}]})


def run_demo(window):
    """A page and a service that have asked for flags, a scene, and what becomes of it."""
    used = {"enable_guardrails_tracing": True, "agent_debugger_ui": False}
    for agent in (PAGE_AGENT, PYTHON_AGENT):
        ask_as(window, agent)
    post(window, "setup", "/weir/flags/scene", SCENES["scenes"][0])
    for agent in (PAGE_AGENT, PYTHON_AGENT):
        ask_as(window, agent, "versioned_rag_tracking", *used)
        for key, value in used.items():
            capture(window, agent, "$feature_flag_called", {"$feature_flag": key, "$feature_flag_response": value})
    ids = {"trace_id": "run-1", "workspace_id": "w-1"}
    capture(window, PYTHON_AGENT, "rag_query_triggered", ids | {"index_name": "contracts", "index_version": "v2"})
    capture(window, PYTHON_AGENT, "prompt_blocked", ids | {"source": "pii_leak", "match_score": 0.97, "reason": "pii_leak"})


def part(pixels, width, box):
    """The rows of a part of the screen: left, top, width, height."""
    left, top, wide, high = box
    return b"".join(pixels[(y * width + left) * 4:(y * width + left + wide) * 4] for y in range(top, top + high))


def switchboard(reader):
    """The rectangle of the switchboard on the screen."""
    reader.root.clear_cache()
    for node in walk(reader.root):
        if node.get_role() == Atspi.Role.DIALOG and node.get_name().startswith("Demo") and shown(node):
            box = node.get_component_iface().get_extents(0)
            return (box.x, box.y, box.width, box.height)
    return None


def take_demo(binary, folder, light=False):
    size = (1440, 900)
    screen = Xvfb(*size)
    scenes = folder / "scenes.json"
    scenes.write_text(json.dumps(SCENES))
    window = Window(binary, screen.display, "--scenes", str(scenes))
    try:
        desk = Desk(screen.display)
        reader = Reader(window, desk)
        desk.arrange(*size)
        if light:
            desk.press("Control_L", "Shift_L", "l")
        run_demo(window)
        desk.press("F9")
        for form, button in (("", "Show as a strip"), ("-strip", None)):
            eventually("the switchboard", lambda: switchboard(reader))
            eventually("the flags", lambda: any("picked" in text for text in reader.texts()))
            time.sleep(0.4)  # The knobs move for 120 ms.
            box = switchboard(reader)
            name = folder / f"demo{form}{'-light' if light else ''}.png"
            name.write_bytes(png(part(screen.pixels(), size[0], box), box[2], box[3]))
            print(name)
            if button:
                act(eventually(button, lambda: reader.find(Atspi.Role.PUSH_BUTTON, button)), "Press", "Click")
    finally:
        scenes.unlink()
        window.stop()
        screen.stop()


def main():
    binary, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    take(binary, folder, "live", (1440, 900))
    take(binary, folder, "live-light", (1440, 900), light=True)
    take(binary, folder, "live-1024", (1024, 700))
    take(binary, folder, "first-run", (1440, 900), filled=False)
    for light in (False, True):
        take_demo(binary, folder, light)
    take_flags(binary, folder, "flags", (1440, 900))


if __name__ == "__main__":
    main()
