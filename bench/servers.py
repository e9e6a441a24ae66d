"""The servers that bench/run puts under the same load, each answering by itself and forwarding nowhere."""

import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
PEERS = ROOT / "bench/peers"
SCRATCH = ROOT / "build/bench"  # On the disk that sessions would be on, not on a tmpfs.
TICKS = os.sysconf("SC_CLK_TCK")


class Unavailable(Exception):
    """Why a server cannot be measured here."""


class Server:
    """One running server: `with Weir(cores) as server`. Its files are removed with it."""

    name = ""
    ready = re.compile(r"listening on (?:http://127\.0\.0\.1:)?(\d+)")

    def __init__(self, cores):
        self.cores = cores
        SCRATCH.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=self.name.split()[0] + "-", dir=SCRATCH))

    @classmethod
    def check(cls):
        """Raises Unavailable when this machine lacks the server."""

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {**os.environ, "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder),
                "XDG_CONFIG_HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder)}

    def __enter__(self):
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            self.command(), cwd=PEERS, env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.log, preexec_fn=lambda: os.sched_setaffinity(0, self.cores))
        try:
            self.port = self.wait_ready(time.monotonic() + 30)
        except Exception:
            self.__exit__()
            raise
        return self

    def wait_ready(self, deadline):
        text = ""
        while time.monotonic() < deadline and self.process.poll() is None:
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                text += os.read(self.process.stdout.fileno(), 4096).decode()
                if found := self.ready.search(text):
                    return int(found[1])
        raise RuntimeError(f"{self.name} is not ready: {text!r}, {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self):
        """Ends it and waits. Files stay until the `with` block ends."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __exit__(self, *_):
        self.stop()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu_seconds(self):
        """User and system time of the process and all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mb(self, field="VmRSS"):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) / 1024

    def stored_events(self):
        """How many events the server says it has, or None when it cannot say."""
        return None


class Weir(Server):
    name = "Weir"

    def __init__(self, cores, *options):
        super().__init__(cores)
        self.options = options

    def command(self):
        return [BUILD / "app/weir", "serve", "--port", "0", "--session", self.session, "--max-size", "0", *self.options]

    @property
    def session(self):
        return self.folder / "bench.weir"

    def stored_events(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/weir/health", timeout=30) as answer:
            return json.load(answer)["events"]

    def bytes_on_disk(self):
        return sum(path.stat().st_size for path in self.folder.glob("bench.weir*"))


class Node(Server):
    name = "Node, in memory"

    @classmethod
    def check(cls):
        if not shutil.which("node"):
            raise Unavailable("no Node.js on this machine")

    def command(self):
        return ["node", "--max-old-space-size=8192", "node-server.mjs"]


class Mockttp(Server):
    name = "mockttp, in memory"

    @classmethod
    def check(cls):
        Node.check()
        if not (PEERS / "node_modules/mockttp").is_dir():
            raise Unavailable("mockttp is not installed: npm ci in bench/peers")
        version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
        if int(version.lstrip("v").split(".")[0]) < 20:
            raise Unavailable(f"mockttp needs Node.js 20, this is {version.strip()}")

    def command(self):
        return ["node", "--max-old-space-size=8192", "mockttp-server.mjs"]


class Mitmproxy(Server):
    name = "mitmproxy, SQLite FULL"
    commit = "each"

    @classmethod
    def check(cls):
        if not shutil.which("mitmdump"):
            raise Unavailable("mitmdump is not installed")

    def environment(self):
        return {**super().environment(), "WEIR_BENCH_DATABASE": str(self.folder / "events.db"),
                "WEIR_BENCH_COMMIT": self.commit}

    def command(self):
        # An upstream must be named; the addon answers before it is ever asked. mitmproxy cannot take any
        # free port and tell which, so one is chosen here.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.chosen = probe.getsockname()[1]
        return ["mitmdump", "-q", "--mode", "reverse:http://127.0.0.1:9", "--listen-host", "127.0.0.1",
                "--listen-port", str(self.chosen), "--set", "flow_detail=0", "--set", "connection_strategy=lazy",
                "-s", PEERS / "mitm_sqlite.py"]

    def wait_ready(self, deadline):
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.chosen), 1).close()
                return self.chosen
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"mitmdump is not ready: {(self.folder / 'log').read_text()[-2000:]}")


class GroupingMitmproxy(Mitmproxy):
    name = "mitmproxy, SQLite FULL, grouped"
    commit = "group"


class Responder(Server):
    """Reads requests and answers 200: what the load client itself can reach."""

    name = "client's ceiling"

    def command(self):
        return [BUILD / "bench/weir-loadgen", "respond"]
