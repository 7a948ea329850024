"""Boards counted from the history alone: everything before an instant is told again from the beginning, in plain
Python, without a word of the read model's SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from domain import account, catalog, character, engagement, policy, video
from domain.recorded import Recorded

HOURS: Final = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "all": None}
NOW: Final = datetime(9999, 1, 1, tzinfo=UTC)
GONE: Final = (video.GenerationFailed, video.GenerationCancelled, video.VideoDeleted)


class Vote(msgspec.Struct, frozen=True):
    id: str
    voter: str
    at: datetime
    reasons: frozenset[str]
    author: str = ""


class Place(msgspec.Struct, frozen=True):
    id: str
    count: int
    counted: int
    own: int
    young: int
    not_served: int
    corrected: int
    pending: int
    reached_at: datetime


class Past(msgspec.Struct):
    """What was the case at an instant."""

    likes: dict[tuple[str, str], tuple[engagement.Liked, datetime]] = {}
    queued: dict[str, tuple[Any, datetime]] = {}
    gone: set[str] = set()
    public: set[str] = set()
    causes: dict[str, set[str]] = {}
    characters: dict[str, str] = {}
    usable: set[str] = set()
    opened: dict[str, datetime] = {}
    accounts: set[str] = set()
    corrections: dict[tuple[str, str], datetime] = {}
    closed: datetime | None = None

    def listed(self) -> set[str]:
        return {id_ for id_ in self.public if not self.causes.get(id_)} | self.usable | self.accounts

    def owner(self, video_id: str) -> str:
        return str(self.queued[video_id][0].owner_id) if video_id in self.queued else ""


def past(history: Sequence[Recorded], moment: datetime) -> Past:
    now = Past()
    for recorded in history:
        if recorded.recorded_at < moment:
            _tell(now, recorded.stream, catalog.decode(recorded.type, recorded.data), recorded.recorded_at)
    return now


def _tell(now: Past, stream: str, event: Any, at: datetime) -> None:
    match event:
        case engagement.Liked():
            now.likes.setdefault((event.video_id, event.account_id), (event, at))
        case engagement.Unliked():
            now.likes.pop((event.video_id, event.account_id), None)
        case video.Queueing() | video.VideoImported():
            now.queued[stream] = (event, at)
        case video.VideoPublished(visibility="public"):
            now.public.add(stream)
        case video.VideoPublished() | video.VideoUnpublished():
            now.public.discard(stream)
        case video.VideoRestricted():
            now.causes.setdefault(stream, set()).add(event.cause_id)
        case video.RestrictionLifted():
            now.causes.get(stream, set()).discard(event.cause_id)
        case character.CharacterCreated():
            now.characters[stream] = event.owner_id
            now.usable.add(stream)
        case character.ConsentChanged():
            now.usable.add(stream)
        case character.ConsentRevoked() | character.CharacterDeleted():
            now.usable.discard(stream)
        case account.AccountOpened():
            now.opened[stream] = at
            now.accounts.add(stream)
        case account.AccountErased():
            now.accounts.discard(stream)
        case policy.LeaderboardCorrected(undo=False):
            now.corrections |= {(event.correction_id, account_id): event.since for account_id in event.accounts}
        case policy.LeaderboardCorrected():
            for account_id in event.accounts:
                now.corrections.pop((event.correction_id, account_id), None)
        case policy.HourClosed():
            now.closed = event.ended_at
    if isinstance(event, GONE):
        now.gone.add(stream)
        now.public.discard(stream)


def board(now: Past, name: str, span: str, end: datetime | None) -> list[Place]:
    """The listed places, in order. `end`: the closed hour from which the window reaches back."""
    hours = HOURS[span]
    since = end - timedelta(hours=hours) if end and hours else datetime.min.replace(tzinfo=UTC)
    by_id: defaultdict[str, list[Vote]] = defaultdict(list)
    for vote in _votes(now, name):
        if vote.at >= since:
            by_id[vote.id].append(vote)
    places = [_place(now, id_, by_id[id_]) for id_ in by_id.keys() & now.listed()]
    return sorted(places, key=lambda place: (-place.counted, place.reached_at, place.id))


def _place(now: Past, id_: str, votes: list[Vote]) -> Place:
    counted = [vote for vote in votes if not vote.reasons]
    numbers = Counter(reason for vote in votes for reason in vote.reasons)
    ring = rings(now)
    return Place(
        id=id_,
        count=len(votes),
        counted=len(counted),
        own=numbers["own"],
        young=numbers["young"],
        not_served=numbers["not_served"],
        corrected=numbers["corrected"],
        pending=sum((vote.voter, vote.author) in ring for vote in counted),
        reached_at=max(vote.at for vote in counted or votes),
    )


def rings(now: Past) -> set[tuple[str, str]]:
    pairs = Counter((like.account_id, like.owner_id) for like, _ in now.likes.values())
    return {(a, b) for (a, b), n in pairs.items() if a != b and n >= 5 and pairs[b, a] >= 5}


def _votes(now: Past, name: str) -> Iterator[Vote]:
    match name:
        case "most_liked" | "top_creators":
            for like, at in now.likes.values():
                id_ = like.video_id if name == "most_liked" else like.owner_id
                reasons = _reasons(now, like.account_id, at, like.owner_id, like.account_opened_at)
                served = frozenset() if like.served else frozenset({"not_served"})
                yield Vote(id_, like.account_id, at, reasons | served, like.owner_id)
        case "most_remixed":
            first: dict[tuple[str, str], tuple[datetime, str, str]] = {}
            for child, event, at in _standing(now):
                for parent in event.parents:
                    if parent.relation == "remix":
                        pair, mine = (parent.video_id, event.owner_id), (at, child, parent.owner_id)
                        first[pair] = min(first.get(pair, mine), mine)
            for (parent_id, remixer), (at, _, owner) in first.items():
                yield Vote(parent_id, remixer, at, _reasons(now, remixer, at, owner, now.opened.get(remixer)))
        case "biggest_families":
            for child, event, at in _standing(now):
                if event.parents:
                    root = _root(now, child)
                    by = event.owner_id
                    yield Vote(root, by, at, _reasons(now, by, at, now.owner(root), now.opened.get(by)))
        case "most_used_characters":
            for _, event, at in _standing(now):
                for id_ in {use.character_id for use in event.characters}:
                    by = event.owner_id
                    yield Vote(id_, by, at, _reasons(now, by, at, now.characters.get(id_, ""), now.opened.get(by)))


def _standing(now: Past) -> Iterator[tuple[str, Any, datetime]]:
    for id_, (event, at) in now.queued.items():
        if id_ not in now.gone and isinstance(event, video.Queueing):
            yield id_, event, at


def _root(now: Past, id_: str) -> str:
    while parents := getattr(now.queued[id_][0], "parents", ()) if id_ in now.queued else ():
        id_ = parents[0].video_id
    return id_


def _reasons(now: Past, voter: str, at: datetime, owner: str, opened: datetime | None) -> frozenset[str]:
    facts = {
        "own": voter == owner,
        "young": opened is not None and at - opened < timedelta(days=1),
        "corrected": any(by == voter and at >= since for (_, by), since in now.corrections.items()),
    }
    return frozenset(name for name, holds in facts.items() if holds)
