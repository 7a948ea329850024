"""Where the candidates of a for-you page come from: bounded sources, in one statement."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row

from domain.policy import RankerParameters
from domain.steering import HIDES, Active
from projections.db import AsyncConnection
from projections.feed import drawing, rankers
from projections.feed.ranker import Candidate, Ranker

SEEN_FOR: Final = timedelta(days=14)
SERVED_FOR: Final = timedelta(days=3)
SEEN_MOST: Final = 2_000
LIKES_LOOKED_AT: Final = 100
CHARACTERS_LIKED: Final = 5
TOPICS_LIKED: Final = 3
DAY: Final = timedelta(days=1)
TOPIC: Final = "topic:"
_decode: Final = msgspec.json.Decoder(list[Candidate]).decode


class Viewer(msgspec.Struct, frozen=True):
    """Who looks, and what it likes: of its last likes, the share of each label."""

    account_id: str
    likes: dict[str, float] = {}


class Hidden(msgspec.Struct, frozen=True):
    """What the viewer wants to see nothing of."""

    topics: list[str]
    characters: list[str]
    styles: list[str]


async def known(db: AsyncConnection, account_id: str, *, personalised: bool) -> tuple[Viewer, Ranker]:
    """Who looks, and what ranks. Without personalisation nothing counts that the account did not say itself."""
    values = {
        "viewer": account_id,
        "likes_most": LIKES_LOOKED_AT if personalised else 0,
        "characters_most": CHARACTERS_LIKED,
        "topics_most": TOPICS_LIKED,
    }
    async with db.cursor(row_factory=dict_row) as cursor:
        found = await (await cursor.execute(drawing.VIEWER, values)).fetchone()
    assert found is not None
    likes = dict(zip(found["labels"], found["shares"], strict=True))
    return Viewer(account_id, likes), rankers.known_as(found["ranker"])


def hidden_by(wishes: Active) -> Hidden:
    return Hidden(*(_said(wishes, "mute", kind) for kind in ("topic", "character", "style")))


async def candidates(
    db: AsyncConnection,
    viewer: Viewer,
    wishes: Active,
    parameters: RankerParameters,
    now: datetime,
    die: str,
    *,
    personalised: bool,
    again: bool = False,
) -> list[Candidate]:
    """`die`: the same one draws the same fresh videos. What was seen is left out, unless `again`."""
    wished = _said(wishes, "boost", "character") + [TOPIC + each for each in _said(wishes, "boost", "topic")]
    liked = [label for label in viewer.likes if label not in wished]
    values = {
        **filters(wishes),
        "viewer": viewer.account_id,
        "seen_since": now - SEEN_FOR,
        "served_since": now - SERVED_FOR,
        "seen_most": SEEN_MOST if personalised and not again else 0,
        "wished_authors": _said(wishes, "boost", "author"),
        "labels": wished + liked,
        "sources": ["steering"] * len(wished) + ["affinity"] * len(liked),
        "fresh_since": now - parameters.fresh_days * DAY,
        "day": int(now.timestamp()) // 86_400,
        "days": parameters.fresh_days,
        "die": int.from_bytes(hashlib.sha256(die.encode()).digest()[:4], signed=True),
        "fresh_below": parameters.fresh_below,
        "follow_limit": parameters.follow_limit,
        "hot_limit": parameters.hot_limit,
        "affinity_limit": parameters.affinity_limit,
        "fresh_limit": parameters.fresh_limit if personalised else 0,
    }
    return [_with_affinity(each, viewer.likes) for each in _decode(await _planned_once(db, drawing.CANDIDATES, values))]


async def _planned_once(db: AsyncConnection, query: bytes, values: dict[str, Any]) -> str:
    """The one text that it answers. To make a plan for just these values takes half as long as to carry one out, and
    each would be the same; left alone, PostgreSQL makes one every time, as it takes every unknown list for a long one.
    """
    async with db.pipeline(), db.transaction():
        await db.execute("select set_config('plan_cache_mode', 'force_generic_plan', true)")
        cursor = await db.execute(query, values, prepare=True)
    row = await cursor.fetchone()
    assert row is not None
    return str(row[0])


def filters(wishes: Active) -> dict[str, Any]:
    """What every statement that lists videos for somebody is told."""
    hidden = hidden_by(wishes)
    return {
        "muted": [*wishes.muted, *_said(wishes, "mute", "author")],
        "hidden_topics": hidden.topics,
        "hidden_characters": hidden.characters,
        "hidden_styles": hidden.styles,
    }


def _with_affinity(found: Candidate, likes: dict[str, float]) -> Candidate:
    labels = [*found.characters, *(TOPIC + topic for topic in found.topics)] if likes else []
    affinity = sum((likes.get(label, 0.0) for label in labels), start=0.0)
    return msgspec.structs.replace(found, affinity=min(1.0, affinity)) if affinity else found


def _said(wishes: Active, effect: str, kind: str) -> list[str]:
    rules = [rule for rule in wishes.rules if (rule.effect, rule.kind) == (effect, kind)]
    return [rule.value for rule in rules if effect == "boost" or rule.weight >= HIDES]
