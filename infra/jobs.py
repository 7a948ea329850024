"""The job table and the registry of workers, in PostgreSQL. Bundles lie there sealed with the key of their attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

import msgspec
import psycopg

from domain.jobs import Bundle
from domain.queue import ACCOUNT_CAP, FREE, PAID, Claim, Lost, Progress, Seat, Standing, Waiting
from infra.job_seal import new_key, seal, unseal
from infra.postgres import Pool, fetch, unreachable
from infra.queries import queries

SQL: Final = queries("jobs")
# A worker says hello every two seconds; silent for so long, it counts as gone.
ALIVE: Final = timedelta(seconds=10)
LEASE: Final = timedelta(seconds=15)
MOST_WAITING: Final = 200  # that the dispatcher looks at, of each tier and model
LATEST: Final = 20  # jobs that say how long one takes
GUESS: Final = 5.0  # seconds, while none was made

Beat = Literal["go on", "cancel", "lost"]


class Jobs:
    """Every method raises `Unavailable` when the database stays out of reach."""

    def __init__(self, pool: Pool, *, lease: timedelta = LEASE) -> None:
        self._pool = pool
        self._lease = lease

    async def enqueue(self, *, account_id: str, tier: str, bundle: Bundle) -> None:
        key = new_key()
        sealed = seal(key, msgspec.json.encode(bundle), _about(bundle.video_id, bundle.attempt))
        await self._rows(
            "enqueue",
            video_id=bundle.video_id,
            attempt=bundle.attempt,
            tier=tier,
            account_id=account_id,
            model=bundle.model,
            bundle=sealed,
            key=key,
        )

    async def close(self, video_id: str, attempt: int) -> None:
        await self._rows("close", video_id=video_id, attempt=attempt)

    async def cancel(self, video_id: str) -> None:
        await self._rows("cancel", video_id=video_id)

    async def forget(self) -> None:
        await self._rows("forget")

    async def key(self, video_id: str, attempt: int) -> bytes | None:
        """None for an attempt that is over, or that never was."""
        rows = await self._rows("key", video_id=video_id, attempt=attempt)
        return rows[0][0] if rows else None

    async def progress(self, video_id: str) -> Progress | None:
        rows = await self._rows("progress", video_id=video_id)
        return Progress(**dict(zip(Progress.__struct_fields__, rows[0], strict=True))) if rows else None

    async def standing(self, model: str, tier: str) -> Standing:
        [(waiting, seconds, slots)] = await self._rows("standing", model=model, tier=tier, latest=LATEST, alive=ALIVE)
        return Standing(waiting, GUESS if seconds is None else seconds, slots)

    # For the dispatcher.

    async def seats(self) -> list[Seat]:
        rows = await self._rows("seats", alive=ALIVE)
        return [
            Seat(
                worker=worker,
                models=tuple(models),
                room=room,
                idle=idle,
                partitions={PAID: tuple(paid), FREE: tuple(free)},
            )
            for worker, models, idle, room, paid, free in rows
        ]

    async def waiting(self, models: Sequence[str]) -> list[Waiting]:
        rows = await self._rows("waiting", models=list(models), per_account=4 * ACCOUNT_CAP, most=MOST_WAITING)
        return [Waiting(**dict(zip(Waiting.__struct_fields__, row, strict=True))) for row in rows]

    async def under_way(self) -> dict[str, int]:
        """How many jobs each account has with workers."""
        return dict(await self._rows("under_way"))

    async def dispatch(self, video_id: str, attempt: int, worker: str) -> bool:
        """False when another one was quicker."""
        return await self._rows("dispatch", video_id=video_id, attempt=attempt, worker=worker) != []

    async def take_back(self, video_id: str, attempt: int) -> None:
        await self._rows("take_back", video_id=video_id, attempt=attempt)

    async def put_back_overlooked(self, after: timedelta) -> int:
        return len(await self._rows("overlooked", after=after, alive=ALIVE))

    # For workers.

    async def claim(self, video_id: str, attempt: int, worker: str) -> Claim | None:
        """The job, if this worker gets it: nobody else will, until the lease runs out."""
        row = await self._claim({"video_id": video_id, "attempt": attempt, "worker": worker, "lease": self._lease})
        if row is None:
            return None
        sealed, key, tier, waited = row
        bundle = msgspec.json.decode(unseal(key, sealed, _about(video_id, attempt)), type=Bundle)
        return Claim(bundle, key, tier, waited)

    async def beat(self, video_id: str, attempt: int, worker: str, step: int, of: int) -> Beat:
        """Renews the lease. "lost": the attempt is not this worker's any more, nobody waits for its outcome."""
        rows = await self._rows(
            "beat", video_id=video_id, attempt=attempt, worker=worker, step=step, of=of, lease=self._lease
        )
        if not rows:
            return "lost"
        return "cancel" if rows[0][0] else "go on"

    async def reported(self, video_id: str, attempt: int, worker: str) -> None:
        await self._rows("reported", video_id=video_id, attempt=attempt, worker=worker)

    async def hello(
        self,
        worker: str,
        *,
        models: Sequence[str],
        engine: str,
        slots: int,
        busy: int,
        partitions: Mapping[str, Sequence[int]],
    ) -> None:
        """`partitions` are those that the worker reads of each tier's topic."""
        await self._rows(
            "hello",
            worker=worker,
            models=list(models),
            engine=engine,
            slots=slots,
            busy=busy,
            paid=list(partitions.get(PAID, ())),
            free=list(partitions.get(FREE, ())),
        )

    async def goodbye(self, worker: str) -> None:
        """Nothing more is sent to it, and what was sent and not taken up is sent to another one."""
        await self._rows("goodbye", worker=worker)

    async def live(self, model: str) -> bool:
        rows = await self._rows("live", model=model, alive=ALIVE)
        return bool(rows[0][0])

    # For outcomes and timers.

    async def reopen(self, video_id: str, attempt: int) -> None:
        await self._rows("reopen", video_id=video_id, attempt=attempt)

    async def lost(self) -> list[Lost]:
        return [Lost(*row) for row in await self._rows("lost")]

    async def _claim(self, values: dict[str, Any]) -> tuple[Any, ...] | None:
        """Sent once: after a claim whose answer was lost, the lease runs out and another attempt follows."""
        try:
            async with self._pool.connection() as connection:
                return await (await connection.execute(SQL["claim"], values)).fetchone()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise unreachable() from error

    async def _rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        parameters: Any = values
        return await fetch(self._pool, SQL[name], parameters)


def _about(video_id: str, attempt: int) -> str:
    return f"bundle of {video_id} {attempt}"
