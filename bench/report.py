"""BENCHMARKS.md from what bench/run measured."""

import re
import statistics

INTRO = """# Benchmarks

Measured by `./dev bench` and written by it; nothing here is typed by hand. `./dev bench --quick` takes a few
minutes and only prints, `--only matrix,paced,memory,disk,store,start,window,flags` and `--peers node` narrow it.

All servers answer by themselves and forward nowhere. Weir is `weir serve` as released: `synchronous=FULL`,
and an answer is sent only after the event is committed; after each run the number of events it holds is
compared with the number it acknowledged. mitmproxy runs an addon that stores to SQLite with
`synchronous=FULL`, once in the usual way, a transaction in the hook of each request, and once with commits
grouped as Weir's are; the Node.js server and mockttp keep events in memory. Servers take
turns, round by round, each with a fresh process and an empty store; figures are medians. Requests are
PostHog batches of 1.1 KB events, each with ids of its own.

"shared": server and load client use the same two cores, as on a developer's machine. "one core": the server
has one core for all its threads, the client the other. The client's ceiling is what it reaches against a
responder that reads and answers 200.
"""


def write_report(results):
    parts = [INTRO, machine(results), targets(results)]
    sections = {"matrix": matrix, "paced": paced, "memory": memory, "disk": disk, "store": store, "start": start,
                "window": window, "flags": flags}
    parts += [section(results[name]) for name, section in sections.items() if results.get(name)]
    return "\n".join(parts)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


def machine(results):
    told = [f"- {key}: {'; '.join(value) if isinstance(value, list) else value}" for key, value in results["machine"].items()]
    told.append(f"- rounds: {results['rounds']} of {results['seconds']} s each")
    return "## Machine\n\n" + "\n".join(told) + "\n"


def cell_of(results, pinning, events, gzip, connections):
    for row in results.get("matrix") or []:
        if (row["pinning"], row["events"], row["gzip"], row["connections"]) == (pinning, events, gzip, connections):
            return row["servers"]
    return {}


def ratio(servers, peer, key="events_per_s"):
    if "Weir" not in servers or peer not in servers:
        return None
    return servers["Weir"][key] / servers[peer][key]


def growth(results):
    """(insert rate of the first million, median of the last three) of `bench_store grow`."""
    rates = [float(rate) for rate in re.findall(r"events:\s+(\d+) events/s", (results.get("store") or {}).get("grow", ""))]
    return (rates[0], statistics.median(rates[-3:])) if len(rates) > 1 else None


def raw_limit(results):
    """Events/s of raw inserts; `bench_store write` counts rows, one more for each request of 20."""
    found = re.search(r"20 a request, raw\s+\d+\s+(\d+)", (results.get("store") or {}).get("write", ""))
    return float(found[1]) * 20 / 21 if found else None


def flag_costs(results):
    """(ns a flag in Weir, in posthog-node) when both were measured."""
    found = results.get("flags") or {}
    costs = [re.search(r": (\d+) ns a flag", found.get(who, "")) for who in ("weir", "peer")]
    return tuple(float(cost[1]) for cost in costs) if all(costs) else None


def targets(results):
    rows = []

    def add(what, target, value, form, met):
        if value is not None:
            rows.append((what, target, form % value, "yes" if met(value) else "**no**"))

    for pinning in ("one core", "shared"):
        one = cell_of(results, pinning, 1, 0, 32)
        add(f"÷ mitmproxy with SQLite, 1-event requests, {pinning}", "≥ 30", ratio(one, "mitmproxy, SQLite FULL"), "%.1f", lambda x: x >= 30)
        add(f"÷ the same with grouped commits, {pinning}", "≥ 30", ratio(one, "mitmproxy, SQLite FULL, grouped"), "%.1f", lambda x: x >= 30)
        add(f"÷ Node in memory, 1-event requests, {pinning}", "≥ 1", ratio(one, "Node, in memory"), "%.2f", lambda x: x >= 1)
    shared = cell_of(results, "shared", 1, 0, 32)
    twenty = cell_of(results, "shared", 20, 0, 32)
    limit = raw_limit(results)
    if twenty and limit:
        add("÷ raw SQLite inserts, 20-event requests", "≥ 0.8", twenty["Weir"]["events_per_s"] / limit, "%.2f", lambda x: x >= 0.8)
    if results.get("paced"):
        add("p99 at a paced 10,000 events/s", "< 5 ms", results["paced"]["Weir"]["p99_ms"], "%.1f ms", lambda x: x < 5)
    if shared:
        add("p99 at full load, 32 connections", "< 12 ms", shared["Weir"]["p99_ms"], "%.1f ms", lambda x: x < 12)
    if results.get("memory"):
        add("memory, highest", "< 100 MB", results["memory"]["highest"], "%.0f MB", lambda x: x < 100)
    if grown := growth(results):
        add("insert rate, median of the last three million events ÷ the first", "≥ 0.75", grown[1] / grown[0], "%.2f", lambda x: x >= 0.75)
    if paint := results.get("start"):
        add(f"start to first paint, {paint['events']:,} events", "≤ 120 ms", paint["warm_ms"], "%.0f ms", lambda x: x <= 120)
    for events, told in (results.get("window") or {}).items():
        for frames in re.findall(r"events/s arrive:.*max ([\d.]+) ms \(", told)[:1]:
            add(f"longest frame while 10,000 events/s arrive, over {events}", "≤ 8 ms", float(frames), "%.1f ms", lambda x: x <= 8)
        for held in re.findall(r"event loop was held.*; (\d+) MB", told)[:1]:
            add(f"memory of the window then, over {events}", "< 150 MB", float(held), "%.0f MB", lambda x: x < 150)
        for opened in re.findall(r"trace of 10,000 events\s+([\d.]+) ms", told):
            add(f"open a trace of 10,000 events, over {events}", "≤ 200 ms", float(opened), "%.0f ms", lambda x: x <= 200)
    for served in re.findall(r": (\d+) requests/s", (results.get("flags") or {}).get("served", "")):
        add("`/flags` of 100 flags × 1,000 users, requests/s on one core", "≥ 5,000", float(served), "%.0f", lambda x: x >= 5000)
    if cost := flag_costs(results):
        add("flags evaluated ÷ posthog-node, same cases", "≥ 5", cost[1] / cost[0], "%.0f", lambda x: x >= 5)
    return "## Targets\n\n" + table(("what", "target", "measured", "met"), rows)


def matrix(rows):
    text = ["## Events acknowledged per second\n"]
    for pinning in dict.fromkeys(row["pinning"] for row in rows):
        text.append(f"### {pinning}\n")
        body = []
        for row in (row for row in rows if row["pinning"] == pinning):
            load = f"{row['events']} × {'gzip' if row['gzip'] else 'plain'}, {row['connections']}"
            for name, one in row["servers"].items():
                by = "" if name == "Weir" else f"{ratio(row['servers'], name):.2f}"
                note = " (ids repeat)" if one["repeated"] and name != "client's ceiling" else ""
                body.append((load, name, f"{one['events_per_s']:,.0f}{note}", by, f"{one['p50_ms']:.2f}",
                             f"{one['p99_ms']:.2f}", f"{one['cpu_us_per_event']:.1f}"))
        text.append(table(("events × form, connections", "server", "events/s", "Weir ÷ it", "p50 ms", "p99 ms", "CPU µs an event"), body))
    return "\n".join(text)


def paced(servers):
    rows = [(name, f"{one['p50_ms']:.2f}", f"{one['p99_ms']:.2f}", f"{one['max_ms']:.1f}",
             f"{one['cpu_us_per_event']:.1f}" if one["cpu_us_per_event"] else "") for name, one in servers.items()]
    return "## Paced at 10,000 events/s\n\nOne event a request, 32 connections; counted from the moment a request was due. The disk alone: 16 KB\n" \
        "written and made durable (`fdatasync`), some 300 times a second; Weir waits for that before it answers, Node does not.\n\n" \
        + table(("server", "p50 ms", "p99 ms", "max ms", "CPU µs an event"), rows)


def memory(steps):
    return "## Memory of one `weir serve`\n\n" + table(("when", "resident MB"), [(when, f"{mb:.0f}") for when, mb in steps.items()])


def disk(sizes):
    rows = [(events, f"{one['event_bytes']}", f"{one['bytes']:.0f}") for events, one in sizes.items()]
    return "## On disk\n\n" + table(("events a request", "bytes of an event's JSON", "bytes an event in the session file"), rows)


def block(title, text):
    return f"### {title}\n\n```\n{text}\n```\n"


def store(found):
    titles = {"write": "Inserts, beside raw SQLite inserts of the same rows", "grow": "Insert rate as a session grows, random ids"}
    return "## Store\n\n" + "\n".join(block(titles[key], text) for key, text in found.items())


def start(paint):
    return "## Start of the window\n\n" + table(("start to first paint", "ms"), [
        (f"{paint['events']:,} events, first start", f"{paint['first_ms']:.0f}"),
        (f"{paint['events']:,} events, warm", f"{paint['warm_ms']:.0f}"),
        ("memory a second later, MB", f"{paint['memory_mb']:.0f}")])


def window(found):
    return "## Window\n\n" + "\n".join(block(f"Live list over {events}", told) for events, told in found.items())


def flags(found):
    return "## Flags\n\n100 flags × 1,000 users, all flags of a user at once, one core each; posthog-node through its client.\n\n```\n" \
        + "\n".join(found.values()) + "\n```\n"
