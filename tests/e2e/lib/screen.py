"""An X server in memory, and the real window on it as a screen reader sees it."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path


def eventually(what, probe, seconds=20):
    """Asks again until `probe` gives something true, and gives that."""
    end = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Xvfb:
    def __init__(self, width=1440, height=900):
        self.folder = tempfile.mkdtemp(prefix="weir-screen-")
        self.size = (width, height)
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-fbdir", self.folder,
             "-nolisten", "tcp", "-noreset", "-nocursor"], pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.display = ":" + pipe.readline().strip()

    def pixels(self):
        """The screen's pixels, top to bottom, four bytes each: blue, green, red, unused."""
        width, height = self.size
        return (Path(self.folder) / "Xvfb_screen0").read_bytes()[-width * height * 4:]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        for file in Path(self.folder).iterdir():
            file.unlink()
        os.rmdir(self.folder)


class Desk:
    """What a window manager and a keyboard would do on a display that has neither."""

    LARGE = 100  # Pixels of width above which a window is one that people see.

    def __init__(self, display):
        self.x11 = ctypes.CDLL("libX11.so.6")
        self.xtest = ctypes.CDLL("libXtst.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x11.XSetErrorHandler(IGNORE)  # A window that is not mapped refuses the focus.
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(display.encode()))

    def windows(self):
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        found = ctypes.POINTER(ctypes.c_ulong)()
        self.x11.XQueryTree(self.display, ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display)),
                            ctypes.byref(root), ctypes.byref(parent), ctypes.byref(found), ctypes.byref(count))
        return [ctypes.c_ulong(found[i]) for i in range(count.value)]

    def width(self, window):
        root, x, y, width = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_int(), ctypes.c_uint()
        height, border, depth = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
        self.x11.XGetGeometry(self.display, window,
                              *(ctypes.byref(value) for value in (root, x, y, width, height, border, depth)))
        return width.value

    def arrange(self, width, height):
        """Gives the program's window the whole screen and the keyboard, and puts the pointer out of the way."""
        # Weir listens before it shows anything, so that its port may answer first.
        eventually("the program's window is there", lambda: any(self.width(one) > self.LARGE for one in self.windows()))
        root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))
        self.x11.XWarpPointer(self.display, ctypes.c_ulong(0), root, 0, 0, 0, 0, width - 1, height - 1)
        for window in self.windows():
            if self.width(window) > self.LARGE:
                self.x11.XMoveResizeWindow(self.display, window, 0, 0, width, height)
                self.focus(window)

    def focus_small(self, below=1000):
        """Gives the keyboard to the narrow window that was opened last, as a window manager would."""
        found = eventually("a small window is there", lambda: [
            one for one in self.windows() if self.LARGE < self.width(one) < below])
        self.focus(found[-1])

    def focus(self, window):
        """A window that is not mapped yet refuses the keyboard, so it is asked until it has it."""
        def has_focus():
            self.x11.XSetInputFocus(self.display, window, 1, 0)
            self.x11.XSync(self.display, 0)
            focused, reverts = ctypes.c_ulong(), ctypes.c_int()
            self.x11.XGetInputFocus(self.display, ctypes.byref(focused), ctypes.byref(reverts))
            return focused.value == window.value

        eventually("the window has the keyboard", has_focus)

    def press(self, *names):
        """"Control_L", "Shift_L", "l": the last key is pressed while the others are held."""
        codes = [self.x11.XKeysymToKeycode(self.display, ctypes.c_ulong(self.x11.XStringToKeysym(name.encode())))
                 for name in names]
        for code in codes:
            self.xtest.XTestFakeKeyEvent(self.display, code, 1, 0)
        for code in reversed(codes):
            self.xtest.XTestFakeKeyEvent(self.display, code, 0, 0)
        self.x11.XSync(self.display, 0)


IGNORE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, error: 0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Window:
    """The real program with its window, in a home of its own."""

    def __init__(self, binary, display, *arguments):
        self.home = tempfile.TemporaryDirectory(prefix="weir-e2e-", ignore_cleanup_errors=True)
        home = self.home.name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            **os.environ, "HOME": home, "XDG_CONFIG_HOME": f"{home}/config", "XDG_DATA_HOME": f"{home}/data",
            "XDG_CACHE_HOME": f"{home}/cache", "DISPLAY": display, "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "LANG": "C.UTF-8",
        }
        environment.pop("WAYLAND_DISPLAY", None)
        self.process = subprocess.Popen([binary, "--port", str(self.port), *arguments], cwd=home, env=environment)
        eventually("the window's port answers", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the window ended with {self.process.returncode}")
        try:
            return self.get("health")["status"] == "ok"
        except OSError:
            return False

    def get(self, path):
        """What Weir itself says: the ground truth."""
        with urllib.request.urlopen(f"{self.url}/weir/{path}", timeout=20) as answer:
            return json.load(answer)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = "no end within 20 s"
        self.home.cleanup()
        return code
