"""A schema that was filled beside the live one takes its place, while events come and queries run.

A rename alone would lose events: a transaction that spans it would leave its rows in the old schema and be known to the
new one as done. So both names change under the lock that every writer of the live schema takes first, when the new one
has everything that the live one has. Queries wait for nothing: they find either schema, and the rows are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

import msgspec

from projections import checkpoint, digest, schemas
from projections.checkpoint import Ahead
from projections.db import Connection
from projections.digest import Digest
from streams.bulk import Vector
from streams.consumer import Log
from streams.rebuild import Fill

# So few events may be left to do while the live projector waits.
FEW: Final = 2_000
# A live schema that is further behind is not brought along, so it cannot be compared.
FAR: Final = 20_000
_BETWEEN: Final = "_leaving"  # for the moment inside the transaction in which two schemas change names


class Compared(msgspec.Struct, frozen=True):
    """`why_not`: why the live rows cannot be compared; then there is nothing about them."""

    filled: Digest | None
    live: Digest | None
    parked: tuple[int, int]  # dead letters of the filled one, of the live one
    why_not: str = ""

    @property
    def differences(self) -> list[str]:
        return digest.differences(self.filled, self.live) if self.filled and self.live else []


def catch_up(fill: Fill) -> None:
    """Until next to nothing is left, however fast events come."""
    while fill.left(heads := fill.heads()) > FEW:
        fill.from_store(heads)
    fill.from_store(fill.heads())


def compare(fill: Fill, connect: Callable[[], Connection]) -> Compared:
    """All rows of both schemas at the same positions. The live projector waits until both stand there; then both are
    read in one snapshot, and it goes on."""
    live = fill.model.schema
    catch_up(fill)
    if schemas.is_empty(fill.conn, live):
        return Compared(None, None, (fill.parked, 0), "nothing was live")
    with connect() as reader, ExitStack() as stack:
        with schemas.held(fill.conn, live):
            if why_not := _level(fill):
                return Compared(None, None, (fill.parked, schemas.parked(fill.conn, live)), why_not)
            stack.enter_context(digest.snapshot(reader))
        parked = schemas.parked(reader, fill.schema), schemas.parked(reader, live)
        return Compared(digest.digest(reader, fill.schema), digest.digest(reader, live), parked)


def _level(fill: Fill) -> str:
    """Brings both schemas to where either is; or says why that cannot be."""
    live = Fill(fill.conn, fill.model, fill.model.schema, fill.history)
    try:
        target = _further(_positions(live), fill.done())
    except Ahead:
        return "the live rows follow another history than the log"
    if (left := live.left(target)) > FAR:
        return f"the live rows are {left} events behind"
    fill.from_store(target)
    live.from_store(target)
    return ""


def _positions(fill: Fill) -> dict[Log, int]:
    found = checkpoint.progress(fill.conn, fill.model, fill.schema)
    return {log: checkpoint.begin(log, mine, fill.epochs) for log, mine in found.items()}


def _further(here: Vector, there: Vector) -> dict[Log, int]:
    return {log: max(here.get(log, 0), there.get(log, 0)) for log in here.keys() | there.keys()}


def take_place(fill: Fill) -> None:
    """The filled schema is live when this returns; what was live before is `_old`, unless it was empty. Another `_old`
    is dropped."""
    live, conn = fill.model.schema, fill.conn
    if fill.schema != live + schemas.OLD:
        schemas.drop(conn, live + schemas.OLD)
    catch_up(fill)
    with conn.transaction():
        conn.execute("set local synchronous_commit = on")
        schemas.lock(conn, live, fill.schema)
        if is_empty := schemas.is_empty(conn, live):
            schemas.drop(conn, live)
        else:
            fill.from_store(_live_positions(fill))
            schemas.rename(conn, live, live + _BETWEEN)
        schemas.rename(conn, fill.schema, live)
        if not is_empty:
            schemas.rename(conn, live + _BETWEEN, live + schemas.OLD)


def _live_positions(fill: Fill) -> dict[Log, int]:
    """What the live projector has done and will not do again. Nothing of it counts, if it was another history."""
    try:
        return _positions(Fill(fill.conn, fill.model, fill.model.schema, fill.history))
    except Ahead:
        return {}
