"""`Reads` on the read models of `projections`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from psycopg import InterfaceError, OperationalError

from api.reads import Standing
from api.tokens import Token
from domain.errors import Unavailable
from domain.recorded import Position
from domain.steering import Active
from projections import consistency
from projections.characters import query as characters
from projections.characters.query import Card as CharacterCard
from projections.characters.query import Consent, Use
from projections.consistency import Pool, Waiter
from projections.db import AsyncConnection
from projections.feed import memory, sessions
from projections.feed import query as feed
from projections.feed.items import FeedPage
from projections.feed.query import Follows
from projections.feed.sessions import Session
from projections.inbox import marks
from projections.inbox import query as inbox
from projections.inbox.query import InboxPage, Wanted
from projections.leaderboard import query as leaderboard
from projections.leaderboard import receipts
from projections.leaderboard.query import Board, Ranking, Vector
from projections.leaderboard.receipts import Receipt
from projections.moderation import query as moderation
from projections.moderation.query import HistoryPage, Queue
from projections.ports import Opener
from projections.registry import BY_NAME, MODELS
from projections.remix_graph import casting, drawing, kinship, past, reasons
from projections.remix_graph import query as remix_graph
from projections.remix_graph.casting import Casting
from projections.remix_graph.kinship import Kinship, Step
from projections.remix_graph.layout import Drawing
from projections.remix_graph.moment import Moment
from projections.remix_graph.query import Lineage
from projections.remix_graph.reasons import Taint
from projections.videos import query as videos
from projections.videos.query import Card, CommentPage, Order, Page
from projections.wallet import query as wallet
from projections.wallet.query import Balances, StatementPage

T = TypeVar("T")
PATIENCE: Final = 5.0
BROKEN: Final = (OperationalError, InterfaceError)


class ReadModels:
    """One connection per question. `key` signs the cursors of pages; `epochs` are those of the event store."""

    def __init__(
        self, pool: Pool, opener: Opener, key: bytes, epochs: Callable[[], Awaitable[Sequence[tuple[str, Position]]]]
    ) -> None:
        self._pool = pool
        self._opener = opener
        self._key = key
        self._waiter = Waiter(pool, MODELS, epochs)

    async def wait(self, model: str, token: Token, patience: float) -> bool:
        try:
            return await self._waiter.wait(model, token.epoch, token.positions, patience)
        except BROKEN as error:
            raise _unreachable() from error

    async def standing(self, model: str) -> Standing:
        kind = BY_NAME[model]
        reached = await self._ask(lambda db: consistency.reached(db, kind))
        return Standing(reached, await self._ask(lambda db: consistency.stale_since(db, kind)))

    async def own_videos(self, owner: str, *, after: str | None, limit: int, order: Order) -> Page:
        return await self._ask(
            lambda db: videos.list_by_owner(db, self._opener, owner, after=after, limit=limit, order=order)
        )

    async def cards(self, ids: Sequence[str], viewer: str) -> dict[str, Card]:
        if not ids:
            return {}
        return await self._ask(lambda db: videos.cards(db, self._opener, ids, viewer or None))

    async def profile(self, owner: str, viewer: str, *, after: str | None, limit: int) -> Page:
        return await self._ask(
            lambda db: videos.profile(db, self._opener, owner, viewer=viewer or None, after=after, limit=limit)
        )

    async def follows(self, account: str, viewer: str) -> Follows:
        return await self._ask(lambda db: feed.follows(db, account, viewer or None))

    async def feed(
        self,
        viewer: str,
        cut: str,
        *,
        limit: int,
        cursor: str | None,
        now: datetime,
        wishes: Active | None = None,
        personalised: bool = True,
        character: str | None = None,
    ) -> FeedPage:
        return await self._ask(
            lambda db: feed.page(
                db,
                key=self._key,
                viewer=viewer or None,
                cut=cut,
                limit=limit,
                cursor=cursor,
                now=now,
                wishes=wishes,
                personalised=personalised,
                character=character,
            )
        )

    async def feed_seen(self, account: str, video_ids: Sequence[str], *, now: datetime) -> int:
        return await self._ask(lambda db: memory.see(db, account, video_ids, now))

    async def feed_session(self, session: str) -> Session:
        return await self._ask(lambda db: sessions.load(db, session))

    async def board(
        self,
        board: str,
        window: str,
        *,
        limit: int,
        cursor: str | None = None,
        as_of: datetime | Vector | None = None,
        corrected: bool = False,
    ) -> Board:
        asked: dict[str, Any] = {"board": board, "window": window, "limit": limit, "cursor": cursor}
        if as_of is None:
            return await self._ask(lambda db: leaderboard.page(db, key=self._key, **asked))
        return await self._ask(
            lambda db: leaderboard.past(db, key=self._key, as_of=as_of, corrected=corrected, **asked)
        )

    async def board_rank(
        self, board: str, window: str, item: str, *, as_of: datetime | Vector | None = None
    ) -> Ranking:
        return await self._ask(lambda db: leaderboard.rank(db, board=board, window=window, item=item, as_of=as_of))

    async def board_receipt(
        self,
        board: str,
        window: str,
        item: str,
        *,
        limit: int,
        cursor: str | None = None,
        as_of: datetime | Vector | None = None,
    ) -> Receipt:
        return await self._ask(
            lambda db: receipts.receipt(
                db, key=self._key, board=board, window=window, item=item, as_of=as_of, limit=limit, cursor=cursor
            )
        )

    async def lineage(
        self,
        video_id: str,
        viewer: str,
        *,
        depth: int,
        limit: int,
        cursor: str | None = None,
        moment: datetime | Sequence[Position] | None = None,
        reveal: bool = False,
    ) -> Lineage:
        asked: dict[str, Any] = {"key": self._key, "video_id": video_id, "viewer": viewer or None}
        asked |= {"depth": depth, "limit": limit, "cursor": cursor, "reveal": reveal}
        if moment is None:
            return await self._ask(lambda db: remix_graph.lineage(db, **asked))
        then = Moment.of(moment)
        return await self._ask(lambda db: past.lineage(db, **asked, moment=then, as_then=reveal))

    async def drawing(
        self,
        video_id: str,
        viewer: str,
        *,
        up: int,
        limit: int,
        below: int,
        moment: datetime | Sequence[Position] | None = None,
        reveal: bool = False,
    ) -> Drawing:
        return await self._ask(
            lambda db: drawing.drawing(
                db,
                key=self._key,
                video_id=video_id,
                viewer=viewer or None,
                up=up,
                limit=limit,
                below=below,
                moment=None if moment is None else Moment.of(moment),
                reveal=reveal,
                as_then=reveal,
            )
        )

    async def common(self, a: str, b: str, viewer: str, *, reveal: bool = False) -> Kinship:
        return await self._ask(lambda db: kinship.common(db, a, b, viewer or None, reveal=reveal))

    async def lineage_path(self, a: str, b: str, viewer: str, *, reveal: bool = False) -> list[Step] | None:
        return await self._ask(lambda db: kinship.path(db, a, b, viewer or None, reveal=reveal))

    async def cast_uses(
        self, character_id: str, viewer: str, *, descendants: bool, sees_all: bool, after: str | None, limit: int
    ) -> Casting:
        return await self._ask(
            lambda db: casting.uses(
                db,
                character_id,
                viewer or None,
                descendants=descendants,
                sees_all=sees_all,
                after=after or "",
                limit=limit,
            )
        )

    async def taints(self, video_id: str) -> list[Taint]:
        return await self._ask(lambda db: reasons.taints(db, video_id))

    async def comments(self, video_id: str, *, after: str | None, limit: int) -> CommentPage:
        return await self._ask(lambda db: videos.comments(db, self._opener, video_id, after=after, limit=limit))

    async def own_characters(self, owner: str, *, after: str | None, limit: int) -> list[CharacterCard]:
        return await self._ask(lambda db: characters.owned(db, self._opener, owner, after=after, limit=limit))

    async def appearances(
        self, character_id: str, viewer: str | None, *, version: int | None, after: str | None, limit: int
    ) -> list[Use]:
        return await self._ask(
            lambda db: characters.uses(db, character_id, viewer=viewer, version=version, after=after or "", limit=limit)
        )

    async def consents(self, character_id: str, moment: datetime | Sequence[Position] | None = None) -> list[Consent]:
        if moment is None:
            return await self._ask(lambda db: characters.consents(db, self._opener, character_id))
        found = await self._ask(lambda db: characters.consent_at(db, self._opener, character_id, moment, partial=True))
        return [found] if found else []

    async def moderation_queue(self, state: str, *, limit: int, cursor: str | None) -> Queue:
        return await self._ask(lambda db: moderation.queue(db, key=self._key, state=state, limit=limit, cursor=cursor))

    async def case_history(self, subject: str, kinds: Sequence[str], *, limit: int, cursor: str | None) -> HistoryPage:
        return await self._ask(
            lambda db: moderation.history(
                db, self._opener, key=self._key, subject=subject, kinds=kinds, limit=limit, cursor=cursor
            )
        )

    async def statement(self, account: str, *, limit: int, cursor: str | None) -> StatementPage:
        return await self._ask(
            lambda db: wallet.bookings(db, key=self._key, account_id=account, limit=limit, cursor=cursor)
        )

    async def balances_at(self, account: str, moment: datetime | Sequence[Position]) -> Balances:
        if isinstance(moment, datetime):
            return await self._ask(lambda db: wallet.at_moment(db, account, moment))
        return await self._ask(lambda db: wallet.at_positions(db, account, moment, partial=True))

    async def notifications(self, account: str, wanted: Wanted, *, limit: int, cursor: str | None) -> InboxPage:
        return await self._ask(
            lambda db: inbox.page(
                db, self._opener, key=self._key, account_id=account, wanted=wanted, limit=limit, cursor=cursor
            )
        )

    async def unread(self, account: str, wanted: Wanted) -> int:
        return await self._ask(lambda db: inbox.unread(db, account, wanted))

    async def mark_read(self, account: str, ids: Sequence[str]) -> None:
        await self._ask(lambda db: marks.mark_read(db, account, ids))

    async def mark_up_to(self, account: str, id_: str | None) -> None:
        if id_ is None:
            await self._ask(lambda db: marks.mark_all(db, account))
        else:
            await self._ask(lambda db: marks.mark_up_to(db, account, id_))

    async def decided_on(self, decisions: Sequence[str]) -> dict[str, str]:
        return await self._ask(lambda db: moderation.subjects(db, decisions)) if decisions else {}

    async def _ask(self, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Asked again when a connection broke: a restart of the database takes a moment."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                async with self._pool.connection() as db:
                    return await question(db)
            except BROKEN as error:
                if time.monotonic() > deadline:
                    raise _unreachable() from error
                await asyncio.sleep(0.02)


def _unreachable() -> Unavailable:
    return Unavailable("database_unavailable", "The database cannot be reached: try again.", retry_after=2)
