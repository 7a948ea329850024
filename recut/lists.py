"""What belongs together, for the commands: answered by read models, once they have caught up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import msgspec

from domain.errors import Unavailable
from domain.preview import Recount, Survey
from domain.recorded import Position
from infra.postgres import Pool, ask
from projections import consistency
from projections.characters import query as characters
from projections.db import AsyncConnection
from projections.feed import query as feed
from projections.feed.reach import served_among
from projections.model import ReadModel
from projections.registry import CHARACTERS, FEED, REMIX_GRAPH, VIDEOS
from projections.remix_graph import query as remix_graph
from projections.remix_graph import survey
from projections.videos import query as videos

PATIENCE: Final = 3.0
POLL_SECONDS: Final = 0.02
Question = Callable[[AsyncConnection], Awaitable[list[str]]]


class Heads(Protocol):
    async def heads(self) -> list[Position]: ...


class Lists:
    """As in `commands/ports.py`."""

    def __init__(self, pool: Pool, log: Heads) -> None:
        self._pool = pool
        self._log = log

    async def uses(self, character_id: str, after: str, limit: int) -> list[str]:
        async def question(db: AsyncConnection) -> list[str]:
            found = await characters.uses(db, character_id, viewer=None, after=after, limit=limit)
            return [use.video_id for use in found]

        return await self._answer(CHARACTERS, question)

    async def subtree(self, video_id: str, after: str, limit: int) -> list[str]:
        return await self._answer(REMIX_GRAPH, lambda db: remix_graph.subtree(db, video_id, after, limit))

    async def videos_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return await self._answer(VIDEOS, lambda db: videos.videos_of(db, account_id, after, limit))

    async def characters_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return await self._answer(CHARACTERS, lambda db: characters.characters_of(db, account_id, after, limit))

    async def comments_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return await self._answer(VIDEOS, lambda db: videos.comments_of(db, account_id, after, limit))

    async def survey(self, subject: str, scope: str, owner_id: str) -> Survey:
        """As of where the logs are now."""
        heads = await self._catch_up(REMIX_GRAPH)
        found, ids = await ask(self._pool, lambda db: survey.survey_with_ids(db, subject, scope, owner_id, heads))
        served = await ask(self._pool, lambda db: served_among(db, ids))
        return msgspec.structs.replace(found, census=msgspec.structs.replace(found.census, served=served))

    async def recount(self, subject: str, scope: str, positions: Sequence[Position]) -> Recount:
        await self._catch_up(REMIX_GRAPH)
        return await ask(self._pool, lambda db: survey.recount(db, subject, scope, positions))

    async def likes_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return await self._answer(VIDEOS, lambda db: videos.likes_of(db, account_id, after, limit))

    async def followees_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return await self._answer(FEED, lambda db: feed.followees_of(db, account_id, after, limit))

    async def _answer(self, model: ReadModel, question: Question) -> list[str]:
        await self._catch_up(model)
        return await ask(self._pool, question)

    async def _catch_up(self, model: ReadModel) -> list[Position]:
        """A list that lacks something would let it slip through for ever, so it is better not to answer. Returns where
        the model's logs are."""
        heads = [head for head in await self._log.heads() if head.category in model.categories and head.position]
        deadline = time.monotonic() + PATIENCE
        while not await ask(self._pool, lambda db: consistency.has_taken(db, model, heads)):
            if time.monotonic() > deadline:
                raise await self._not_yet(model)
            await asyncio.sleep(POLL_SECONDS)
        return heads

    async def _not_yet(self, model: ReadModel) -> Unavailable:
        """Time mends a lag; what was set aside waits for an operator."""
        if await ask(self._pool, lambda db: consistency.stale_since(db, model)) is None:
            message = f"The read model {model.name} is behind: try again."
            return Unavailable("read_model_behind", message, retry_after=1)
        message = (
            f"The read model {model.name} has set events aside that it could not take, so a list of it could lack "
            f"something. An operator sees them with `recut dead-letters list {model.name}`, and after a mend takes "
            f"them with `recut dead-letters retry {model.name}`, or gives one up with `skip`."
        )
        return Unavailable("read_model_incomplete", message, retry_after=30)
