"""Commands that wait for their time: what the loop over them is told, and how long it waits after a failure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

# After so many failures for no good reason nobody tries again until an operator has looked.
MOST_FAILURES: Final = 5
LONGEST_DELAY: Final = 60.0


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A command that is to be given at `due_at`, or as soon as possible. `key` is the command's id, `payload` the JSON
    of its fields, which are ids and numbers; `subject` is what it is about. The rest says by which event it came."""

    key: str
    command: str
    payload: bytes
    subject: str
    due_at: datetime
    event_id: str
    correlation: str
    traceparent: str
    attempts: int = 0
    failures: int = 0


class Troubled(msgspec.Struct, frozen=True, kw_only=True):
    """One that could not be given so far. `state` is due (it will be tried again) or parked."""

    key: str
    command: str
    subject: str
    due_at: datetime
    attempts: int
    last_error: str | None
    state: str


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One that the rules said no to."""

    key: str
    command: str
    subject: str
    code: str
    at: datetime


def delay(attempts: int) -> timedelta:
    """1, 2, 4 .. 60 seconds: how long to wait after so many attempts before the one that has just failed."""
    return timedelta(seconds=min(LONGEST_DELAY, 2.0 ** min(attempts, 10)))
