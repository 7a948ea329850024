"""What a decision would be about: counted, and told from another list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import psycopg
import pytest

from domain import catalog
from domain.preview import Census, Share, Survey, digest_of
from domain.recorded import Position
from domain.video import CharacterUse, Parent, VideoRemixed
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection
from projections.feed.reach import served_among
from projections.registry import REMIX_GRAPH
from projections.remix_graph import survey
from projections.remix_graph.survey import SAMPLE
from tests.examples import imported
from tests.given import remixed
from tests.histories import PLAIN, Story, World, make
from tests.projections import empty, fill

ANN, BOB, CAT = "acct_ann", "acct_bob", "acct_cat"


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url, autocommit=True) as db:
        yield db


@pytest.fixture
def story() -> Story:
    return Story(ANN, BOB, CAT)


def tell(conn: Connection, world: World) -> None:
    fill(conn, REMIX_GRAPH, iter([world.history]), Epochs(world.epochs()))


def heads(world: World) -> list[Position]:
    return [Position(*log, events[-1].position) for log, events in world.logs().items()]


async def look(
    db: AsyncConnection, world: World, subject: str, scope: str, owner: str, at: Sequence[Position] | None = None
) -> Survey:
    found, ids = await survey.survey_with_ids(db, subject, scope, owner, heads(world) if at is None else at)
    assert len(ids.split()) == found.total
    return found


async def test_a_family_is_counted(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_5", ANN)
    story.remix("video_1", "video_5", BOB)
    story.remix("video_2", "video_1", BOB, public=False)
    story.remix("video_3", "video_1", CAT)
    story.remix("video_4", "video_5", CAT)
    story.delete("video_4")
    story.restrict("video_3")
    story.create("video_9", ANN)
    tell(read_models, story)
    found = await look(db, story, "video_5", "subtree", ANN)
    ids = ["video_1", "video_2", "video_3", "video_4", "video_5"]
    assert (found.digest, found.total, found.sample) == (digest_of("video_5", "subtree", ids), 5, tuple(ids))
    assert found.census == Census(
        drafts=1,
        published=3,
        deleted=1,
        hidden=1,
        others=4,
        authors=3,
        kinds={"create": 1, "remix": 4},
        distances={0: 1, 1: 2, 2: 2},
        top_authors=(Share(BOB, 2), Share(CAT, 2), Share(ANN, 1)),
    )


async def test_one_video_or_what_is_none(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.record(PLAIN, "video_2", [imported(owner_id=BOB)])
    tell(read_models, story)
    found = await look(db, story, "video_2", "node", BOB)
    assert (found.total, found.digest) == (1, digest_of("video_2", "node", ["video_2"]))
    assert (found.census.kinds, found.census.drafts, found.census.others) == ({"import": 1}, 1, 0)
    comment = await look(db, story, "comment_1", "node", ANN)
    assert (comment.total, comment.sample, comment.census.authors) == (1, ("comment_1",), 0)
    assert comment.digest == digest_of("comment_1", "node", ["comment_1"])


async def test_uses_of_a_character(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_0", ANN)
    cast = (CharacterUse(character_id="char_1", consent_version=1),)
    for number in range(1, SAMPLE + 5):
        edge = Parent(video_id="video_0", relation="remix", owner_id=ANN)
        event = remixed(owner_id=BOB, parents=(edge,), characters=cast)
        assert isinstance(event, VideoRemixed)
        story.record(PLAIN, f"video_{100 + number}", [event])
    tell(read_models, story)
    found = await look(db, story, "char_1", "uses_of_character", ANN)
    ids = [f"video_{100 + number}" for number in range(1, SAMPLE + 5)]
    assert (found.total, found.digest) == (SAMPLE + 4, digest_of("char_1", "uses_of_character", ids))
    assert list(found.sample) == ids[:SAMPLE]
    assert found.census.distances == {0: SAMPLE + 4}
    nobody = await look(db, story, "char_2", "uses_of_character", ANN)
    assert (nobody.total, nobody.digest, nobody.sample) == (0, digest_of("char_2", "uses_of_character", []), ())


async def test_the_same_list_is_made_again_when_more_is_there(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", ANN)
    for number in range(2, 6):
        story.remix(f"video_{number}", "video_1", BOB)
    tell(read_models, story)
    seen = await look(db, story, "video_1", "subtree", ANN)
    story.remix("video_0", "video_5", CAT)
    story.delete("video_3")
    tell(read_models, story)
    now = await survey.recount(db, "video_1", "subtree", seen.positions)
    assert (now.digest, now.total, seen.total) == (seen.digest, 6, 5)
    again = await look(db, story, "video_1", "subtree", ANN, seen.positions)
    assert (again.digest, again.total) == (seen.digest, 5)
    assert (await look(db, story, "video_1", "subtree", ANN)).digest != seen.digest
    lacking = await survey.recount(db, "video_1", "subtree", [])
    assert (lacking.digest, lacking.total) == (digest_of("video_1", "subtree", []), 6)


async def test_every_family_of_a_history(read_models: Connection, db: AsyncConnection) -> None:
    """Against a plain walk over the events."""
    world = make(31, 400)
    tell(read_models, world)
    down: dict[str, set[str]] = {}
    for child, parents in ((video_id, _parents(world, video_id)) for video_id in world.videos):
        for parent in parents:
            down.setdefault(parent, set()).add(child)
    sizes = set()
    for video_id in world.videos:
        family, left = {video_id}, [video_id]
        while left:
            fresh = down.get(left.pop(), set()) - family
            family |= fresh
            left += fresh
        found = await look(db, world, video_id, "subtree", "")
        assert (found.total, found.digest) == (len(family), digest_of(video_id, "subtree", sorted(family)))
        assert sum(found.census.kinds.values()) == sum(found.census.distances.values()) == len(family)
        sizes.add(len(family))
    assert len(sizes) > 3


def _parents(world: World, video_id: str) -> set[str]:
    first = next(recorded for recorded in world.history if recorded.stream == video_id)
    event = catalog.decode(first.type, first.data)
    return {parent.video_id for parent in getattr(event, "parents", ())}


async def test_what_feeds_have_served(read_models: Connection, db: AsyncConnection) -> None:
    read_models.execute("insert into feed_state.impressions values ('video_1', 100), ('video_2', 1), ('video_3', 7)")
    assert await served_among(db, "video_1 video_2 video_4") == 2
    assert await served_among(db, "") == 0
    empty(read_models)
