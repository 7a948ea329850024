"""What has happened so far, as the domain folds it, and the dice. All that follows from a seed follows in one order."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from commands.work import Kind
from domain.ids import new_id
from domain.model import Model
from domain.recorded import Change
from recut.generator.shape import Shape

BEGAN: Final = 1_767_225_600_000  # 2026-01-01T00Z in milliseconds: ids are the same whenever the history is made


class Step(msgspec.Struct, frozen=True):
    """One command. Those of one round that share a `lane` happen one after another, all others in any order."""

    actor: str
    changes: tuple[Change, ...]
    lane: str = ""


class World:
    def __init__(
        self, shape: Shape, seed: int, model: Model, handle: Callable[[str], str], clock: Callable[[], datetime]
    ) -> None:
        """`handle` names the stream that reserves a handle."""
        self.shape = shape
        self.model = model
        self.handle = handle
        self.clock = clock
        self.dice = random.Random(str(shape.sizes.entropy(seed)))  # noqa: S311 - to be drawn again from the seed
        self.began = clock()
        self.accounts = self.ids("acct", shape.sizes.accounts)
        self.videos = self.ids("video", shape.sizes.videos)
        self.characters = self.ids("char", shape.sizes.characters)
        self.moderator = self.accounts[0]
        self._states: dict[str, Any] = {}
        self._versions: dict[str, int] = {}

    def ids(self, prefix: str, count: int) -> list[str]:
        """In the order in which they will be used."""
        return [new_id(prefix, BEGAN + n, self.dice.randbytes(10)) for n in range(count)]

    def remember(self, kind: Kind[Any], stream: str, events: Sequence[Any]) -> None:
        """What a stream held before this history began."""
        for event in events:
            self._states[stream] = kind.evolve(self.state(kind, stream), event, self.began)
        self._versions[stream] = len(events)

    def state(self, kind: Kind[Any], stream: str) -> Any:
        return self._states.get(stream, kind.initial)

    def change(self, kind: Kind[Any], stream: str, events: Sequence[Any]) -> Change:
        """What a decision returned, folded."""
        expected = self._versions.get(stream, 0)
        state = self.state(kind, stream)
        for event in events:
            state = kind.evolve(state, event, self.clock())
        self._states[stream], self._versions[stream] = state, expected + len(events)
        return Change(stream, expected, tuple(events))

    def step(self, actor: str, *changes: Change, lane: str = "") -> Step:
        """Changes without events are left out: nothing happened there."""
        return Step(actor, tuple(change for change in changes if change.events), lane)

    def opened_at(self, account: int) -> datetime:
        return self.began - timedelta(days=float(self.shape.age[account]))
