"""Time and chance, as the command handlers ask for them."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

from domain.ids import new_id, uuid7


class SystemClock:
    def now(self) -> datetime:
        return utc_now()


class SystemIds:
    def new(self, prefix: str) -> str:
        return new_id(prefix, milliseconds(), os.urandom(10))

    def seed(self) -> int:
        return secrets.randbelow(2**31)


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_event_id() -> UUID:
    return UUID(int=uuid7(milliseconds(), os.urandom(10)))


def new_ids(count: int) -> list[bytes]:
    """As `new_event_id`, `count` at a time and as bytes."""
    now, entropy = milliseconds(), os.urandom(10 * count)
    return [uuid7(now, entropy[at : at + 10]).to_bytes(16) for at in range(0, 10 * count, 10)]


def milliseconds() -> int:
    return time.time_ns() // 1_000_000
