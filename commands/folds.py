"""How streams become situations. Those that grow for years are remembered with their version, and only what is new
is read.

Remembered are situations without texts of people: what is erased must not live on here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from commands.ports import EventStore

S = TypeVar("S")
MOST_REMEMBERED: Final = 10_000


class Kind(Generic[S]):
    """How a kind of stream is folded. `remembered`: its situation is immutable and holds no sealed text."""

    def __init__(self, initial: S, evolve: Callable[[S, Any, datetime], S], *, remembered: bool = False) -> None:
        self.initial = initial
        self.evolve = evolve
        self.remembered = remembered


class Folds:
    """The folds of one process. A remembered situation may be old: it is brought up to date before it is used."""

    def __init__(self, store: EventStore, most: int = MOST_REMEMBERED) -> None:
        self._store = store
        self._most = most
        self._known: OrderedDict[str, tuple[Any, int]] = OrderedDict()

    async def of(self, kind: Kind[S], stream: str) -> tuple[S, int]:
        """The situation of a stream now, and its version."""
        if not kind.remembered:
            return await fold(self._store, kind, stream)
        found = await _go_on(self._store, kind, stream, *self._known.get(stream, (kind.initial, 0)))
        self._remember(stream, found)
        return found

    def _remember(self, stream: str, found: tuple[Any, int]) -> None:
        """Never an older one than is known: two folds may end in another order than they began."""
        if found[1] >= self._known.get(stream, (None, 0))[1]:
            self._known[stream] = found
            self._known.move_to_end(stream)
        if len(self._known) > self._most:
            self._known.popitem(last=False)


async def fold(store: EventStore, kind: Kind[S], stream: str) -> tuple[S, int]:
    """As `Folds.of`, from the beginning."""
    return await _go_on(store, kind, stream, kind.initial, 0)


async def _go_on(store: EventStore, kind: Kind[S], stream: str, state: S, version: int) -> tuple[S, int]:
    for fact in await store.load(stream, version):
        state, version = kind.evolve(state, fact.event, fact.recorded.recorded_at), fact.recorded.version
    return state, version
