"""A made-up history written into the log of a test's database, as if it had been appended there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

import msgspec

from domain.recorded import Recorded
from projections.db import Connection
from tests.histories import World

COLUMNS = tuple(name for name in Recorded.__struct_fields__ if name != "epoch")


def with_ids(history: Sequence[Recorded]) -> list[Recorded]:
    """The log's ids of events are UUIDs."""
    return [msgspec.structs.replace(each, event_id=str(uuid5(NAMESPACE_URL, each.event_id))) for each in history]


def begin(conn: Connection, world: World) -> None:
    """The logs and their epoch, with nothing in them."""
    for epoch, first in world.epochs():
        conn.execute("insert into log.logs (category, shard) values (%s, %s)", [first.category, first.shard])
        conn.execute(
            "insert into log.epochs (epoch, category, shard, first_position) values (%s, %s, %s, %s)",
            [epoch, first.category, first.shard, first.position],
        )


def append(conn: Connection, events: Sequence[Recorded]) -> None:
    """In the order of each log."""
    with conn.transaction():
        with conn.cursor().copy(f"copy log.events ({', '.join(COLUMNS)}) from stdin".encode()) as rows:
            for each in events:
                rows.write_row(tuple(getattr(each, name) for name in COLUMNS))
        conn.execute(
            "update log.logs set position = last.position from (select category, shard, max(position) as position"
            " from log.events group by category, shard) as last"
            " where (last.category, last.shard) = (logs.category, logs.shard)"
        )
