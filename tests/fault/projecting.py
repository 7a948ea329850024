"""A process that keeps read models as `recut project` does, and that dies or falls asleep at a chosen point.

Arguments: bootstrap servers, topic prefix, database, instance, seconds that a transaction may lie idle, the point, and
at how many transactions from now.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from infra.audit import AuditedStore
from infra.postgres import open_pool
from projections.checkpoint import Epochs, Log, Result
from projections.db import Connection, connect
from projections.events import Event
from projections.model import ReadModel
from projections.registry import MODELS
from projections.writer import Writer
from streams import projector
from streams.app import dying, end_now, serve
from streams.host import Host
from streams.projector import Projector

POINTS: Final = ("before", "inside", "after", "asleep")


class Fate:
    """What comes over the process at the n-th transaction that reaches its point."""

    def __init__(self, point: str, transactions: int) -> None:
        self._point = point
        self._left = transactions
        self._turn = threading.Lock()

    def reach(self, point: str) -> None:
        if point != self._point:
            return
        with self._turn:
            self._left -= 1
            strikes = self._left == 0
        if strikes:
            os.kill(os.getpid(), signal.SIGSTOP if point == "asleep" else signal.SIGKILL)

    def over(self, model: ReadModel) -> ReadModel:
        def apply(conn: Connection, events: Sequence[Event]) -> None:
            model.apply(conn, events)
            self.reach("inside")
            self.reach("asleep")

        return msgspec.structs.replace(model, apply=apply)


def mortal(fate: Fate) -> type[Writer]:
    class Mortal(Writer):
        def write(self, batch: Sequence[Event], epochs: Epochs, offsets: Mapping[Log, int]) -> Result:
            fate.reach("before")
            result = super().write(batch, epochs, offsets)
            fate.reach("after")
            return result

    return Mortal


def main(
    bootstrap: str, prefix: str, database: str, instance: str, idle_seconds: str, point: str, transactions: str
) -> None:
    logging.basicConfig(level="CRITICAL", format=f"{instance or os.getpid()} %(levelname)s %(message)s")
    fate = Fate(point, int(transactions))
    projector.Writer = mortal(fate)  # type: ignore[misc]
    models = [fate.over(model) for model in MODELS]
    with dying():
        asyncio.run(run(bootstrap, prefix, database, instance, int(idle_seconds), models))
    end_now(0)


async def run(
    bootstrap: str, prefix: str, database: str, instance: str, idle_seconds: int, models: list[ReadModel]
) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_pool(database, size=1) as pool, AuditedStore(pool) as history:
        hosted = Projector(models, lambda: connect(database, idle_seconds=idle_seconds), history)
        await serve(Host(bootstrap, prefix, [hosted], history, instance=instance or None), stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
