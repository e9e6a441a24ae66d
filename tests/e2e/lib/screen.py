"""An X server in memory, and the real window on it as a screen reader sees it."""

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
             "-nolisten", "tcp", "-noreset"], pass_fds=[writing], stderr=subprocess.DEVNULL)
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
