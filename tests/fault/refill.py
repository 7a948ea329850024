"""Read models filled once more from the log, beside those that are there: every row must be the same."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from domain.recorded import Position, Recorded
from infra.log_reader import READ_EPOCHS, read_log
from projections import install
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.model import ReadModel
from projections.registry import BY_NAME, MODELS
from tests.projections import dump, fill

BATCH = 500


def history(conn: Connection) -> list[Recorded]:
    """Every event, log by log."""
    logs = conn.execute("select category, shard, position from log.logs order by 1, 2").fetchall()
    return [event for category, shard, head in logs for event in read_log(conn, category, shard, 0, head)]


def epochs(conn: Connection) -> Epochs:
    rows = conn.execute(READ_EPOCHS.encode()).fetchall()
    return Epochs([(epoch, Position(category, shard, first)) for category, shard, first, epoch in reversed(rows)])


def differing_models(conn: Connection, events: Sequence[Recorded], owners: Epochs) -> list[str]:
    """`conn` in autocommit mode. The read models must be at rest."""
    return [model.schema for model in MODELS if not _is_same(conn, model, events, owners)]


def _is_same(conn: Connection, model: ReadModel, events: Sequence[Recorded], owners: Epochs) -> bool:
    expected = f"expected_{model.name}"
    install.create(conn, model, expected)
    try:
        batches = [list(events[start : start + BATCH]) for start in range(0, len(events), BATCH)]
        fill(conn, model, iter(batches), owners, schema=expected)
        return dump(conn, model.schema) == dump(conn, expected)
    finally:
        conn.execute(f"drop schema {expected} cascade".encode())


def main(url: str, names: Sequence[str]) -> int:
    """Of this version of the code. Prints one line for each model; 1 when rows differ."""
    with connect(url) as conn:
        events, owners = history(conn), epochs(conn)
        models = [model for model in MODELS if model.name in names]
        differing = [model.schema for model in models if not _is_same(conn, model, events, owners)]
    for name in names:
        told = "differs from" if BY_NAME[name].schema in differing else "equals"
        print(f"refill       {BY_NAME[name].schema} {told} a fresh fill of {len(events)} events, byte for byte")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
