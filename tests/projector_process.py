"""A projector in a process of its own, for tests that kill it. The event store is the file of a pickled history."""

from __future__ import annotations

import asyncio
import pickle
import signal
import sys
from pathlib import Path

from domain.recorded import Position, Recorded
from projections.db import connect
from projections.registry import MODELS
from streams.app import dying, end_now, serve
from streams.host import Host
from streams.projector import Projector


class FileHistory:
    def __init__(self, file: Path) -> None:
        self._epochs, self._logs = pickle.loads(file.read_bytes())

    async def epochs(self) -> list[tuple[str, Position]]:
        return list(self._epochs)

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        return list(self._logs[category, shard][after : after + limit])


def main(bootstrap: str, prefix: str, database: str, file: str) -> None:
    history = FileHistory(Path(file))
    projector = Projector(MODELS, lambda: connect(database), history)
    with dying():
        asyncio.run(until_terminated(Host(bootstrap, prefix, [projector], history, instance="only")))
    end_now(0)


async def until_terminated(host: Host) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await serve(host, stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
