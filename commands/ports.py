"""What the write side needs from the outside. Adapters fit by shape; `recut/wiring.py` is where the fit is checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.model import Model
from domain.preview import Recount, Seen, Survey
from domain.queue import Standing
from domain.recorded import Answered, Append, Appended, Fact, Position
from domain.safety import Screening


class EventStore(Protocol):
    async def append(self, append: Append) -> Appended | Answered:
        """All events of the command, or none, durable on return. `Answered` when the command id was seen before.

        Raises `Conflict` when a stream is not at the version that the command expects or relies on, and
        `Unavailable` when the queue is full or the database cannot be reached. A lost connection is resolved
        inside by sending the same append again: the command id makes that safe.
        """
        ...

    async def load(self, stream: str, after: int = 0) -> list[Fact]:
        """The stream's events behind version `after` in order, sealed fields opened; empty when there are none."""
        ...

    async def first(self, streams: Sequence[str]) -> dict[str, Fact]:
        """The first event of each of the streams, by stream; one in which nothing was recorded is missing."""
        ...

    async def heads(self) -> list[Position]:
        """The last position of every log, 0 for an empty one."""
        ...

    async def answered(self, account: str, key: str) -> Answered | None:
        """What the command with this id was answered with, if it was seen before."""
        ...


class Models(Protocol):
    async def installed(self) -> list[Model]:
        """The registered models, current to within a second."""
        ...


class Workers(Protocol):
    async def live(self, model: str) -> bool:
        """Whether a worker that can run this model was heard of lately."""
        ...


class Impressions(Protocol):
    async def served(self, account_id: str, video_id: str) -> bool:
        """Whether a feed page with this video was served to the account."""
        ...


class Clock(Protocol):
    def now(self) -> datetime: ...


class Ids(Protocol):
    def new(self, prefix: str) -> str: ...

    def seed(self) -> int:
        """A fresh random seed, 0 .. 2**31 - 1."""
        ...


class Handles(Protocol):
    def stream(self, handle: str) -> str:
        """The stream that reserves a handle. Its name does not tell the handle; case does not matter."""
        ...


class Screener(Protocol):
    async def screen(self, prompts: Sequence[str]) -> Screening:
        """Looks at a chain of prompts, oldest first, as a whole. The same prompts give the same answer under the same
        ruleset."""
        ...


class Classifier(Protocol):
    async def classify(self, prompts: Sequence[str]) -> Screening:
        """A second opinion from elsewhere on a chain of prompts that the rules let through, oldest first. It may add
        topics (of `domain.safety.TOPICS`) or block; `ruleset` names its version. Whatever it raises, or no answer
        within two seconds, makes the command wait: nothing is let through unseen."""
        ...


class Queue(Protocol):
    async def standing(self, model: str, tier: str) -> Standing: ...


class Lists(Protocol):
    """What belongs together, as read models know it: ids in ascending order, after `after`, at most `limit`.

    Each first waits until the read model has everything that was recorded before the call; raises `Unavailable` when
    that takes too long.
    """

    async def uses(self, character_id: str, after: str, limit: int) -> list[str]:
        """Videos that star the character, inherited or not, drafts and failed ones included."""
        ...

    async def subtree(self, video_id: str, after: str, limit: int) -> list[str]:
        """The video itself and everything that descends from it by any relation, drafts included."""
        ...

    async def videos_of(self, account_id: str, after: str, limit: int) -> list[str]: ...

    async def characters_of(self, account_id: str, after: str, limit: int) -> list[str]: ...

    async def comments_of(self, account_id: str, after: str, limit: int) -> list[str]: ...

    async def likes_of(self, account_id: str, after: str, limit: int) -> list[str]:
        """Videos that the account likes."""
        ...

    async def followees_of(self, account_id: str, after: str, limit: int) -> list[str]: ...

    async def survey(self, subject: str, scope: str, owner_id: str) -> Survey:
        """What a decision on the subject would be about; `owner_id` is its author."""
        ...

    async def recount(self, subject: str, scope: str, positions: Sequence[Position]) -> Recount:
        """What is there now of a survey as of the positions, and how many there are now."""
        ...


class Previews(Protocol):
    """What moderators were shown before they decided; kept for a day."""

    async def save(self, seen: Seen) -> None: ...

    async def find(self, digest: str, subject: str, scope: str) -> Seen | None: ...
