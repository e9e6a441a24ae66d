"""Takes the pictures of docs/images: the real window on an X server in memory, filled by `weir demo` with a
fixed seed, driven over AT-SPI."""

import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/e2e/lib"))
from screen import Desk, Window, Xvfb, eventually  # noqa: E402
from windowreader import Reader, act  # noqa: E402

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


def main():
    binary, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    take(binary, folder, "live", (1440, 900))
    take(binary, folder, "live-light", (1440, 900), light=True)
    take(binary, folder, "live-1024", (1024, 700))
    take(binary, folder, "first-run", (1440, 900), filled=False)


if __name__ == "__main__":
    main()
