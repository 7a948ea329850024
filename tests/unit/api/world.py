"""A whole edge without sockets: the real bus and domain over the event store's twin, other ports in memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.testclient import TestClient

from api.app import create_app
from api.ports import Deps
from api.present import card_of
from api.reads import Standing
from api.tokens import Token
from commands.bus import Bus
from commands.work import ACCOUNT, CASE, CHARACTER, COMMENT, FOLLOW, LIKE, VIDEO, fold
from domain import character
from domain.account import not_blocked
from domain.catalog import CATEGORIES, decode
from domain.engagement import Comment as StandingComment
from domain.engagement import Commented, Following, Liking
from domain.enrolment import Enrolled
from domain.errors import Invalid, NotFound
from domain.ids import case_stream, follow_stream, like_stream
from domain.model import Model
from domain.moderation import Decided, kind_of, review
from domain.provenance import Check, Known, Manifest, Reading, compare
from domain.queue import Progress
from domain.recorded import Recorded
from domain.steering import Active
from domain.uploads import Look
from domain.video import Asset, Completed, Existing
from inference.ports import BadInput
from inference.uploads.probe import probe
from infra.clock import SystemIds
from infra.memory import EPOCH, MemoryEventStore
from infra.timers_memory import MemoryTimers
from projections.characters.query import Card as CharacterCard
from projections.consistency import Reached
from projections.feed.items import FeedPage, Item, Why
from projections.feed.query import Follows
from projections.feed.sessions import Session, no_such_session
from projections.leaderboard.boards import DEFINITIONS
from projections.leaderboard.query import Board, Ranking, Row, Vector, not_listed
from projections.leaderboard.receipts import Counted, Receipt
from projections.moderation import history
from projections.moderation.query import STATES, Entry, HistoryPage, Queue, Waiting
from projections.videos.query import Card, Comment, CommentPage, Order, Page
from tests.given import OTHER, OWNER, a_model, completed, created, happened, opened, published, registered
from tests.outside import Outside
from tests.unit.api.character_reads import CharacterReads
from tests.unit.api.gauges import FakeGauges
from tests.unit.api.graph_reads import GraphReads
from tests.unit.api.inbox_reads import InboxReads
from tests.unit.api.wallet_reads import WalletReads

KEY: Final = "rk_the_key_of_ada_0000000000000000000"
OTHER_KEY: Final = "rk_the_key_of_bob_0000000000000000000"
MP4: Final = bytes(range(256)) * 40
FILES: Final = {
    "video": ("video/mp4", MP4),
    "thumbnail": ("image/webp", b"webp"),
    "captions": ("text/vtt", b"WEBVTT\n"),
}


class FixedClock:
    def __init__(self) -> None:
        self.time = datetime.fromisoformat("2026-11-22T12:00:00+00:00")

    def now(self) -> datetime:
        return self.time

    def passes(self, **time: float) -> None:
        self.time += timedelta(**time)


class FakeModels:
    def __init__(self) -> None:
        self.models = [a_model()]

    async def installed(self) -> list[Model]:
        return list(self.models)


class FakeWorkers:
    def __init__(self) -> None:
        self.running = True

    async def live(self, model: str) -> bool:
        return self.running


class FakeImpressions:
    async def served(self, account_id: str, video_id: str) -> bool:
        return False


class FakeJobs:
    def __init__(self) -> None:
        self.rows: dict[str, Progress] = {}

    async def progress(self, video_id: str) -> Progress | None:
        return self.rows.get(video_id)


class FakeObjects:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def put_file(self, key: str, path: Path, mime: str) -> None:
        self.files[key] = await asyncio.to_thread(path.read_bytes)

    async def delete(self, key: str) -> bool:
        return self.files.pop(key, None) is not None

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        if key not in self.files:
            raise FileNotFoundError(key)
        data = self.files[key][start:end]
        for at in range(0, len(data), 1000):
            yield data[at : at + 1000]


class FakeProvenance:
    """Reads what the file says of itself: a `Reading` as JSON at its end, if any. `known` is what the log has."""

    def __init__(self) -> None:
        self.known: list[Known] = []

    async def check(self, file: Path) -> Check:
        data = await asyncio.to_thread(file.read_bytes)
        said = data[data.find(b'{"sha256"') :] if b'{"sha256"' in data else b""
        reading = msgspec.json.decode(said, type=Reading) if said else Reading(sha256="", bytes=0, manifest=Manifest())
        return compare(reading, self.known)


class FakeFiles:
    """Looks at files here instead of in a process of its own. Whoever is looked for is the one in `enrolled`."""

    def __init__(self) -> None:
        self.enrolled = Enrolled(
            rig="quadruped",
            description="a dog",
            parameters={"body": float(0xC03080), "hat": 1.0},
            confidence=0.8,
            is_sure=True,
            seen=("body",),
            guessed=("hat",),
            notes=("A drawing, not a likeness.",),
            preview=b"RIFF",
        )

    async def probe(self, file: Path) -> Look:
        try:
            return await asyncio.to_thread(probe, file)
        except BadInput as refusal:
            raise Invalid("unusable_file", str(refusal), "file") from refusal

    async def enrol(self, file: Path) -> Enrolled:
        await self.probe(file)
        return self.enrolled


class FakeKeys:
    def __init__(self) -> None:
        self.keys = {KEY: (OWNER, "creator"), OTHER_KEY: (OTHER, "creator")}

    async def find(self, key: str) -> tuple[str, str] | None:
        return self.keys.get(key)

    def digest(self, key: str) -> bytes:
        return key[::-1].encode()

    async def find_digest(self, digest: bytes) -> tuple[str, str] | None:
        return await self.find(digest.decode()[::-1])


class FakeReads(CharacterReads, InboxReads, WalletReads, GraphReads):
    """Read models that are always current: each answer is folded from the log anew."""

    def __init__(self, store: MemoryEventStore) -> None:
        super().__init__(store)
        GraphReads.__init__(self)
        self.broken = False
        self.waited: list[tuple[str, Token]] = []
        self.asked: tuple[Any, ...] = ()  # of the feed, last
        self.seen: list[tuple[str, str]] = []
        self.sessions: dict[str, Session] = {}

    async def wait(self, model: str, token: Token, patience: float) -> bool:
        self.waited.append((model, token))
        return not self.lags

    async def standing(self, model: str) -> Standing:
        if self.broken:
            raise OSError("no database")
        return Standing(await self._reached(), None)

    async def _reached(self) -> Reached:
        heads = tuple(at for at in await self._store.heads() if at.position)
        return Reached(EPOCH, heads, datetime.fromisoformat("2026-11-22T12:00:00+00:00"))

    async def own_videos(self, owner: str, *, after: str | None, limit: int, order: Order) -> Page:
        mine = [card for card in await self._all(owner) if card.owner_id == owner]
        mine.sort(key=lambda card: (card.created_at, card.id), reverse=order == "desc")
        start = 1 + [card.id for card in mine].index(after) if after else 0
        return Page(mine[start : start + limit], has_more=len(mine) > start + limit)

    async def cards(self, ids: Sequence[str], viewer: str) -> dict[str, Card]:
        seen = [card for card in await self._all(viewer) if card.owner_id == viewer or card.publication]
        return {card.id: card for card in seen if card.id in ids}

    async def profile(self, owner: str, viewer: str, *, after: str | None, limit: int) -> Page:
        page = await self.own_videos(owner, after=None, limit=1_000, order="desc")
        public = [card for card in page.items if card.publication]
        start = 1 + [card.id for card in public].index(after) if after else 0
        return Page(public[start : start + limit], has_more=len(public) > start + limit)

    async def follows(self, account: str, viewer: str) -> Follows:
        state, _ = await fold(self._store, FOLLOW, follow_stream(viewer, account))
        is_followed = isinstance(state, Following)
        return Follows(int(is_followed), 0, is_followed)

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
        self.asked = (cut, wishes, personalised, character)
        public = [card for card in await self._all(viewer) if card.publication]
        public = [card for card in public if not await self._apart(viewer, card.owner_id)]
        public.sort(key=lambda card: (card.created_at, card.id), reverse=True)
        start = int(cursor or 0)
        why = Why(cut, {"hot": 1.5}, {"hot": 1.0}, "test-1")
        items = [Item(card.id, card.owner_id, why) for card in public[start : start + limit]]
        return FeedPage(items, str(start + limit) if len(public) > start + limit else None, personalised=personalised)

    async def _apart(self, one: str, other: str) -> bool:
        """Whether one of the two has blocked the other."""
        states = [(await fold(self._store, ACCOUNT, each))[0] for each in (one, other)]
        return not (not_blocked(states[0], other) and not_blocked(states[1], one))

    async def feed_seen(self, account: str, video_ids: Sequence[str], *, now: datetime) -> int:
        self.seen += [(account, video_id) for video_id in video_ids]
        return len(video_ids)

    async def feed_session(self, session: str) -> Session:
        if session not in self.sessions:
            raise no_such_session(session)
        return self.sessions[session]

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
        if board not in DEFINITIONS:
            raise NotFound("board_not_found", "There is no such board.", "board")
        public = [card for card in await self._all("") if card.publication]
        public.sort(key=lambda card: (-card.likes, card.id))
        rows = [Row(rank, card.id, card.likes, card.likes, {"own": 0}) for rank, card in enumerate(public, 1)]
        start = int(cursor or 0)
        return Board(
            **await self._window(board, window, as_of),
            of=len(rows),
            rows=rows[start : start + limit],
            corrected=corrected,
            next_cursor=str(start + limit) if len(rows) > start + limit else None,
        )

    async def board_rank(
        self, board: str, window: str, item: str, *, as_of: datetime | Vector | None = None
    ) -> Ranking:
        found = await self.board(board, window, limit=1_000, as_of=as_of)
        row = next((row for row in found.rows if row.id == item), None)
        if row is None:
            raise not_listed(found.definition, item)
        return Ranking(**await self._window(board, window, as_of), of=found.of, row=row, ties=0)

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
        found = await self.board_rank(board, window, item, as_of=as_of)
        votes = [
            Counted(f"engagement/{each.shard}", each.position, each.recorded_at, [])
            for each in await self._recorded("engagement")
            if each.stream.startswith(f"like_{item}_")
        ]
        start = int(cursor or 0)
        return Receipt(
            **msgspec.structs.asdict(found),
            tied=[],
            events=votes[start : start + limit],
            next_cursor=str(start + limit) if len(votes) > start + limit else None,
        )

    async def _window(self, board: str, window: str, as_of: datetime | Vector | None) -> dict[str, Any]:
        """Every moment falls into the hour that ended at noon."""
        until = None if as_of is None else datetime.fromisoformat("2026-11-22T12:00:00+00:00")
        fixed = {"since": None, "until": until, "closed_at": until, "definition": DEFINITIONS[board]}
        return {"board": board, "window": window, "reached": await self._reached(), **fixed}

    async def comments(self, video_id: str, *, after: str | None, limit: int) -> CommentPage:
        said = []
        for shard in range(16):
            for recorded in await self._store.read("engagement", shard, 0, 10_000):
                state, _ = await fold(self._store, COMMENT, recorded.stream) if _starts(recorded) else (None, 0)
                if isinstance(state, StandingComment) and state.said.video_id == video_id:
                    said.append(_comment(state.said, recorded.recorded_at))
        found = sorted((each for each in said if each.id > (after or "")), key=lambda each: each.id)
        return CommentPage(found[:limit], has_more=len(found) > limit)

    async def own_characters(self, owner: str, *, after: str | None, limit: int) -> list[CharacterCard]:
        found = [each for each in await self._characters() if each.owner_id == owner and each.id > (after or "")]
        return [await self._character_card(each) for each in found[:limit]]

    async def _recorded(self, category: str) -> list[Recorded]:
        return [recorded for shard in range(16) for recorded in await self._store.read(category, shard, 0, 10_000)]

    async def _characters(self) -> list[CharacterMade]:
        ids = {recorded.stream for recorded in await self._recorded("character") if recorded.stream[:5] == "char_"}
        states = [(id_, (await fold(self._store, CHARACTER, id_))[0]) for id_ in sorted(ids)]
        return [CharacterMade(id_, state) for id_, state in states if isinstance(state, character.Existing)]

    async def _character_card(self, found: CharacterMade) -> CharacterCard:
        made, consent = found.state.made, found.state.consent
        return CharacterCard(
            id=found.id,
            kind=made.kind,
            state=type(found.state).__name__.lower(),
            handle=made.handle,
            name=made.name,
            description=made.description,
            rig=made.rig,
            version=consent.version,
            audience=consent.audience,
            expires_at=consent.expires_at,
            created_at=found.state.created_at,
            uses=len(await self.appearances(found.id, None, version=None, after=None, limit=100)),
        )

    async def moderation_queue(self, state: str, *, limit: int, cursor: str | None) -> Queue:
        cases = [await self._case(recorded) for recorded in await self._moderated() if recorded.version == 1]
        found = sorted((case for case in cases if case.state in STATES[state]), key=lambda case: case.since)
        start = int(cursor or 0)
        return Queue(found[start : start + limit], str(start + limit) if len(found) > start + limit else None)

    async def case_history(self, subject: str, kinds: Sequence[str], *, limit: int, cursor: str | None) -> HistoryPage:
        rows = [history.row(fact.event, fact.recorded) for fact in await self._store.load(case_stream(subject))]
        fields = Entry.__struct_fields__
        found = [Entry(**{name: getattr(row, name) for name in fields}) for row in reversed(rows) if row.kind in kinds]
        start = int(cursor or 0)
        return HistoryPage(found[start : start + limit], str(start + limit) if len(found) > start + limit else None)

    async def decided_on(self, decisions: Sequence[str]) -> dict[str, str]:
        events = [decode(recorded.type, recorded.data) for recorded in await self._moderated()]
        made = {event.decision_id: event.subject for event in events if isinstance(event, Decided)}
        return {decision: made[decision] for decision in decisions if decision in made}

    async def _moderated(self) -> list[Recorded]:
        return [each for shard in range(16) for each in await self._store.read("moderation", shard, 0, 10_000)]

    async def _case(self, first: Recorded) -> Waiting:
        state, version = await fold(self._store, CASE, first.stream)
        subject, last = first.stream.removeprefix("case_"), state.file.rulings[-1:]
        return Waiting(
            subject=subject,
            kind=kind_of(subject),
            state=review(state),
            since=first.recorded_at,
            version=version,
            last_at=first.recorded_at,
            reports=len(state.file.reports),
            reasons=sorted({reason for _, reason in state.file.reports}),
            appeals=sum(ruling.is_appealed for ruling in state.file.rulings),
            strikes=state.file.strikes,
            labels=sorted(state.file.labels),
            decision_id=last[0].event.decision_id if last else None,
            action=last[0].event.action if last else None,
            policy=last[0].event.policy if last else None,
            decided_at=last[0].at if last else None,
        )

    async def _all(self, viewer: str) -> list[Card]:
        states = {}
        for category in CATEGORIES:
            for shard in range(16):
                for recorded in await self._store.read(category, shard, 0, 10_000):
                    if category == "video":
                        states[recorded.stream], _ = await fold(self._store, VIDEO, recorded.stream)
        return [await self._card(id_, state, viewer) for id_, state in states.items() if isinstance(state, Existing)]

    async def _card(self, video_id: str, state: Existing, viewer: str) -> Card:
        likes = [await fold(self._store, LIKE, like_stream(video_id, account)) for account in (OWNER, OTHER)]
        mine, _ = await fold(self._store, LIKE, like_stream(video_id, viewer))
        card = card_of(video_id, state)
        fields = {name: getattr(card, name) for name in card.__struct_fields__}
        fields["likes"] = sum(isinstance(like, Liking) for like, _ in likes)
        fields["liked_by_viewer"] = isinstance(mine, Liking)
        return Card(**fields)


class CharacterMade(msgspec.Struct, frozen=True):
    id: str
    state: character.Existing

    @property
    def owner_id(self) -> str:
        return self.state.made.owner_id


def _starts(recorded: Recorded) -> bool:
    return recorded.stream.startswith("comment_") and recorded.version == 1


def _comment(said: Commented, at: datetime) -> Comment:
    return Comment(
        id=said.comment_id,
        video_id=said.video_id,
        account_id=said.account_id,
        parent_id=said.parent_id,
        text=said.text,
        at=at,
        hidden=False,
    )


class Platform:
    """`given` events, then requests through `client` (Ada's key), `bob` (Bob's key) or `browser` (nobody)."""

    def __init__(self) -> None:
        self.clock, self.models, self.workers = FixedClock(), FakeModels(), FakeWorkers()
        self.jobs, self.objects, self.keys = FakeJobs(), FakeObjects(), FakeKeys()
        self.reactions = MemoryTimers(self.clock.now)
        self.gauges = FakeGauges()
        self.provenance, self.files = FakeProvenance(), FakeFiles()
        self.store = MemoryEventStore(now=self.clock.now)
        self.reads = FakeReads(self.store)
        self.ids = SystemIds()
        self.outside = Outside()
        world = msgspec.structs.replace(
            self.outside.world(),
            models=self.models,
            workers=self.workers,
            impressions=FakeImpressions(),
            clock=self.clock,
        )
        self.deps = Deps(
            bus=Bus(self.store, world),
            world=world,
            store=self.store,
            reads=self.reads,
            models=self.models,
            workers=self.workers,
            jobs=self.jobs,
            objects=self.objects,
            keys=self.keys,
            reactions=self.reactions,
            gauges=self.gauges,
            provenance=self.provenance,
            files=self.files,
            clock=self.clock,
            ids=self.ids,
            secret=b"0123456789abcdef0123456789abcdef",
            public_url="http://testserver",
        )
        self.app = create_app(self.deps)
        self.client = self._client(KEY)
        self.bob = self._client(OTHER_KEY)
        self.browser = self._client(None)
        self.given(OWNER, opened(account_id=OWNER, name="Ada"))
        self.given(OTHER, opened(account_id=OTHER, name="Bob"))
        self.given("model_sketch-1", registered())

    def _client(self, key: str | None) -> TestClient:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return TestClient(self.app, headers=headers, follow_redirects=False)

    def given(self, stream: str, *events: Any) -> str:
        asyncio.run(_record(self.store, stream, events))
        return stream

    def completed_video(self, owner: str = OWNER, **changes: Any) -> str:
        """A video with files that can be played, still a draft."""
        video_id = self.ids.new("video")
        assets = tuple(self._file(video_id, role, *file) for role, file in FILES.items())
        return self.given(video_id, created(owner_id=owner, **changes), completed(owner_id=owner, assets=assets))

    def published_video(self, owner: str = OWNER, **changes: Any) -> str:
        video_id = self.completed_video(owner)
        return self.given(video_id, published(owner_id=owner, **changes))

    def _file(self, video_id: str, role: str, mime: str, data: bytes) -> Asset:
        key, digest = f"v/{video_id}/1/{role}", hashlib.sha256(data).hexdigest()
        self.objects.files[key] = data
        return Asset(role=role, key=key, sha256=digest, mime=mime, bytes=len(data))

    def outcome(self, video_id: str) -> Completed:
        state, _ = asyncio.run(fold(self.store, VIDEO, video_id))
        assert isinstance(state, Completed)
        return state


async def _record(store: MemoryEventStore, stream: str, events: tuple[Any, ...]) -> None:
    for event in events:
        await happened(store, stream, event)
