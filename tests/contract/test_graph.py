"""The remix graph against networkx: taints, kin, uses of characters; and what taints do, told as stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import networkx as nx
import psycopg
import pytest

from domain import catalog, moderation, video
from domain.errors import NotFound
from domain.ids import case_stream
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection
from projections.registry import REMIX_GRAPH
from projections.remix_graph import casting, drawing, kinship, past, query, reasons
from projections.remix_graph.kinship import Common, Step
from projections.remix_graph.moment import Moment
from projections.remix_graph.query import Ancestor, Child, Counts
from tests.examples import decided, imported, reversed_
from tests.given import remixed
from tests.histories import PLAIN, Story, World, make
from tests.projections import empty, fill

KEY = b"k" * 32
ANN, BOB, CAT = "acct_ann", "acct_bob", "acct_cat"
SCHEMA = REMIX_GRAPH.schema


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url, autocommit=True) as db:
        yield db


@pytest.fixture
def story() -> Story:
    return Story(ANN, BOB, CAT)


def tell(conn: Connection, world: World) -> None:
    fill(conn, REMIX_GRAPH, iter([world.history]), Epochs(world.epochs()))


def facts(world: World) -> Iterator[tuple[str, datetime, Any]]:
    for recorded in world.history:
        yield recorded.stream, recorded.recorded_at, catalog.decode(recorded.type, recorded.data)


def graph_of(world: World) -> nx.DiGraph[str]:
    """From parents to children."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for stream, at, event in facts(world):
        if isinstance(event, video.Queueing | video.VideoImported):
            graph.add_node(stream, at=at)
        if isinstance(event, video.Queueing):
            graph.add_edges_from((parent.video_id, stream) for parent in event.parents)
    return graph


def uses_of(world: World) -> dict[str, set[str]]:
    uses = defaultdict(set)
    for stream, _, event in facts(world):
        if isinstance(event, video.Queueing):
            for use in event.characters:
                uses[use.character_id].add(stream)
    return uses


def standing(world: World) -> dict[tuple[str, str], tuple[str, datetime]]:
    """Decisions that reach on and were not reversed."""
    found: dict[tuple[str, str], tuple[str, datetime]] = {}
    for _, at, event in facts(world):
        if isinstance(event, moderation.Decided) and event.action == "hide" and event.scope != "node":
            found.setdefault((event.subject, event.decision_id), (event.scope, at))
        elif isinstance(event, moderation.Reversed) or (
            isinstance(event, moderation.AppealResolved) and event.outcome == "reversed"
        ):
            found.pop((event.subject, event.decision_id), None)
    return found


@pytest.fixture(scope="module", params=[41, 42, 43, 44])
def world(request: pytest.FixtureRequest) -> World:
    return make(request.param, 900)


def test_taints_are_what_decisions_mean(read_models: Connection, world: World) -> None:
    tell(read_models, world)
    graph, uses = graph_of(world), uses_of(world)
    expected = set()
    for (subject, decision), (scope, at) in standing(world).items():
        if scope == "subtree":
            reached = nx.descendants(graph, subject) if subject in graph else set()
        else:
            reached = uses[subject]
        expected |= {(id_, decision, subject, graph.nodes[id_]["at"] > at) for id_ in reached}
    rows = read_models.execute(f"select video_id, decision_id, source_id, late from {SCHEMA}.taints".encode())
    assert set(rows) == expected


def test_some_history_has_taints_of_both_kinds() -> None:
    """So that the test above can fail."""
    scopes, late = set(), False
    for seed in (41, 42, 43, 44):
        world = make(seed, 900)
        graph = graph_of(world)
        for (subject, _), (scope, at) in standing(world).items():
            below = nx.descendants(graph, subject) if scope == "subtree" and subject in graph else set()
            reached = below | uses_of(world)[subject]
            scopes |= {scope} if reached else set()
            late |= any(graph.nodes[id_]["at"] > at for id_ in reached)
    assert (scopes, late) == ({"subtree", "uses_of_character"}, True)


async def test_kin_of_every_pair(read_models: Connection, db: AsyncConnection) -> None:
    world = make(51, 260)
    tell(read_models, world)
    graph = graph_of(world)
    ids = world.videos[-24:]
    up = {id_: nx.single_source_shortest_path_length(graph.reverse(copy=False), id_) for id_ in ids}
    met = 0
    for a in ids:
        for b in ids:
            both = up[a].keys() & up[b].keys()
            nearest = {id_ for id_ in both if not both & set(graph.successors(id_))}
            found = await kinship.common(db, a, b, None, reveal=True, limit=1_000)
            assert {each.id for each in found.nearest} == nearest
            assert all((each.up_a, each.up_b) == (up[a][each.id], up[b][each.id]) for each in found.nearest if each.id)
            assert found.total == len(both)
            way = await kinship.path(db, a, b, None, reveal=True)
            assert (way is None) == (not both)
            if way is not None:
                assert len(way) == min(up[a][id_] + up[b][id_] for id_ in both)
                assert walked(graph, a, way) == b
                met += bool(way)
    assert met > 20


def walked(graph: nx.DiGraph[str], at: str, way: list[Step]) -> str:
    """Where the steps lead."""
    for step in way:
        assert step.id is not None
        assert graph.has_edge(*((step.id, at) if step.direction == "up" else (at, step.id)))
        at = step.id
    return at


async def test_uses_and_their_families(read_models: Connection, db: AsyncConnection, world: World) -> None:
    tell(read_models, world)
    graph = graph_of(world)
    assert uses_of(world)
    for character, used in uses_of(world).items():
        first = {id_ for id_ in used if not used & set(graph.predecessors(id_))}
        below = set().union(*(nx.descendants(graph, id_) for id_ in first)) - used
        page = await casting.uses(db, character, None, descendants=True, sees_all=True, limit=1_000)
        assert (page.first, page.uses, page.descendants) == (len(first), len(used), len(below))
        assert {use.video_id for use in page.data} == used | below
        assert {use.video_id for use in page.data if not use.inherited} == first
        assert {use.video_id: use.descendants for use in page.data} == {
            id_: len(nx.descendants(graph, id_)) for id_ in used | below
        }
        narrow = await casting.uses(db, character, None, sees_all=True, limit=1_000)
        assert {use.video_id for use in narrow.data} == first


# Stories


def decide(story: Story, subject: str, decision: str = "decision_1", scope: str = "subtree") -> None:
    event = decided(decision_id=decision, subject=subject, scope=scope, action="hide", policy="hate")
    story.record(PLAIN, case_stream(subject), [event])


def reverse(story: Story, subject: str, decision: str = "decision_1") -> None:
    story.record(PLAIN, case_stream(subject), [reversed_(decision_id=decision, subject=subject)])


async def children(db: AsyncConnection, video_id: str) -> list[str | None]:
    found = await query.lineage(db, key=KEY, video_id=video_id, viewer=None)
    assert found.counts.children == len(found.children)
    return [child.id for child in found.children]


async def test_a_taint_explains_and_does_not_hide_what_was_there(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    """That is for the cascade, which restricts each video by an event that every read model knows."""
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    story.remix("video_3", "video_2", BOB)
    decide(story, "video_1")
    tell(read_models, story)
    assert await children(db, "video_1") == ["video_2"]
    [taint] = await reasons.taints(db, "video_3")
    assert (taint.source_id, taint.rule, taint.late, taint.restricted) == ("video_1", "hate", False, False)
    assert await reasons.taints(db, "video_1") == []
    story.restrict("video_2")
    tell(read_models, story)
    assert await children(db, "video_1") == []
    assert [taint.restricted for taint in await reasons.taints(db, "video_2")] == [True]


async def test_what_comes_after_the_decision_is_hidden_at_once(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    decide(story, "video_1")
    before = story.now
    story.remix("video_3", "video_2", CAT)
    tell(read_models, story)
    assert await children(db, "video_2") == []
    with pytest.raises(NotFound):
        await query.lineage(db, key=KEY, video_id="video_3", viewer=ANN)
    mine = await query.lineage(db, key=KEY, video_id="video_2", viewer=CAT)
    assert (mine.children, mine.counts) == ([Child("video_3", "remix", 0)], Counts(1, 1, 1))
    hidden = story.now
    reverse(story, "video_1")
    tell(read_models, story)
    assert await children(db, "video_2") == ["video_3"]
    assert await reasons.taints(db, "video_3") == []
    for then, shown in ((before, []), (hidden, []), (story.now, ["video_3"])):
        page = await past.lineage(db, key=KEY, video_id="video_2", viewer=None, moment=Moment(instant=then))
        assert [child.id for child in page.children] == shown


async def test_a_video_under_two_decisions_stays_hidden_when_one_is_reversed(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    decide(story, "video_1", "decision_1")
    decide(story, "video_2", "decision_2")
    story.remix("video_3", "video_2", CAT)
    reverse(story, "video_1", "decision_1")
    tell(read_models, story)
    assert await children(db, "video_2") == []
    assert [taint.decision_id for taint in await reasons.taints(db, "video_3")] == ["decision_2"]
    reverse(story, "video_2", "decision_2")
    tell(read_models, story)
    assert await children(db, "video_2") == ["video_3"]


async def test_an_imported_video_has_a_place(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.record(PLAIN, "video_1", [imported(owner_id=ANN)])
    tell(read_models, story)
    mine = await query.lineage(db, key=KEY, video_id="video_1", viewer=ANN)
    assert (mine.ancestors, mine.children) == ([], [])
    with pytest.raises(NotFound):
        await query.lineage(db, key=KEY, video_id="video_1", viewer=BOB)
    story.record(PLAIN, "video_1", [video.VideoPublished(
        owner_id=ANN, visibility="public", remixable=True, caption="", topics=())])  # fmt: skip
    tell(read_models, story)
    assert (await query.lineage(db, key=KEY, video_id="video_1", viewer=BOB)).counts == Counts(0, 0, 0)
    story.record(PLAIN, "video_1", [video.VideoUnpublished(owner_id=ANN), video.VideoDeleted(owner_id=ANN)])
    tell(read_models, story)
    with pytest.raises(NotFound):
        await query.lineage(db, key=KEY, video_id="video_1", viewer=ANN)


async def test_kin_that_may_not_be_seen(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", ANN)
    story.remix("video_3", "video_1", BOB)
    story.unpublish("video_1")
    tell(read_models, story)
    assert (await kinship.common(db, "video_2", "video_3", None)).nearest == [Common(None, 1, 1, True)]
    assert (await kinship.common(db, "video_2", "video_3", ANN)).nearest == [Common("video_1", 1, 1, False)]
    way = await kinship.path(db, "video_2", "video_3", None)
    assert way == [Step(None, "up", "remix", True), Step("video_3", "down", "remix", False)]
    assert (await kinship.common(db, "video_2", "video_1", BOB)).nearest == [Common("video_1", 1, 0, False)]
    assert await kinship.path(db, "video_2", "video_2", None) == []
    shown = await query.lineage(db, key=KEY, video_id="video_1", viewer=BOB, reveal=True)
    assert shown.counts.children == 2
    above = await query.lineage(db, key=KEY, video_id="video_2", viewer=CAT, reveal=True)
    assert above.ancestors == [Ancestor("video_1", "remix", 1, False)]


async def test_uses_as_far_as_one_may_see(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    cast = (video.CharacterUse(character_id="char_1", consent_version=2),)
    edge = video.Parent(video_id="video_1", relation="remix", owner_id=ANN)
    story.record(PLAIN, "video_2", [remixed(owner_id=BOB, parents=(edge,), characters=cast)])
    tell(read_models, story)
    for viewer, sees_all, shown in (
        (None, False, []),
        (CAT, False, []),
        (BOB, False, ["video_2"]),
        (CAT, True, ["video_2"]),
    ):
        page = await casting.uses(db, "char_1", viewer, sees_all=sees_all)
        assert [use.video_id for use in page.data] == shown
        assert page.uses == len(shown)


async def test_a_drawing_of_what_may_be_seen(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    story.remix("video_3", "video_2", CAT)
    story.remix("video_4", "video_3", CAT)
    for number in range(5):
        story.remix(f"video_5{number}", "video_3", BOB)
    story.remix("video_6", "video_4", BOB)
    then = Moment(instant=story.now)
    story.unpublish("video_1")
    story.delete("video_50")
    tell(read_models, story)

    async def drawn(**asked: Any) -> list[tuple[int, str | None, str, int]]:
        found = await drawing.drawing(db, key=KEY, video_id="video_3", viewer=None, limit=2, **asked)
        assert {edge.relation for edge in found.edges} == {"remix"}
        assert len(found.edges) == sum(node.kind == "video" for node in found.nodes) - 1
        return [(node.layer, node.id, node.kind, node.count) for node in found.nodes]

    assert await drawn() == [
        (-2, None, "video", 0), (-1, "video_2", "video", 0), (0, "video_3", "video", 6), (1, "video_4", "video", 1),
        (1, "video_51", "video", 0), (1, None, "more", 3), (2, "video_6", "video", 0),
    ]  # fmt: skip
    assert await drawn(moment=then, up=1) == [
        (-1, "video_2", "video", 0), (0, "video_3", "video", 7), (1, "video_4", "video", 1), (1, None, "video", 0),
        (1, None, "more", 4), (2, "video_6", "video", 0),
    ]  # fmt: skip
    assert [row[1] for row in await drawn(moment=then, up=0, below=0, as_then=True)] == [
        "video_3", "video_4", "video_50", None,
    ]  # fmt: skip
    empty(read_models)
