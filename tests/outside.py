"""The world outside the streams, for decisions: everything is there and says yes, unless a test changes it.

outside = Outside()
outside.workers_live = False
bus = Bus(store, outside.world())
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from commands.work import World
from domain.model import Model
from domain.preview import Census, Recount, Seen, Share, Survey, digest_of
from domain.queue import Standing
from domain.recorded import Position
from domain.safety import Screening
from infra.handles import Handles
from infra.keys import Hmac
from infra.memory import MASTER
from tests.given import AT, a_model


class Outside:
    """All ports at once. `blocked` maps a word to the id of the rule that forbids it; `topics` a word to a topic."""

    def __init__(self) -> None:
        self.time = AT
        self.models = [a_model()]
        self.workers_live = True
        self.was_served = True
        self.blocked: dict[str, str] = {}
        self.topics: dict[str, str] = {}
        self.line = Standing(waiting=0, seconds_each=4.0, slots=1)
        self.users: dict[str, list[str]] = {}  # character -> videos
        self.families: dict[str, list[str]] = {}  # video -> videos
        self.owned: dict[str, list[str]] = {}  # account -> videos, characters and comments
        self.published: set[str] = set()  # videos
        self.liked: dict[str, list[str]] = {}  # account -> videos
        self.followed: dict[str, list[str]] = {}  # account -> accounts
        self.previews: dict[tuple[str, str, str], Seen] = {}
        self.surveyed: list[list[str]] = []
        self._handles = Handles(Hmac(MASTER))

    def world(self) -> World:
        return World(
            models=self,
            workers=self,
            impressions=self,
            clock=self,
            handles=self._handles,
            screener=self,
            queue=self,
            lists=self,
            previews=self,
        )

    def now(self) -> datetime:
        return self.time

    def passes(self, **time: float) -> None:
        self.time += timedelta(**time)

    async def installed(self) -> list[Model]:
        return list(self.models)

    async def live(self, model: str) -> bool:
        return self.workers_live

    async def served(self, account_id: str, video_id: str) -> bool:
        return self.was_served

    async def screen(self, prompts: Sequence[str]) -> Screening:
        text = " ".join(prompts)
        topics = frozenset(topic for word, topic in self.topics.items() if word in text)
        rule = next((rule for word, rule in self.blocked.items() if word in text), None)
        return Screening("test-1", topics, rule, f"Rule {rule} forbids this." if rule else "")

    async def standing(self, model: str, tier: str) -> Standing:
        return self.line

    async def uses(self, character_id: str, after: str, limit: int) -> list[str]:
        return _page(self.users.get(character_id, []), after, limit)

    async def subtree(self, video_id: str, after: str, limit: int) -> list[str]:
        return _page(self.families.get(video_id, [video_id]), after, limit)

    async def videos_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return self._owned(account_id, "video", after, limit)

    async def characters_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return self._owned(account_id, "char", after, limit)

    async def comments_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return self._owned(account_id, "comment", after, limit)

    async def survey(self, subject: str, scope: str, owner_id: str) -> Survey:
        ids = self._affected(subject, scope)
        self.surveyed.append(ids)
        return Survey(
            digest=digest_of(subject, scope, ids),
            total=len(ids),
            census=self._census(ids, owner_id),
            sample=tuple(ids[:20]),
            positions=(Position("video", 0, len(self.surveyed)),),
        )

    async def recount(self, subject: str, scope: str, positions: Sequence[Position]) -> Recount:
        seen, now = self.surveyed[positions[0].position - 1], self._affected(subject, scope)
        return Recount(digest_of(subject, scope, [id_ for id_ in seen if id_ in now]), len(now))

    def _affected(self, subject: str, scope: str) -> list[str]:
        named = {"subtree": self.families.get(subject, [subject]), "uses_of_character": self.users.get(subject, [])}
        return sorted(named.get(scope, [subject]))

    def _census(self, ids: Sequence[str], owner_id: str) -> Census:
        videos = [id_ for id_ in ids if id_.startswith("video_")]
        mine = [id_ for id_ in videos if id_ in self.owned.get(owner_id, [])]
        published = len(self.published.intersection(videos))
        return Census(
            drafts=len(videos) - published,
            published=published,
            deleted=0,
            hidden=0,
            others=len(videos) - len(mine),
            authors=bool(mine) + (len(mine) < len(videos)),
            kinds={"remix": len(videos)},
            distances={1: len(videos)},
            top_authors=(Share(owner_id, len(mine)),),
            served=published,
        )

    async def likes_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return _page(self.liked.get(account_id, []), after, limit)

    async def followees_of(self, account_id: str, after: str, limit: int) -> list[str]:
        return _page(self.followed.get(account_id, []), after, limit)

    async def save(self, seen: Seen) -> None:
        self.previews[seen.digest, seen.subject, seen.scope] = seen

    async def find(self, digest: str, subject: str, scope: str) -> Seen | None:
        return self.previews.get((digest, subject, scope))

    def _owned(self, account_id: str, prefix: str, after: str, limit: int) -> list[str]:
        mine = [id_ for id_ in self.owned.get(account_id, []) if id_.startswith(f"{prefix}_")]
        return _page(mine, after, limit)


def _page(ids: Sequence[str], after: str, limit: int) -> list[str]:
    return [id_ for id_ in sorted(ids) if id_ > after][:limit]
