"""The real window under Xvfb, read and driven as a screen reader does (AT-SPI), fed by a real SDK. What is
shown is held against what /weir/ says."""

import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))
sys.dont_write_bytecode = True
from screen import Desk, eventually  # noqa: E402
from windowcases import run  # noqa: E402
from windowreader import Atspi, Reader, act, walk  # noqa: E402


def send(window, runs=1):
    done = subprocess.run(["node", str(HERE / "send.mjs"), window.url, str(runs)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    sent = json.loads(done.stdout)
    assert sent["errors"] == [], sent["errors"]
    return sent["runs"]


def stored(window, run):
    return window.get(f"events?trace_id={run['traceId']}&limit=100&order=asc")


class Cases:
    """One window, used the way a developer does; each case goes on from the one before."""

    def __init__(self, window, display):
        self.window = window
        self.desk = Desk(display)
        self.screen = Reader(window, self.desk)
        self.desk.arrange(1440, 900)

    def first_run_names_the_port(self):
        port = str(self.window.port)
        eventually("the first run names the real port",
                   lambda: any(port in text for text in self.screen.texts()) or port in self.code())

    def code(self):
        parts = []
        for node in walk(self.screen.root):
            text = node.get_text_iface()
            if text is not None:
                parts.append(Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)))
        return "\n".join(parts)

    def events_appear(self):
        self.run = send(self.window)[0]
        assert stored(self.window, self.run)["total"] == 7
        eventually("the run is in the list", lambda: self.screen.row("invoice-triage, trace "))

    def a_trace_opens(self):
        """It came open; closed, its events are gone; opened again, each is a row."""
        act(self.screen.row("invoice-triage"), "Toggle", "Expand or collapse")
        eventually("the closed trace is one row", lambda: len(self.screen.rows()) == 1)
        act(self.screen.row("invoice-triage"), "Toggle", "Expand or collapse")
        names = {event["name"] for event in stored(self.window, self.run)["events"]}
        eventually("all seven events are rows", lambda: names == {row.split()[0] for row in self.screen.rows()[1:]})

    def a_property_is_read(self):
        event = next(one for one in stored(self.window, self.run)["events"] if one["name"] == "tool_used")
        act(eventually("tool_used is a row", lambda: self.screen.row("tool_used")), "Press", "SetFocus")
        wanted = f'tool_id: "{event["properties"]["tool_id"]}"'
        eventually(f"the detail pane shows {wanted}", lambda: wanted in self.screen.texts())

    def pause_holds(self):
        act(self.screen.wait_for(Atspi.Role.PUSH_BUTTON, "Pause", exact=False), "Press")
        before = self.screen.rows()
        run = send(self.window)[0]
        assert stored(self.window, run)["total"] == 7, "what comes while the view is paused is stored all the same"
        time.sleep(1)  # Long enough for a view that is not paused to have shown it.
        assert self.screen.rows() == before, "the paused view changed"
        act(self.screen.wait_for(Atspi.Role.PUSH_BUTTON, "Resume", exact=False), "Press")
        eventually("the view goes on", lambda: self.screen.rows() != before)

    def a_filter_narrows(self):
        """To the one trace that it names, out of all that are stored."""
        other = send(self.window)[0]
        runs = self.window.get("traces")["total"]
        eventually("all runs are in the list", lambda: self.groups() == runs)
        field = eventually("the filter field", lambda: self.screen.find(Atspi.Role.TEXT, "Filter")
                           or self.screen.find(Atspi.Role.ENTRY, "Filter"))
        self.screen.type(field, f"trace_id:{other['traceId']}")
        eventually("only its trace is in the list", lambda: self.groups() == 1)
        assert f"trace {other['traceId'][:6]}" in self.screen.rows()[0], self.screen.rows()

    def groups(self):
        return sum(row.startswith("invoice-triage, trace ") for row in self.screen.rows())

    def state(self):
        return f"rows: {self.screen.rows() if self.screen.find(Atspi.Role.TREE, 'Live events', False) else 'no list'}"

    def all(self):
        return [("the first run names the port", self.first_run_names_the_port),
                ("events of a real SDK appear", self.events_appear), ("a trace opens", self.a_trace_opens),
                ("a property is read", self.a_property_is_read), ("pause holds", self.pause_holds),
                ("a filter narrows", self.a_filter_narrows)]


if __name__ == "__main__":
    run("window", Cases)
