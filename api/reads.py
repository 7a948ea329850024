"""What the edge asks of the read models; `read_models.py` answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from api.tokens import Token
from domain.recorded import Position
from domain.steering import Active
from projections.characters.query import Card as CharacterCard
from projections.characters.query import Consent, Use
from projections.consistency import Reached
from projections.feed.items import FeedPage
from projections.feed.query import Follows
from projections.feed.sessions import Session
from projections.inbox.query import InboxPage, Wanted
from projections.leaderboard.query import Board, Ranking, Vector
from projections.leaderboard.receipts import Receipt
from projections.moderation.query import HistoryPage, Queue
from projections.remix_graph.casting import Casting
from projections.remix_graph.kinship import Kinship, Step
from projections.remix_graph.layout import Drawing
from projections.remix_graph.query import Lineage
from projections.remix_graph.reasons import Taint
from projections.videos.query import Card, CommentPage, Order, Page
from projections.wallet.query import Balances, StatementPage


class Standing(msgspec.Struct, frozen=True):
    """How far a read model has come. `stale_since`: the time of the oldest event that it could not take."""

    reached: Reached
    stale_since: datetime | None


class Reads(Protocol):
    """`viewer` is an account, or empty for nobody in particular."""

    async def wait(self, model: str, token: Token, patience: float) -> bool:
        """False when the read model had not come so far in time."""
        ...

    async def standing(self, model: str) -> Standing: ...

    async def own_videos(self, owner: str, *, after: str | None, limit: int, order: Order) -> Page: ...

    async def cards(self, ids: Sequence[str], viewer: str) -> dict[str, Card]: ...

    async def profile(self, owner: str, viewer: str, *, after: str | None, limit: int) -> Page: ...

    async def follows(self, account: str, viewer: str) -> Follows: ...

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
        """`personalised`: by what the viewer has done, too. `character`: for the cut of its videos."""
        ...

    async def feed_seen(self, account: str, video_ids: Sequence[str], *, now: datetime) -> int:
        """Notes that the account has seen these; of how many it was known that they were served to it."""
        ...

    async def feed_session(self, session: str) -> Session:
        """A frozen ranking, whoever's it is. Raises `NotFound`."""
        ...

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
        """`as_of` None: now. `corrected`: of that moment, but under the corrections of today."""
        ...

    async def board_rank(
        self, board: str, window: str, item: str, *, as_of: datetime | Vector | None = None
    ) -> Ranking: ...

    async def board_receipt(
        self,
        board: str,
        window: str,
        item: str,
        *,
        limit: int,
        cursor: str | None = None,
        as_of: datetime | Vector | None = None,
    ) -> Receipt: ...

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
        """`reveal`: the viewer may see everything there is."""
        ...

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
    ) -> Drawing: ...

    async def common(self, a: str, b: str, viewer: str, *, reveal: bool = False) -> Kinship: ...

    async def lineage_path(self, a: str, b: str, viewer: str, *, reveal: bool = False) -> list[Step] | None: ...

    async def cast_uses(
        self, character_id: str, viewer: str, *, descendants: bool, sees_all: bool, after: str | None, limit: int
    ) -> Casting: ...

    async def taints(self, video_id: str) -> list[Taint]: ...

    async def comments(self, video_id: str, *, after: str | None, limit: int) -> CommentPage: ...

    async def own_characters(self, owner: str, *, after: str | None, limit: int) -> list[CharacterCard]: ...

    async def appearances(
        self, character_id: str, viewer: str | None, *, version: int | None, after: str | None, limit: int
    ) -> list[Use]:
        """For None, all there are."""
        ...

    async def consents(
        self, character_id: str, moment: datetime | Sequence[Position] | None = None
    ) -> list[Consent]: ...

    async def moderation_queue(self, state: str, *, limit: int, cursor: str | None) -> Queue: ...

    async def case_history(
        self, subject: str, kinds: Sequence[str], *, limit: int, cursor: str | None
    ) -> HistoryPage: ...

    async def statement(self, account: str, *, limit: int, cursor: str | None) -> StatementPage: ...

    async def balances_at(self, account: str, moment: datetime | Sequence[Position]) -> Balances:
        """At the end of a moment, or when the logs had come so far."""
        ...

    async def notifications(self, account: str, wanted: Wanted, *, limit: int, cursor: str | None) -> InboxPage: ...

    async def unread(self, account: str, wanted: Wanted) -> int: ...

    async def mark_read(self, account: str, ids: Sequence[str]) -> None: ...

    async def mark_up_to(self, account: str, id_: str | None) -> None:
        """The notification and all older ones; all there are, without one."""
        ...

    async def decided_on(self, decisions: Sequence[str]) -> dict[str, str]:
        """The subject of each of the decisions."""
        ...
