"""Work over many things that one decision causes: the end of a consent, a cascade, its reversal, an erasure. Its stream
is the plan, the progress and, in the end, the receipt."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, assert_never

import msgspec

from domain.fields import Id, Word

KINDS: Final = ("revocation", "cascade", "reversal", "erasure")


class ProcessStarted(msgspec.Struct, frozen=True, kw_only=True):
    """`cause_id` is the decision or the process whose restrictions are set or lifted, `policy` how (for a revocation:
    freeze | hide_mine | hide_all; for a cascade: the scope). `owner_id` is who may read the receipt, besides
    moderators."""

    process_id: Id
    kind: Word
    subject: Id
    owner_id: Id
    cause_id: Id
    policy: Word
    rule: Word


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one thing. `was` is its situation before."""

    id: Id
    was: Word
    action: Word  # cancelled | hidden | kept | lifted | deleted | gone


class ItemsDone(msgspec.Struct, frozen=True, kw_only=True):
    """A step: its items in the order of their ids, all changed in the very transaction that recorded this."""

    process_id: Id
    items: tuple[Item, ...]


class ProcessFinished(msgspec.Struct, frozen=True, kw_only=True):
    """A look through everything found nothing left. `digest` is over all items: the receipt can be proved."""

    process_id: Id
    total: int
    digest: Word


Event = ProcessStarted | ItemsDone | ProcessFinished


class Absent(msgspec.Struct, frozen=True):
    pass


class Running(msgspec.Struct, frozen=True):
    """`pages` has the items of each step. A step that is told to a process is the number of its steps so far: one that
    is not the present one is old news."""

    plan: ProcessStarted
    started_at: datetime
    pages: tuple[tuple[Item, ...], ...] = ()

    @property
    def step(self) -> int:
        return len(self.pages) + 1

    @property
    def items(self) -> Iterator[Item]:
        return (item for page in self.pages for item in page)

    @property
    def cursor(self) -> str:
        """The last id that was reached."""
        return max((page[-1].id for page in self.pages), default="")

    def seen(self) -> frozenset[str]:
        return frozenset(item.id for item in self.items)


class Finished(msgspec.Struct, frozen=True):
    run: Running
    finished_at: datetime
    event: ProcessFinished


Process = Absent | Running | Finished


def evolve(state: Process, event: Event, at: datetime) -> Process:
    match event:
        case ProcessStarted():
            return Running(event, at)
        case ItemsDone():
            running = _running(state)
            return msgspec.structs.replace(running, pages=(*running.pages, event.items))
        case ProcessFinished():
            return Finished(_running(state), at, event)
        case _:
            assert_never(event)


def _running(state: Process) -> Running:
    if not isinstance(state, Running):
        raise ValueError("the steps of a process lie between its start and its end")
    return state


def start(state: Process, plan: ProcessStarted) -> list[Event]:
    """A process starts once."""
    return [plan] if isinstance(state, Absent) else []


def record(state: Running, items: Sequence[Item]) -> list[Event]:
    """What a step has done; with nothing left to do, the process is finished."""
    if not items:
        return [finish(state)]
    done = tuple(sorted(items, key=lambda item: item.id))
    return [ItemsDone(process_id=state.plan.process_id, items=done)]


def finish(state: Running) -> ProcessFinished:
    items = list(state.items)
    return ProcessFinished(process_id=state.plan.process_id, total=len(items), digest=digest_of(items))


def digest_of(items: Sequence[Item]) -> str:
    """SHA-256 of the lines "id action", sorted: whoever has the receipt can compute it again."""
    lines = sorted(f"{item.id} {item.action}\n" for item in items)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """`items` in the order of their ids. `digest` is there once the process is finished."""

    plan: ProcessStarted
    started_at: datetime | None
    finished_at: datetime | None
    counts: dict[str, int]  # by action
    digest: str | None
    items: tuple[Item, ...]


def receipt(state: Running | Finished) -> Receipt:
    """What has happened so far, or in all."""
    run = state.run if isinstance(state, Finished) else state
    items = tuple(sorted(run.items, key=lambda item: item.id))
    return Receipt(
        plan=run.plan,
        started_at=run.started_at,
        finished_at=state.finished_at if isinstance(state, Finished) else None,
        counts=dict(sorted(Counter(item.action for item in items).items())),
        digest=state.event.digest if isinstance(state, Finished) else None,
        items=items,
    )
