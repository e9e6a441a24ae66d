"""What the window shows and offers, as a screen reader finds it over AT-SPI."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from screen import eventually  # noqa: E402


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


def is_group(node):
    return node.get_state_set().contains(Atspi.StateType.EXPANDABLE)


def is_open(node):
    return node.get_state_set().contains(Atspi.StateType.EXPANDED)


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

    def __init__(self, window, desk):
        self.window = window
        self.desk = desk
        self.root = eventually("the window is on the accessibility bus", self.application, 60)

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

    def row_nodes(self):
        """The rows in sight, top to bottom. Qt tells a tree's items as cells that hold cells."""
        tree = self.list()
        tree.clear_cache()
        return [child for child in children(tree) if child.get_role() in (Atspi.Role.TABLE_CELL, Atspi.Role.TREE_ITEM)]

    def rows(self):
        """Their names."""
        return [node.get_name() or "" for node in self.row_nodes()]

    def row(self, text):
        """The first row whose name begins with `text`."""
        return next((node for node in self.row_nodes() if (node.get_name() or "").startswith(text)), None)

    def last_collapsed(self):
        """The lowest group in sight that is closed."""
        groups = [node for node in self.row_nodes() if is_group(node) and not is_open(node)]
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
        self.desk.press("Return")
