"""Pages as the API asks for them: each case is one call of a read model's public query."""

from __future__ import annotations

import itertools
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import numpy as np
from psycopg import sql

from domain.recorded import Position
from projections.consistency import reached
from projections.db import AsyncConnection
from projections.feed import query as feed
from projections.leaderboard import query as leaderboard
from projections.registry import FEED, LEADERBOARD, REMIX_GRAPH
from projections.remix_graph import past, survey
from projections.remix_graph import query as graph
from projections.remix_graph.moment import Moment
from recut.generator.shape import ROOT
from tests.benchmarks.platform import Platform

KEY: Final = b"signs cursors, thirty-two bytes.."
VIEWERS: Final = 300
LIMIT: Final = 20
WRITTEN: Final = 0.95  # of the time: what comes later may not be in the read models yet
UNWRITTEN: Final = 37  # the hours of the rest
Ask = Callable[[AsyncConnection], Awaitable[Any]]


class Case(msgspec.Struct, frozen=True):
    """`make` prepares what a client needs, and returns what is timed. `budget` in milliseconds, for the p99. The name
    begins with the `area`."""

    name: str
    budget: float | None
    make: Callable[[], Ask]

    @property
    def area(self) -> str:
        return self.name.split()[0].strip(",")


# Which read model answers an area; nothing is asked of a model that is not filled.
AREAS: Final = {"feed": FEED, "lineage": REMIX_GRAPH, "cascade": REMIX_GRAPH, "leaderboard": LEADERBOARD}


def cases(platform: Platform, hours: int) -> list[Case]:
    """`hours`: how many are closed."""
    known = platform.shape.listed & (platform.shape.moment < WRITTEN)
    chain = int(np.argmax(np.where(known, platform.shape.depth, -1)))
    likes = np.bincount(platform.shape.likes[:, 0], minlength=platform.shape.sizes.videos)
    popular = int(np.argmax(np.where(known, likes, -1)))
    found = [
        Case("feed for_you, first page", 20, lambda: _first_page(platform, "for_you")),
        Case("feed for_you, later pages", 5, lambda: _later_pages(platform, "for_you")),
        Case("feed following, first page", 20, lambda: _first_page(platform, "following")),
        Case("feed following, later pages", 5, lambda: _later_pages(platform, "following")),
        Case("feed latest, first page", 20, lambda: _first_page(platform, "latest")),
        Case("feed latest, later pages", 5, lambda: _later_pages(platform, "latest")),
        Case("lineage of the viral root, first page", 20, lambda: _lineage(platform.video(ROOT))),
        Case("lineage, end of the longest chain", 20, lambda: _lineage(platform.video(chain), depth=256)),
        Case("lineage of a popular video", 20, lambda: _lineage(platform.video(popular))),
        Case("lineage of the viral root, as of", None, lambda: _lineage_then(platform, platform.video(ROOT))),
        Case("cascade preview of the viral root", 500, lambda: _cascade(platform)),
    ]
    for board, window in (("most_liked", "day"), ("most_liked", "all"), ("most_remixed", "week"),
                          ("most_used_characters", "month"), ("top_creators", "all")):  # fmt: skip
        found.append(Case(f"leaderboard {board} {window}, now", 5, _board_now(board, window)))
        found.append(Case(f"leaderboard {board} {window}, as of", 5, _board_then(platform, board, window, hours)))
    return found


def _viewers(platform: Platform) -> list[str]:
    """Those who follow somebody, as far as they are asked for."""
    return [platform.account(number) for number in dict.fromkeys(platform.shape.follows[: 4 * VIEWERS, 0].tolist())]


def _first_page(platform: Platform, cut: str) -> Ask:
    viewers = itertools.cycle(random.Random(cut).sample(_viewers(platform), VIEWERS))

    async def ask(db: AsyncConnection) -> Any:
        return await _page(db, next(viewers), cut, None)

    return ask


def _later_pages(platform: Platform, cut: str) -> Ask:
    """Pages 2 to 8 of a viewer, then the next viewer. The first page is fetched outside of the time."""
    viewers = itertools.cycle(random.Random(cut).sample(_viewers(platform), VIEWERS))
    state: dict[str, Any] = {"cursor": None, "pages": 0}

    async def ask(db: AsyncConnection) -> Any:
        page = await _page(db, state["viewer"], cut, state["cursor"])
        state["cursor"], state["pages"] = page.next_cursor, state["pages"] + 1
        return page

    async def prepare(db: AsyncConnection) -> None:
        if state["cursor"] is None or state["pages"] >= 7:
            state["viewer"] = next(viewers)
            state["cursor"] = (await _page(db, state["viewer"], cut, None)).next_cursor
            state["pages"] = 0

    ask.prepare = prepare  # type: ignore[attr-defined]
    return ask


async def _page(db: AsyncConnection, viewer: str, cut: str, cursor: str | None) -> feed.FeedPage:
    now = datetime.now(UTC)
    found = await feed.page(db, key=KEY, viewer=viewer, cut=cut, limit=LIMIT, cursor=cursor, now=now)
    if cut != "following" and len(found.items) != LIMIT:
        raise AssertionError(f"a page of {cut} has {len(found.items)} items")
    return found


def _lineage(video_id: str, depth: int = 20) -> Ask:
    async def ask(db: AsyncConnection) -> Any:
        return await graph.lineage(db, key=KEY, video_id=video_id, viewer=None, depth=depth, limit=LIMIT)

    return ask


def _lineage_then(platform: Platform, video_id: str) -> Ask:
    moment = Moment(instant=platform.at(0.5))

    async def ask(db: AsyncConnection) -> Any:
        return await past.lineage(db, key=KEY, video_id=video_id, viewer=None, moment=moment, limit=LIMIT)

    return ask


def _cascade(platform: Platform) -> Ask:
    subject, owner = platform.video(ROOT), platform.account(int(platform.shape.owner[ROOT]))

    async def ask(db: AsyncConnection) -> Any:
        positions = (await reached(db, REMIX_GRAPH)).positions
        found = await survey.survey(db, subject, "subtree", owner, positions)
        if found.total < platform.shape.sizes.family // 2:
            raise AssertionError(f"the family has {found.total} members")
        return found

    return ask


def _board_now(board: str, window: str) -> Callable[[], Ask]:
    async def ask(db: AsyncConnection) -> Any:
        return _filled(await leaderboard.page(db, key=KEY, board=board, window=window, limit=100))

    return lambda: ask


def _board_then(platform: Platform, board: str, window: str, hours: int) -> Callable[[], Ask]:
    """As of one of the closed hours, another one each time."""
    dice = random.Random(board)
    newest = platform.at(WRITTEN)

    async def ask(db: AsyncConnection) -> Any:
        as_of = newest - timedelta(hours=dice.randrange(max(1, hours - UNWRITTEN)))
        return _filled(await leaderboard.past(db, key=KEY, board=board, window=window, as_of=as_of, limit=100))

    return lambda: ask


def _filled(board: leaderboard.Board) -> leaderboard.Board:
    if not board.rows:
        raise AssertionError(f"{board.board} {board.window} is empty")
    return board


async def positions_of(db: AsyncConnection) -> tuple[Position, ...]:
    return (await reached(db, REMIX_GRAPH)).positions


# What the same answers cost without the tables that were made for them.
def yardsticks(platform: Platform) -> list[tuple[str, str, sql.Composed, dict[str, Any]]]:
    """(what it stands beside, what it does, statement, values)"""
    names = {"feed": FEED.schema, "graph": REMIX_GRAPH.schema, "board": LEADERBOARD.schema}
    named = {name: sql.Identifier(schema) for name, schema in names.items()}
    root = {"root": platform.video(ROOT)}
    now = {"now": platform.now}
    return [
        ("feed for_you, first page", "age formula, OFFSET 0", sql.SQL(BY_AGE).format(**named), {**now, "skip": 0}),
        ("feed for_you, later pages", "age formula, OFFSET 200", sql.SQL(BY_AGE).format(**named), {**now, "skip": 200}),
        ("feed latest, later pages", "OFFSET 10,000", sql.SQL(LATEST).format(**named), {"skip": 10_000}),
        ("lineage of the viral root, first page", "recursive query", sql.SQL(CHILDREN).format(**named), root),
        ("cascade preview of the viral root", "recursive query", sql.SQL(FAMILY).format(**named), root),
        ("leaderboard most_liked day, now", "sum of the window at read", sql.SQL(WINDOW).format(**named),
         {"since": platform.now - timedelta(days=1)}),
        ("leaderboard most_liked all, now", "sum of everything at read", sql.SQL(WINDOW).format(**named),
         {"since": platform.began}),
    ]  # fmt: skip


BY_AGE: Final = """
    select i.video_id from {feed}.items i
    left join (select video_id, sum(likes + 3 * remixes) as weight from {feed}.hours group by 1) h using (video_id)
    where i.visibility = 'public'
    order by (1 + coalesce(h.weight, 0))
        / power(extract(epoch from %(now)s::timestamptz - i.published_at) / 3600 + 2, 1.8) desc
    limit 20 offset %(skip)s
"""
LATEST: Final = """
    select video_id from {feed}.items where visibility = 'public'
    order by published_at desc, video_id desc limit 20 offset %(skip)s
"""
CHILDREN: Final = """
    with recursive below as (
        select child as top, child as id from {graph}.edges where parent = %(root)s
        union
        select below.top, e.child from below join {graph}.edges e on e.parent = below.id
    )
    select top, count(*) - 1 as descendants from below group by top order by 2 desc, 1 limit 20
"""
FAMILY: Final = """
    with recursive below as (
        select child as id, 1 as depth from {graph}.edges where parent = %(root)s
        union
        select e.child, below.depth + 1 from below join {graph}.edges e on e.parent = below.id
    )
    select count(*), count(distinct n.owner_id), string_agg(id, ',' order by id)
    from (select id, min(depth) as depth from below group by id) as family join {graph}.nodes n using (id)
"""
WINDOW: Final = """
    select video_id, count(*) from {board}.likes
    where at >= %(since)s and until is null and not young and not not_served and account_id <> owner_id
        and exists (select from {board}.shown where id = video_id and shown.until is null)
    group by video_id order by 2 desc, 1 limit 100
"""
