"""How long the real window takes from its start to the first painted frame, seen from outside: in the frame
buffer of an X server of its own."""

import mmap
import os
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from servers import BUILD, SCRATCH, Unavailable

WIDTH, HEIGHT = 1440, 900


class Screen:
    """An Xvfb on a display of its own whose pixels can be read."""

    def __enter__(self):
        if not shutil.which("Xvfb"):
            raise Unavailable("Xvfb is not installed")
        self.folder = tempfile.mkdtemp(dir=SCRATCH)
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", self.folder,
             "-nolisten", "tcp", "-noreset"], pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.display = ":" + pipe.readline().strip()
        with open(Path(self.folder) / "Xvfb_screen0", "rb") as file:
            self.pixels = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.pixels.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def painted(self):
        """Whether anything but the bare screen and its pointer is on it: many colours."""
        at = len(self.pixels) - WIDTH * HEIGHT * 4 + (HEIGHT // 2) * WIDTH * 4
        line = self.pixels[at:at + WIDTH * 4]
        return len({line[i:i + 4] for i in range(0, len(line), 4)}) > 4


def start_once(screen, session):
    with tempfile.TemporaryDirectory(dir=SCRATCH) as home:
        environment = {**os.environ, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb", "HOME": home,
                       "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_RUNTIME_DIR": home}
        begun = time.monotonic()
        process = subprocess.Popen([BUILD / "app/weir", session, "--port", "0"], env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not screen.painted():
                if process.poll() is not None or time.monotonic() - begun > 20:
                    raise RuntimeError("the window did not show")
                time.sleep(0.0005)
            milliseconds = (time.monotonic() - begun) * 1000
            time.sleep(1)  # What it needs once it rests.
            status = Path(f"/proc/{process.pid}/status").read_text()
            memory = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        while screen.painted():
            time.sleep(0.005)
    return milliseconds, memory


def first_paint(session, rounds):
    """Median of all starts but the first, which warms the disk cache."""
    with Screen() as screen:
        starts = [start_once(screen, session) for _ in range(rounds)]
    return {"first_ms": starts[0][0], "warm_ms": statistics.median(ms for ms, _ in starts[1:]),
            "memory_mb": statistics.median(mb for _, mb in starts)}
