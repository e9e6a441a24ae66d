"""The Flags page and the switchboard under Xvfb, driven by keys and read as a screen reader does (AT-SPI), while a
real posthog-node asks. What is shown is held against what /weir/flags says and what the SDK gets."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))
sys.dont_write_bytecode = True
from screen import Desk, eventually  # noqa: E402
from windowcases import run  # noqa: E402
from windowreader import Atspi, GLib, Reader, act, shown, walk  # noqa: E402

RAG, GUARDRAILS, NEW = "versioned_rag_tracking", "enable_guardrails_tracing", "checkout_assistant"
USER, RUN = "user-42", "0af7651916cd43dd8448eb211c80319c"
SCENES = {"scenes": [{"name": "Show", "flags": {RAG: {"value": "v2-rerank"}, GUARDRAILS: {"value": True}}}]}


class Program:
    """The program under test: it uses flags by the real SDK."""

    def __init__(self, url):
        self.process = subprocess.Popen(["node", str(HERE / "askflags.mjs"), url], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, flag, client="remote", trace=None):
        """The value that the SDK gives; None: it has none."""
        order = {"client": client, "flag": flag, "user": USER, "trace": trace}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["errors"] == [], answer["errors"]
        return answer["value"]

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


class Cases:
    """One window, as a presenter uses it; each case goes on from the one before."""

    def __init__(self, window, display):
        self.window = window
        self.desk = Desk(display)
        self.screen = Reader(window, self.desk)
        self.desk.arrange(1440, 900)
        self.program = Program(window.url)

    def end(self):
        self.program.end()

    # ---- What Weir says, and what the window shows

    def flag(self, key):
        return next((flag for flag in self.window.get("flags")["flags"] if flag["key"] == key), None)

    def overrides(self):
        return {flag["key"]: flag["override"]["value"] for flag in self.window.get("flags")["flags"] if flag["override"]}

    def stages(self, key):
        return {each["evaluation"]: each["stage"] for each in self.flag(key)["pick_up"]}

    def shows(self, *texts):
        """Whether each is in the name of something that can be seen."""
        names = self.names()
        return all(any(text in name for name in names) for text in texts)

    def names(self):
        self.screen.root.clear_cache()
        found = []
        for node in walk(self.screen.root):
            try:
                if shown(node):
                    found.append(node.get_name() or "")
            except GLib.Error:
                continue  # It went away while we looked.
        return found

    def waits_for(self, *texts):
        eventually(f"the window shows {texts}", lambda: self.shows(*texts))

    def state(self):
        return f"overrides: {self.overrides()}\nshown: {[text for text in self.names() if text]}"

    # ---- The cases

    def a_flag_appears(self):
        """No one has heard of it, until an SDK asks."""
        self.desk.press("Control_L", "3")
        self.waits_for("Flags", f"Serve {RAG}: Upstream")
        assert self.flag(NEW) is None and not self.shows(NEW)
        assert self.program.ask(NEW) is None
        eventually("Weir knows it", lambda: self.flag(NEW))
        self.waits_for(f"Serve {NEW}: Upstream")

    def a_value_is_set_by_keys(self):
        """Find it, go to its row, and step to v2: Upstream, Off, control, v2."""
        self.desk.press("Control_L", "f")
        for letter in "rag":
            self.desk.press(letter)
        eventually("one flag is left", lambda: not self.shows(f"Serve {NEW}") and self.shows(f"Serve {RAG}"))
        self.desk.press("Return")
        for value in (False, "control", "v2"):
            self.desk.press("Right")
            eventually(f"Weir serves {value}", lambda wanted=value: self.overrides() == {RAG: wanted})
        self.waits_for(f"Serve {RAG}: v2", "1 active")

    def the_sdk_gets_it(self):
        assert self.program.ask(RAG) == "v2"
        assert self.program.ask(RAG, client="local") == "v2"
        eventually("an event of it carries the value", lambda: set(self.stages(RAG).values()) == {"seen"})
        self.waits_for("Picked up", "Seen in an event: done", "seen in $feature_flag_called")

    def a_run_tells_what_it_saw(self):
        assert self.program.ask(RAG, trace=RUN) == "v2"
        eventually("the run is stored", lambda: self.seen_by_run() == {RAG: "v2"})
        self.desk.press("Control_L", "1")
        row = eventually("an event of the run is in the list", lambda: self.screen.row("tool_used"))
        act(row, "Press", "SetFocus")
        self.waits_for("Flags of this run, 1", f"{RAG}: v2")
        self.desk.press("Control_L", "3")

    def seen_by_run(self):
        traces = self.window.get(f"traces?q={RUN}")["traces"]
        return {flag["flag"]: flag["value"] for flag in self.window.get(f"traces/{RUN}")["flags"]} if traces else {}

    def a_scene_is_applied_and_removed(self):
        self.desk.press("Alt_L", "1")
        eventually("the scene is on", lambda: self.overrides() == {RAG: "v2-rerank", GUARDRAILS: True})
        self.waits_for("Show, 2 on, on", f"Serve {RAG}: v2-rerank", "2 active")
        assert self.program.ask(RAG) == "v2-rerank" and self.program.ask(GUARDRAILS, client="local") is True
        self.desk.press("Alt_L", "0")
        eventually("nothing is overridden", lambda: self.overrides() == {})
        self.waits_for(f"Serve {RAG}: Upstream")
        assert self.program.ask(RAG) is None and self.program.ask(GUARDRAILS, client="local") is None

    def a_switch_is_flipped(self):
        """The first switch is the first of the scenes' flags: guardrails, then RAG."""
        self.desk.press("F9")
        eventually("the switchboard is open", lambda: self.screen.find(Atspi.Role.DIALOG, "Demo", exact=False))
        self.desk.focus_small()
        self.waits_for("Guardrails tracing, off", "RAG versions, off", "SDK connected")
        self.desk.press("1")
        eventually("Weir serves it", lambda: self.overrides() == {GUARDRAILS: True})
        self.waits_for("Guardrails tracing, on")
        assert self.program.ask(GUARDRAILS) is True
        self.waits_for("SDK picked it up")
        self.desk.press("2")
        eventually("as the scene has it", lambda: self.overrides() == {GUARDRAILS: True, RAG: "v2-rerank"})
        self.desk.press("1")
        eventually("off is served, too", lambda: self.overrides() == {GUARDRAILS: False, RAG: "v2-rerank"})
        assert self.program.ask(GUARDRAILS) is False
        self.desk.press("0")
        eventually("back to upstream", lambda: self.overrides() == {})
        self.waits_for("Guardrails tracing, off", "RAG versions, off")

    def all(self):
        return [("a flag appears when an SDK asks", self.a_flag_appears),
                ("a value is set by keys", self.a_value_is_set_by_keys), ("the SDK gets it", self.the_sdk_gets_it),
                ("a run tells what it saw", self.a_run_tells_what_it_saw),
                ("a scene is applied and removed", self.a_scene_is_applied_and_removed),
                ("a switch is flipped", self.a_switch_is_flipped)]


def main():
    with tempfile.TemporaryDirectory(prefix="weir-e2e-scenes-") as folder:
        scenes = Path(folder) / "scenes.json"
        scenes.write_text(json.dumps(SCENES))
        run("flags", Cases, "--scenes", str(scenes))


if __name__ == "__main__":
    main()
