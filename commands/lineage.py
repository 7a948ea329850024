"""The words that a video comes from: a harmful idea may be spread over a chain of remixes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from domain.video import Queueing


class Beginnings(Protocol):
    async def first(self, streams: Sequence[str]) -> dict[str, Any]:
        """The first event of each stream, as `Work.first`."""
        ...


async def chain(work: Beginnings, parents: Sequence[Queueing]) -> list[str]:
    """The prompts of these videos and of all that they come from, oldest first, each video once. What a prompt was
    never changes, so no condition is needed; one of an erased account reads as erased."""
    levels: list[Sequence[Queueing]] = [parents]
    seen: set[str] = set()
    while above := _above(levels[-1], seen):
        found = await work.first(above)
        levels.append([found[id_] for id_ in above if isinstance(found.get(id_), Queueing)])
    return [request.prompt for level in reversed(levels) for request in level if request.prompt]


def _above(level: Sequence[Queueing], seen: set[str]) -> list[str]:
    """The parents of a level that were not met before, in order; they count as met from now on."""
    fresh = dict.fromkeys(parent.video_id for request in level for parent in request.parents)
    above = [id_ for id_ in fresh if id_ not in seen]
    seen.update(above)
    return above
