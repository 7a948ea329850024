"""One process's writer of one read model. After a crash it goes one event at a time until it knows the culprit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import psycopg

from projections import checkpoint, dead_letters, stopped
from projections.checkpoint import Epochs, Log, Result
from projections.db import Connection
from projections.dead_letters import MOST_CRASHES, Parkings, Recent
from projections.events import Event
from projections.model import ReadModel


class Writer:
    """Owns its connection, which must be in autocommit mode. Not for more than one thread at a time."""

    def __init__(self, conn: Connection, model: ReadModel) -> None:
        self.model = model
        self._conn = conn
        # Rows and checkpoint are committed together: what a crash of the server takes is applied again.
        conn.execute("set synchronous_commit = off")
        self._begun = False
        self._recent = Recent()

    def progress(self) -> dict[Log, checkpoint.Checkpoint]:
        return checkpoint.progress(self._conn, self.model)

    def write(self, batch: Sequence[Event], epochs: Epochs, offsets: Mapping[Log, int]) -> Result:
        """See `checkpoint.run` for what it raises. The first batch of a process is the one at which the last process
        may have died: that it was begun is noted, and found by the next one."""
        if self._begun:
            return self._run(batch, epochs, offsets)
        result = self._write_first(batch, epochs, offsets)
        self._begun = True
        return result

    def note_stopped(self, event: Event, reason: str) -> None:
        stopped.note(self._conn, self.model.schema, event, reason)

    def close(self) -> None:
        self._conn.close()

    def _write_first(self, batch: Sequence[Event], epochs: Epochs, offsets: Mapping[Log, int]) -> Result:
        self._conn.execute("select set_config('search_path', %s, false)", [self.model.schema])
        crashes = dead_letters.crashes(self._conn)
        if not crashes:
            return self._attempt(batch, epochs, offsets)
        results = [
            self._attempt([event], epochs, {}, poison=crashes.get(dead_letters.place(event), 0) >= MOST_CRASHES)
            for event in batch
        ]
        return Result(*(sum(getattr(result, name) for result in results) for name in Result.__struct_fields__))

    def _attempt(
        self, batch: Sequence[Event], epochs: Epochs, offsets: Mapping[Log, int], *, poison: bool = False
    ) -> Result:
        dead_letters.note_attempt(self._conn, batch[0])
        try:
            result = self._run(batch, epochs, offsets, poison=poison)
        except MemoryError:
            raise  # as if it had died: the next process is to find the event that takes so much
        except Exception:
            # This process lives to tell. A store that is away ends it, too, and must not have its event parked.
            with suppress(psycopg.OperationalError):
                dead_letters.forget_attempt(self._conn, batch[0])
            raise
        dead_letters.forget_attempt(self._conn, batch[0])
        return result

    def _run(
        self, batch: Sequence[Event], epochs: Epochs, offsets: Mapping[Log, int], *, poison: bool = False
    ) -> Result:
        result = checkpoint.run(self._conn, self.model, batch, epochs, offsets, poison=poison, recent=self._recent)
        if not poison:
            self._recent.add(Parkings(result.applied + result.parked, result.parked, result.failed))
        return result
