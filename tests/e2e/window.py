"""The real window under Xvfb, read and driven as a screen reader does (AT-SPI), fed by a real SDK. What is
shown is held against what /weir/ says."""

import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))
sys.dont_write_bytecode = True
from screen import Window, Xvfb, eventually  # noqa: E402


def children(node):
    for index in range(min(node.get_child_count(), 600)):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def walk(node, depth=0):
    yield node
    if depth < 30:
        for child in children(node):
            yield from walk(child, depth + 1)


def shown(node):
    states = node.get_state_set()
    return states.contains(Atspi.StateType.SHOWING) and states.contains(Atspi.StateType.VISIBLE)


def act(node, *names):
    """Does the first of the named actions that the node has; any case."""
    action = node.get_action_iface()
    offered = [Atspi.Action.get_action_name(action, i) for i in range(Atspi.Action.get_n_actions(action))]
    for name in names:
        for index, one in enumerate(offered):
            if one.lower() == name.lower():
                return Atspi.Action.do_action(action, index)
    raise AssertionError(f"{node.get_name()!r} offers {offered}, not {names}")


class Screen:
    """Finds what the window shows, by role and name."""

    def __init__(self, window):
        self.window = window
        self.root = eventually("the window is on the accessibility bus", self.application)

    def application(self):
        desktop = Atspi.get_desktop(0)
        return next((app for app in children(desktop) if app.get_process_id() == self.window.process.pid), None)

    def find(self, role, name, exact=True):
        self.root.clear_cache()
        for node in walk(self.root):
            try:
                text = node.get_name() or ""
                if node.get_role() == role and (text == name if exact else name in text) and shown(node):
                    return node
            except gi.repository.GLib.Error:
                continue  # It went away while we looked.
        return None

    def wait_for(self, role, name, exact=True):
        return eventually(f"{role.value_nick} {name!r} is shown", lambda: self.find(role, name, exact))

    def list(self):
        return self.wait_for(Atspi.Role.TREE, "Live events", exact=False)

    def rows(self):
        """The names of the rows in sight."""
        tree = self.list()
        tree.clear_cache()
        return [child.get_name() or "" for child in children(tree) if child.get_role() == Atspi.Role.TREE_ITEM]

    def row(self, text):
        tree = self.list()
        tree.clear_cache()
        return next((child for child in children(tree)
                     if child.get_role() == Atspi.Role.TREE_ITEM and text in (child.get_name() or "")), None)

    def texts(self):
        """All names and values that the window shows."""
        found = []
        for node in walk(self.root):
            found.append(node.get_name() or "")
        return found

    def type(self, field, text):
        assert field.get_component_iface().grab_focus(), "the field takes no focus"
        Atspi.EditableText.set_text_contents(field.get_editable_text_iface(), text)
        key(0xFF0D)


def key(symbol):
    Atspi.generate_keyboard_event(symbol, None, Atspi.KeySynthType.SYM)


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

    def __init__(self, window):
        self.window = window
        self.screen = Screen(window)

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
        eventually("the run is in the list", lambda: any("invoice-triage" in row for row in self.screen.rows()))

    def a_trace_opens(self):
        group = self.screen.row("invoice-triage")
        assert group is not None, self.screen.rows()
        if not group.get_state_set().contains(Atspi.StateType.EXPANDED):
            act(group, "Toggle", "Expand or collapse", "Press")
        for event in stored(self.window, self.run)["events"]:
            eventually(f"{event['name']} is a row", lambda: self.screen.row(event["name"]))

    def a_property_is_read(self):
        event = next(one for one in stored(self.window, self.run)["events"] if one["name"] == "tool_used")
        act(eventually("tool_used is a row", lambda: self.screen.row("tool_used")), "Press", "SetFocus")
        eventually("the detail pane shows the property and its value",
                   lambda: {"tool_id", event["properties"]["tool_id"]} <= {text.strip('"') for text in self.screen.texts()})

    def a_filter_narrows(self):
        other = send(self.window)[0]
        eventually("both runs are in the list", lambda: sum("invoice-triage" in row for row in self.screen.rows()) == 2)
        field = eventually("the filter field", lambda: self.screen.find(Atspi.Role.TEXT, "Filter")
                           or self.screen.find(Atspi.Role.ENTRY, "Filter"))
        self.screen.type(field, f"trace_id:{other['traceId']}")
        matching = stored(self.window, other)["total"]
        assert matching == 7
        eventually("only the second run is in the list",
                   lambda: sum("invoice-triage" in row for row in self.screen.rows()) == 1)
        key(0xFF1B)

    def pause_holds(self):
        act(self.screen.wait_for(Atspi.Role.PUSH_BUTTON, "Pause", exact=False), "Press")
        before = self.screen.rows()
        run = send(self.window)[0]
        assert stored(self.window, run)["total"] == 7, "what comes while the view is paused is stored all the same"
        time.sleep(1)  # Long enough for a view that is not paused to have shown it.
        assert self.screen.rows() == before, "the paused view changed"
        act(self.screen.wait_for(Atspi.Role.PUSH_BUTTON, "Resume", exact=False), "Press")
        eventually("the view goes on", lambda: self.screen.rows() != before)

    def all(self):
        return [("the first run names the port", self.first_run_names_the_port),
                ("events of a real SDK appear", self.events_appear), ("a trace opens", self.a_trace_opens),
                ("a property is read", self.a_property_is_read), ("a filter narrows", self.a_filter_narrows),
                ("pause holds", self.pause_holds)]


def main():
    binary = os.environ["WEIR_BINARY"]
    passed = failed = 0
    screen = Xvfb()
    window = Window(binary, screen.display)
    try:
        cases = Cases(window)
        for name, case in cases.all():
            begun = time.monotonic()
            try:
                case()
                passed += 1
                outcome = "PASS"
            except Exception:
                failed += 1
                outcome = "FAIL"
                traceback.print_exc(file=sys.stdout)
                print("rows:", cases.screen.rows() if cases.screen.find(Atspi.Role.TREE, "Live events", False) else "no list")
            print(f"{outcome} : window({name}) {(time.monotonic() - begun) * 1000:.0f} ms", flush=True)
    finally:
        code = window.stop()
        screen.stop()
    if code != 0:
        failed += 1
        print(f"FAIL : window(ends cleanly) {code}")
    print(f"Totals: {passed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
