"""What operators watch, as numbers: how far everyone is behind, and what waits."""

from __future__ import annotations

import msgspec


class Lag(msgspec.Struct, frozen=True):
    """How far a consumer is behind one log. `seconds` is the age of the oldest event that it has not taken, 0.0 when
    there is none."""

    consumer: str
    category: str
    shard: int
    head: int
    position: int
    seconds: float

    @property
    def events(self) -> int:
        return self.head - self.position


class Health(msgspec.Struct, frozen=True):
    """`age`: seconds since the recording of the newest event that it took, None before the first. `stopped`: it takes
    nothing any more, see `recut dead-letters list`."""

    consumer: str
    age: float | None
    dead_letters: int
    stopped: bool


class Waiting(msgspec.Struct, frozen=True):
    """Jobs of one tier in one state; `seconds` is the age of the oldest."""

    tier: str
    state: str
    jobs: int
    seconds: float


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All of it at one moment. `relay_*`: what Kafka has not acknowledged yet. `heads`: events per category."""

    lags: tuple[Lag, ...]
    consumers: tuple[Health, ...]
    relay_events: int
    relay_seconds: float
    heads: dict[str, int]
    jobs: tuple[Waiting, ...]
    workers: int
    parked_reactions: int
