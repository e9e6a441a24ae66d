"""What the window shows and offers, as a screen reader finds it over AT-SPI."""

import os

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from screen import eventually  # noqa: E402

MODIFIERS = {"Control": 0xFFE3, "Shift": 0xFFE1}
RETURN, ESCAPE = 0xFF0D, 0xFF1B


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


class Reader:
    """Finds what the window shows, by role and name."""

    def __init__(self, window, display):
        os.environ["DISPLAY"] = display  # Where AT-SPI's own key events go.
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
            except GLib.Error:
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

    def last_collapsed(self):
        """The lowest group in sight that is closed."""
        groups = [child for child in children(self.list())
                  if child.get_role() == Atspi.Role.TREE_ITEM and child.get_state_set().contains(Atspi.StateType.EXPANDABLE)
                  and not child.get_state_set().contains(Atspi.StateType.EXPANDED)]
        return groups[-1] if groups else None

    def texts(self):
        """All names and values that the window shows."""
        found = []
        for node in walk(self.root):
            found.append(node.get_name() or "")
        return found

    def type(self, field, text):
        assert field.get_component_iface().grab_focus(), "the field takes no focus"
        Atspi.EditableText.set_text_contents(field.get_editable_text_iface(), text)
        key(RETURN)


def key(symbol):
    """Presses and releases a key: an X keysym."""
    Atspi.generate_keyboard_event(symbol, None, Atspi.KeySynthType.SYM)


def key_chord(*names):
    """"Control", "Shift", "l": the last is pressed while the others are held."""
    *held, last = names
    for name in held:
        Atspi.generate_keyboard_event(keycode(MODIFIERS[name]), None, Atspi.KeySynthType.PRESS)
    key(ord(last))
    for name in reversed(held):
        Atspi.generate_keyboard_event(keycode(MODIFIERS[name]), None, Atspi.KeySynthType.RELEASE)


def keycode(symbol):
    """The code of a modifier on an X server with its default keyboard (evdev)."""
    return {0xFFE3: 37, 0xFFE1: 50}[symbol]
