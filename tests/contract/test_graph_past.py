"""As of a past moment the graph answers what it answered then: the live page of a fill up to there, for every video and
several viewers, is the page of the full graph as of that moment."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
import pytest

from domain.errors import NotFound
from domain.recorded import Position, Recorded
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection
from projections.registry import REMIX_GRAPH
from projections.remix_graph import past, query
from projections.remix_graph.moment import Moment
from projections.remix_graph.query import Ancestor, Child, Lineage
from tests.histories import Story, World, make
from tests.projections import empty, fill, tell

KEY = b"k" * 32
ANN, BOB, CAT = "acct_ann", "acct_bob", "acct_cat"


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url, autocommit=True) as db:
        yield db


async def pages(db: AsyncConnection, ids: Sequence[str], viewers: Sequence[str | None], **then: Any) -> list[Any]:
    """All that there is to read: every video, by every viewer."""
    ask = past.lineage if then else query.lineage
    found: list[Any] = []
    for video_id in ids:
        for viewer in viewers:
            try:
                answer = await ask(db, key=KEY, video_id=video_id, viewer=viewer, depth=9, limit=100, **then)
                found.append((answer.ancestors, answer.children, answer.counts))
            except NotFound:
                found.append(None)
    return found


def record(conn: Connection, world: World, events: Sequence[Recorded]) -> None:
    fill(conn, REMIX_GRAPH, iter([list(events)]), Epochs(world.epochs()))


@pytest.mark.parametrize("seed", [11, 12, 13])
async def test_an_instant_shows_what_was_shown_then(read_models: Connection, db: AsyncConnection, seed: int) -> None:
    world = make(seed, 500)
    viewers, told = [None, *world.accounts[:2]], []
    for part in range(1, 5):
        moment = world.history[len(world.history) * part // 5].recorded_at
        record(read_models, world, [event for event in world.history if event.recorded_at <= moment])
        told.append((Moment(instant=moment), await pages(db, world.videos, viewers)))
    record(read_models, world, world.history)
    for then, expected in told:
        assert await pages(db, world.videos, viewers, moment=then, as_then=True) == expected
    assert any(page and page[1] for page in told[-1][1])
    assert any(page and any(above.hidden for above in page[0]) for page in told[-1][1])


@pytest.mark.parametrize("seed", [21, 22, 23])
async def test_positions_show_what_was_shown_there(read_models: Connection, db: AsyncConnection, seed: int) -> None:
    """However far each log had been read: also a child whose parent was not known yet."""
    world, dice = make(seed, 500), random.Random(seed)
    viewers, told = [None, *world.accounts[:2]], []
    logs = {log: events for log, events in world.logs().items() if log[0] in REMIX_GRAPH.categories}
    reached = dict.fromkeys(logs, 0)
    for part in range(1, 5):
        for log, events in logs.items():
            reached[log] = max(reached[log], dice.randrange(len(events) * part // 4 + 1))
        record(read_models, world, [event for log, n in reached.items() for event in logs[log][:n]])
        positions = tuple(Position(*log, n) for log, n in reached.items())
        told.append((Moment(positions=positions), await pages(db, world.videos, viewers)))
    record(read_models, world, world.history)
    for then, expected in told:
        assert await pages(db, world.videos, viewers, moment=then, as_then=True) == expected


@pytest.fixture
def story() -> Story:
    return Story(ANN, BOB, CAT)


async def lineage(
    db: AsyncConnection, video_id: str, moment: Moment, viewer: str | None = None, **more: Any
) -> Lineage:
    return await past.lineage(db, key=KEY, video_id=video_id, viewer=viewer, moment=moment, **more)


async def test_what_is_not_to_be_seen_now_keeps_its_place_and_its_count(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    story.remix("video_3", "video_2", CAT)
    then = Moment(instant=story.now)
    story.delete("video_2")
    tell(read_models, story)
    shown = await lineage(db, "video_1", then)
    assert shown.children == [Child(None, "remix", 1, True)]
    assert (shown.counts.children, shown.counts.descendants) == (1, 2)
    assert (await lineage(db, "video_3", then)).ancestors == [
        Ancestor(None, "remix", 1, True),
        Ancestor("video_1", "remix", 2, False),
    ]
    told = await lineage(db, "video_1", then, as_then=True)
    assert told.children == [Child("video_2", "remix", 1)]
    with pytest.raises(NotFound):
        await lineage(db, "video_3", Moment(instant=story.history[0].recorded_at))


async def test_pages_of_a_past_moment_follow_each_other(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_0", ANN)
    for n in range(1, 6):
        story.remix(f"video_{n}", "video_0", BOB)
    story.remix("video_a", "video_4", CAT)
    then = Moment(instant=story.now)
    story.remix("video_b", "video_2", CAT)
    story.remix("video_c", "video_2", CAT)
    tell(read_models, story)
    ids, more, cursor = [], [], None
    while True:
        page = await lineage(db, "video_0", then, limit=2, cursor=cursor)
        ids += [child.id for child in page.children]
        more.append(page.more)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert ids == ["video_4", "video_1", "video_2", "video_3", "video_5"]
    assert more == [3, 1, 0]
    empty(read_models)
