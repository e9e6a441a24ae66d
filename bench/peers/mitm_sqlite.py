"""mitmproxy addon: answers each request itself, once its events are committed to SQLite (synchronous=FULL).

With WEIR_BENCH_COMMIT=group commits are grouped as Weir's are: all requests that wait are written in one
transaction, off the event loop. Otherwise each request is a transaction in its hook, as addons are usually
written.
"""

import asyncio
import json
import os
import sqlite3

from mitmproxy import http


GROUPED = os.environ.get("WEIR_BENCH_COMMIT") == "group"


class Store:
    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute(
            "CREATE TABLE event (id INTEGER PRIMARY KEY, uuid TEXT, name TEXT, trace_id TEXT, user_id TEXT,"
            " timestamp TEXT, payload TEXT)"
        )
        self.database.execute("CREATE INDEX event_trace ON event (trace_id)")
        self.waiting = []
        self.writer = None

    def commit(self, rows):
        self.database.execute("BEGIN IMMEDIATE")
        self.database.executemany("INSERT INTO event VALUES (NULL, ?, ?, ?, ?, ?, ?)", rows)
        self.database.execute("COMMIT")

    async def write(self):
        loop = asyncio.get_running_loop()
        while self.waiting:
            batch, self.waiting = self.waiting, []
            rows = [row for rows, _ in batch for row in rows]
            await loop.run_in_executor(None, self.commit, rows)
            for _, done in batch:
                if not done.done():
                    done.set_result(None)
        self.writer = None

    async def add(self, rows):
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((rows, done))
        if self.writer is None:
            self.writer = asyncio.create_task(self.write())
        await done


class Capture:
    def __init__(self):
        self.store = Store(os.environ["WEIR_BENCH_DATABASE"])

    async def request(self, flow):
        rows = []
        for event in json.loads(flow.request.content)["batch"]:
            properties = event["properties"]
            rows.append(
                (event["uuid"], event["event"], properties.get("trace_id"), event["distinct_id"],
                 event["timestamp"], json.dumps(event))
            )
        if GROUPED:
            await self.store.add(rows)
        else:
            self.store.commit(rows)
        flow.response = http.Response.make(200, b'{"status":"Ok"}', {"Content-Type": "application/json"})


addons = [Capture()]
