"""One command's unit of work: what it read becomes a condition, what it changed becomes an expected version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from commands.folds import Folds
from commands.folds import Kind as Kind
from commands.folds import fold as fold
from commands.ports import (
    Classifier,
    Clock,
    EventStore,
    Handles,
    Impressions,
    Lists,
    Models,
    Previews,
    Queue,
    Screener,
    Workers,
)
from domain import account, character, consent, engagement, handle, model, moderation, policy, process, video, wallet
from domain.recorded import Append, Change, Condition, Origin

S = TypeVar("S")


VIDEO: Kind[video.Video] = Kind(video.Absent(), video.evolve)
LIKE: Kind[engagement.Like] = Kind(engagement.NotLiking(), engagement.evolve)
FOLLOW: Kind[engagement.Follow] = Kind(engagement.NotFollowing(), engagement.evolve_follow)
COMMENT: Kind[engagement.CommentState] = Kind(engagement.NoComment(), engagement.evolve_comment)
SHARE: Kind[engagement.Share] = Kind(engagement.NotShared(), engagement.evolve_share)
ACCOUNT: Kind[account.Account] = Kind(account.Unknown(), account.evolve)
CHARACTER: Kind[character.Character] = Kind(character.Absent(), character.evolve)
HANDLE: Kind[handle.Handle] = Kind(handle.Free(), handle.evolve)
PROCESS: Kind[process.Process] = Kind(process.Absent(), process.evolve, remembered=True)
CASE: Kind[moderation.Case] = Kind(moderation.Untouched(), moderation.evolve)
MODEL: Kind[model.Model | None] = Kind(None, model.evolve, remembered=True)
WALLET: Kind[wallet.Wallet] = Kind(wallet.NOTHING, wallet.evolve, remembered=True)
SPIKE: Kind[policy.SpikePolicy] = Kind(policy.DEFAULT, policy.evolve, remembered=True)
RANKER: Kind[policy.Ranker] = Kind(policy.Ranker(), policy.evolve_ranker)
CORRECTIONS: Kind[policy.Corrections] = Kind(policy.Corrections(), policy.evolve_corrections)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Facts from outside the streams that a decision may ask for."""

    models: Models
    workers: Workers
    impressions: Impressions
    clock: Clock
    handles: Handles
    screener: Screener
    queue: Queue
    lists: Lists
    previews: Previews
    classifier: Classifier | None = None  # asked after the rules, if there is one


class Work:
    """Reads streams, remembers their versions, collects changes and the answer."""

    def __init__(self, store: EventStore, world: World, origin: Origin, folds: Folds | None = None) -> None:
        """`folds`: those of the process, if it remembers any."""
        self.world = world
        self.origin = origin
        self.answer: dict[str, Any] = {}
        self.verdicts: list[consent.Verdict] = []  # of the characters that were asked for; never recorded
        self._store = store
        self._folds = folds or Folds(store)
        self._states: dict[str, Any] = {}
        self._versions: dict[str, int] = {}
        self._changes: dict[str, tuple[Any, ...]] = {}

    async def read(self, kind: Kind[S], stream: str) -> S:
        """The stream's situation, without this command's own changes; read again, it is the same one. The command
        fails with a conflict if the stream moves before it commits."""
        if stream not in self._states:
            self._states[stream], self._versions[stream] = await self._folds.of(kind, stream)
        state: S = self._states[stream]
        return state

    async def first(self, streams: Sequence[str]) -> dict[str, Any]:
        """The first event of each stream, which never changes: no condition. A stream without any is missing."""
        return {stream: fact.event for stream, fact in (await self._store.first(streams)).items()}

    def version(self, stream: str) -> int:
        """Of a stream that was read: how many events it had."""
        return self._versions[stream]

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def change(self, stream: str, events: list[Any]) -> None:
        """Adds the events that a decision returned to a stream that was read before. No events: nothing happened."""
        if stream not in self._versions:
            raise ValueError(f"{stream} is changed but was not read")
        if events:
            self._changes[stream] = self._changes.get(stream, ()) + tuple(events)

    def effect(self) -> Append:
        changes = tuple(Change(stream, self._versions[stream], events) for stream, events in self._changes.items())
        relied_on = self._versions.keys() - self._changes.keys()
        conditions = tuple(Condition(stream, self._versions[stream]) for stream in sorted(relied_on))
        return Append(self.origin, changes, conditions if changes else (), msgspec.json.encode({"ok": self.answer}))


Handler = Callable[[Any, Work], Awaitable[None]]
