"""Read models in a database of a test: the schemas of all of them, filled from a history, and their rows as text."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from psycopg import sql

from domain.recorded import Recorded
from projections import checkpoint
from projections.checkpoint import Epochs
from projections.db import Connection
from projections.events import decode
from projections.model import ReadModel
from projections.registry import MODELS, STATES
from tests.histories import World

BESIDE = ("checkpoints", "dead_letters", "attempts")


def merged(logs: dict[tuple[str, int], list[Recorded]], dice: random.Random) -> list[Recorded]:
    """Some merge of the logs that keeps each log's order."""
    left = {log: list(reversed(events)) for log, events in logs.items()}
    out = []
    while left:
        log = dice.choice(sorted(left))
        for _ in range(dice.choice((1, 1, 5, 50))):
            if left[log]:
                out.append(left[log].pop())
        if not left[log]:
            del left[log]
    return out


def batches(events: Sequence[Recorded], dice: random.Random, largest: int) -> Iterator[list[Recorded]]:
    """Of any size, and sometimes beginning with what was delivered before."""
    start = 0
    while start < len(events):
        end = start + dice.randint(1, largest)
        again = dice.choice((0, 0, 3))
        yield list(events[max(0, start - again) : end])
        start = end


def fill(
    conn: Connection, model: ReadModel, batches: Iterator[list[Recorded]], epochs: Epochs, *, schema: str = ""
) -> None:
    for batch in batches:
        wanted = [recorded for recorded in batch if recorded.category in model.categories]
        result = checkpoint.run(conn, model, decode(wanted), epochs, schema=schema)
        assert result.parked == 0


def dump(conn: Connection, schema: str) -> dict[str, list[str]]:
    """Every row of every table that `apply` fills, as text, in order; and how far each log was followed."""
    tables = conn.execute(
        "select table_name from information_schema.tables where table_schema = %s order by 1", [schema]
    ).fetchall()
    found = {name: rows_of(conn, schema, name) for (name,) in tables if name not in BESIDE}
    logs = sql.SQL("select category, shard, epoch, position from {}.checkpoints order by 1, 2")
    found["logs"] = [str(row) for row in conn.execute(logs.format(sql.Identifier(schema)))]
    return found


def rows_of(conn: Connection, schema: str, table: str) -> list[str]:
    query = sql.SQL("select t::text from {} as t").format(sql.Identifier(schema, table))
    return sorted(text for (text,) in conn.execute(query))


def empty(conn: Connection) -> None:
    """Of every read model and what stands beside them."""
    schemas = [model.schema for model in MODELS] + [f"{name}_state" for name in STATES]
    tables = conn.execute(
        "select table_schema, table_name from information_schema.tables where table_schema = any(%s)", [schemas]
    ).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
    conn.execute(sql.SQL("truncate {}").format(names))


def tell(conn: Connection, story: World) -> None:
    """Brings all read models up to the story's present; what they know already is repeated to them."""
    for model in MODELS:
        fill(conn, model, iter([story.history]), Epochs(story.epochs()))


class Capitals:
    """An opener under which clear texts are told from sealed ones: in capitals."""

    def __init__(self) -> None:
        self.calls = 0

    async def open(self, tokens: Sequence[str]) -> list[str]:
        self.calls += 1
        return [token.upper() for token in tokens]
