"""The table of commands that wait for their time, in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from domain.timers import Refusal, Timer, Troubled
from infra.postgres import Pool, fetch
from infra.queries import queries

SQL: Final = queries("timers")


class TimerTable:
    """Every method raises `Unavailable` when the database stays out of reach."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, timer: Timer, *, at_once: bool) -> None:
        """`at_once`: `due_at` only says where it stands among those of its subject. A repeat changes nothing."""
        await self._rows(
            "put",
            key=timer.key,
            command=timer.command,
            payload=timer.payload,
            subject=timer.subject,
            due_at=timer.due_at,
            at_once=at_once,
            event_id=timer.event_id,
            correlation=timer.correlation,
            traceparent=timer.traceparent,
        )

    async def due(self, now: datetime, limit: int) -> list[Timer]:
        """Those whose time has come, of each subject the earliest only."""
        rows = await self._rows("due", now=now, limit=limit)
        return [Timer(**dict(zip(Timer.__struct_fields__, row, strict=True))) for row in rows]

    async def done(self, key: str) -> None:
        await self._rows("done", key=key)

    async def refuse(self, key: str, code: str) -> None:
        """Done with, and noted for a month."""
        await self._rows("refuse", key=key, code=code)

    async def postpone(self, timer: Timer, code: str, until: datetime, *, failed: bool) -> None:
        await self._rows(
            "postpone", key=timer.key, attempts=timer.attempts, failed=int(failed), code=code, try_at=until
        )

    async def park(self, timer: Timer, code: str) -> None:
        await self._rows("park", key=timer.key, attempts=timer.attempts, code=code)

    async def forget(self) -> None:
        await self._rows("forget")

    # For operators.

    async def parked(self) -> int:
        return int((await self._rows("parked"))[0][0])

    async def troubled(self, limit: int) -> list[Troubled]:
        rows = await self._rows("troubled", limit=limit)
        return [Troubled(**dict(zip(Troubled.__struct_fields__, row, strict=True))) for row in rows]

    async def refusals(self, limit: int) -> list[Refusal]:
        rows = await self._rows("refusals", limit=limit)
        return [Refusal(**dict(zip(Refusal.__struct_fields__, row, strict=True))) for row in rows]

    async def retry(self, key: str) -> bool:
        """False when there is none that is in trouble under this key."""
        return await self._rows("retry", key=key) != []

    async def drop(self, key: str) -> bool:
        return await self._rows("drop", key=key) != []

    async def _rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        parameters: Any = values
        return await fetch(self._pool, SQL[name], parameters)
