"""Compares event store, Kafka and read models of a running instance: what was lost, what was doubled.

The event store is the truth. `python -m tests.fault.compare` prints one line per comparison and ends with 1 on any
difference. The expected rows are folded here in plain Python, apart from the SQL of the read models.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from typing import Any

import confluent_kafka
import psycopg

from commands.reactions import CATEGORIES
from projections.registry import BY_NAME, MODELS
from streams.reactor import SCHEMA as REACTOR

Log = tuple[str, int]
# Everyone who keeps checkpoints, with the categories that it follows.
FOLLOWERS = {model.name: model.categories for model in MODELS} | {"reactor": CATEGORIES}


def status() -> dict[str, Any]:
    command = [sys.executable, "-m", "recut", "status", "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def main() -> int:
    running = status()
    with psycopg.connect(running["database"]) as conn:
        return report(conn, running["kafka"])


def report(conn: psycopg.Connection[Any], bootstrap: str) -> int:
    stored = stored_events(conn)
    records = kafka_records(bootstrap, {log: len(events) for log, events in stored.items()})
    problems = compare_kafka(stored, records) + compare_checkpoints(conn, stored) + compare_rows(conn, stored)
    problems += compare_wallets([event for log in stored.values() for event in log])
    for problem in problems:
        print(f"DIFFERENT  {problem}")
    return 1 if problems else 0


def stored_events(conn: psycopg.Connection[Any]) -> dict[Log, list[tuple[int, str, str, str, dict[str, Any]]]]:
    """Per log: (position, event id, stream, type, data) in order; checks that the log has no hole."""
    logs: dict[Log, list[Any]] = {}
    for category, shard, head in conn.execute(
        "select category, shard, position from log.logs order by 1, 2"
    ).fetchall():
        rows = conn.execute(
            "select position, event_id::text, stream, type, data from log.events"
            " where category = %s and shard = %s order by position",
            (category, shard),
        ).fetchall()
        assert [row[0] for row in rows] == list(range(1, head + 1)), f"hole in {category}/{shard}"
        logs[category, shard] = [(*row[:4], json.loads(bytes(row[4]))) for row in rows]
    total = sum(map(len, logs.values()))
    print(f"event store  {total} events in {len(logs)} logs, no hole")
    return logs


def kafka_records(bootstrap: str, sizes: dict[Log, int]) -> dict[Log, list[tuple[int, str]]]:
    """Per log: (position, event id) as found in Kafka, repeats included."""
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": bootstrap, "group.id": "compare", "enable.auto.commit": False}
    )
    ends = {}
    for category, shard in sizes:
        partition = confluent_kafka.TopicPartition(f"recut.{category}", shard, 0)
        low, high = consumer.get_watermark_offsets(partition, timeout=20)
        assert low == 0, f"recut.{category}/{shard} was truncated"
        ends[category, shard] = high
    consumer.assign([confluent_kafka.TopicPartition(f"recut.{c}", s, 0) for (c, s), end in ends.items() if end])
    found: dict[Log, list[tuple[int, str]]] = {log: [] for log in sizes}
    deadline = time.monotonic() + 60
    while sum(map(len, found.values())) < sum(ends.values()) and time.monotonic() < deadline:
        for message in consumer.consume(500, 0.2):
            assert message.error() is None, message.error()
            headers = dict(message.headers() or [])
            log = (message.topic().removeprefix("recut."), message.partition())
            found[log].append((int(headers["ce_position"]), headers["ce_id"].decode()))
    consumer.close()
    return found


def compare_kafka(stored: dict[Log, list[Any]], records: dict[Log, list[tuple[int, str]]]) -> list[str]:
    problems, repeats = [], 0
    for log, events in stored.items():
        wanted = [(event[0], event[1]) for event in events]
        distinct = list(dict.fromkeys(records[log]))
        repeats += len(records[log]) - len(distinct)
        if distinct != wanted:
            problems.append(f"Kafka {log}: {len(distinct)} distinct records, {len(wanted)} events")
    total = sum(map(len, records.values()))
    print(f"kafka        {total} records, {repeats} repeats by the relay, {len(problems)} logs differ")
    return problems


def compare_checkpoints(conn: psycopg.Connection[Any], stored: dict[Log, list[Any]]) -> list[str]:
    problems = []
    for name, categories in FOLLOWERS.items():
        schema = schema_of(name)
        rows = conn.execute(f"select category, shard, position from {schema}.checkpoints").fetchall()
        reached = {(category, shard): position for category, shard, position in rows}
        wanted = {log: len(events) for log, events in stored.items() if log[0] in categories and events}
        behind = sorted(log for log in wanted.keys() | reached.keys() if reached.get(log) != wanted.get(log))
        [(parked,)] = conn.execute(f"select count(*) from {schema}.dead_letters").fetchall()
        if behind or parked:
            problems.append(f"{name}: elsewhere in {behind}, {parked} dead letters")
    print(f"checkpoints  {', '.join(FOLLOWERS)}: {len(problems)} not at the heads or with dead letters")
    return problems


def schema_of(consumer: str) -> str:
    """The one that this version of the code reads: others may lie beside it."""
    return BY_NAME[consumer].schema if consumer in BY_NAME else REACTOR


def compare_rows(conn: psycopg.Connection[Any], stored: dict[Log, list[Any]]) -> list[str]:
    facts = [event for log in stored.values() for event in log]
    states, likes, edges = fold(facts)
    videos = schema_of("videos")
    rows = dict(conn.execute(f"select id, state from {videos}.videos").fetchall())
    problems = [
        f"video {id}: {rows.get(id)} should be {states.get(id)}"
        for id in rows.keys() | states.keys()
        if rows.get(id) != states.get(id)
    ]
    found = set(conn.execute(f"select video_id, account_id from {videos}.likes").fetchall())
    problems += [f"like {pair} differs" for pair in found ^ likes]
    graph = schema_of("remix_graph")
    problems += [
        f"edge {pair} differs"
        for pair in set(conn.execute(f"select child, parent from {graph}.edges").fetchall()) ^ edges
    ]
    terminal = Counter(event[2] for event in facts if event[3] in TERMINAL)
    problems += [f"{stream} ended {n} times" for stream, n in terminal.items() if n > 1]
    counts = f"{len(states)} videos {dict(Counter(states.values()))}, {len(likes)} likes, {len(edges)} edges"
    print(f"read models  {counts}, {len(problems)} rows differ")
    return problems


def compare_wallets(facts: list[Any]) -> list[str]:
    """Nothing was made of nothing, nobody is in debt, and who was delivered has paid: each once."""
    books: dict[str, Counter[str]] = defaultdict(Counter)
    holds: dict[str, list[str]] = defaultdict(list)
    for _, _, stream, type_, data in facts:
        if type_.startswith("wallet."):
            books[stream].update({line["account"]: 0 for line in data["lines"]})
            for line in data["lines"]:
                books[stream][line["account"]] += line["amount"]
            if "hold_id" in data:
                holds[data["video_id"]].append(type_)
    problems = [f"{stream} does not add up" for stream, book in books.items() if sum(book.values())]
    problems += [
        f"{stream} owes {pocket}"
        for stream, book in books.items()
        for pocket in ("free", "paid", "held")
        if book[pocket] < 0
    ]
    problems += wrong_holds({stream: type_ for _, _, stream, type_, _ in facts if type_ in TERMINAL}, holds)
    total = sum(book["spent"] for book in books.values())
    print(f"wallets      {len(books)} wallets, {len(holds)} holds, {total} credits spent, {len(problems)} problems")
    return problems


def wrong_holds(ends: dict[str, str], holds: dict[str, list[str]]) -> list[str]:
    paid = {True: ["wallet.held.v1", "wallet.settled.v1"], False: ["wallet.held.v1", "wallet.released.v1"]}
    return [
        f"video {video_id}: {holds[video_id]} after {ends.get(video_id)}"
        for video_id in holds.keys() | ends.keys()
        if video_id in ends and holds[video_id] != paid[ends[video_id] == "video.generation_completed.v1"]
    ]


QUEUEING = tuple(f"video.{verb}.v1" for verb in ("created", "remixed", "edited", "extended", "stitched"))
TERMINAL = tuple(f"video.generation_{end}.v1" for end in ("completed", "failed", "cancelled"))
STATE_AFTER = {
    **dict.fromkeys(QUEUEING, "queued"),
    "video.generation_started.v1": "in_progress",
    "video.generation_attempt_failed.v1": "queued",
    "video.generation_completed.v1": "completed",
    "video.generation_failed.v1": "failed",
    "video.generation_cancelled.v1": "cancelled",
    "video.deleted.v1": "deleted",
}


def fold(facts: list[Any]) -> tuple[dict[str, str], set[tuple[str, str]], set[tuple[str, str]]]:
    states: dict[str, str] = {}
    liking: dict[tuple[str, str], bool] = defaultdict(bool)
    edges = set()
    for _, _, stream, type_, data in facts:
        if type_ in STATE_AFTER:
            states[stream] = STATE_AFTER[type_]
        if type_ in QUEUEING:
            edges |= {(stream, parent["video_id"]) for parent in data["parents"]}
        if type_ in ("engagement.liked.v1", "engagement.unliked.v1"):
            liking[data["video_id"], data["account_id"]] = type_ == "engagement.liked.v1"
    return states, {pair for pair, likes in liking.items() if likes}, edges


if __name__ == "__main__":
    sys.exit(main())
