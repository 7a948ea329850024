"""Read models filled once more from the log, beside those that are there: every row must be the same."""

from __future__ import annotations

from collections.abc import Sequence

from domain.recorded import Position, Recorded
from infra.log_reader import READ_EPOCHS, read_log
from projections import install
from projections.checkpoint import Epochs
from projections.db import Connection
from projections.model import ReadModel
from projections.registry import MODELS
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
