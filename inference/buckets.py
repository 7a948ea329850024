"""What can be made together, and how much of it at once: learned by running out of memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from inference.ports import Watch

MOST_CHUNKS: Final = 8


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """Films of one bucket have the same shapes all the way: they can be rows of one batch."""

    model: str
    width: int
    height: int
    frames: int
    steps: int
    dtype: str

    @property
    def name(self) -> str:
        return f"{self.model} {self.width}x{self.height} {self.frames} frames {self.steps} steps {self.dtype}"


class Plan(msgspec.Struct, frozen=True):
    """`bucket` is what is run: a smaller one than was asked for, where memory allows no more. At most `rows` at once,
    decoded in so many `chunks`."""

    bucket: Bucket
    rows: int
    chunks: int = 1


class Ladder:
    """The way down: half the rows, again and again; then the decoder in chunks; then a lower bucket; then None, and the
    films are reported with the cause. Every step is a smaller plan, so it ends. What has worked is kept for each
    bucket as long as the process lives: memory that was short once will be short again."""

    def __init__(self, engine: str, most: int, lower: Callable[[Bucket], Bucket | None], watch: Watch) -> None:
        self._engine = engine
        self._most = most
        self._lower = lower
        self._watch = watch
        self._plans: dict[Bucket, Plan] = {}

    def plan(self, bucket: Bucket) -> Plan:
        return self._plans.get(bucket) or Plan(bucket, self._most)

    def down(self, bucket: Bucket, failed: Plan, rows: int) -> Plan | None:
        """After `failed` was too much for so many rows."""
        found = self._next(failed, min(rows, failed.rows))
        self._watch.downgraded(self._engine, found[0] if found else "given_up")
        if found is None:
            return None
        self._plans[bucket] = found[1]
        return found[1]

    def _next(self, failed: Plan, rows: int) -> tuple[str, Plan] | None:
        if rows > 1:
            return "fewer_rows", Plan(failed.bucket, rows // 2, failed.chunks)
        if failed.chunks < MOST_CHUNKS:
            return "chunked_decoder", Plan(failed.bucket, 1, failed.chunks * 2)
        lower = self._lower(failed.bucket)
        return ("lower_bucket", Plan(lower, 1)) if lower else None
