"""What every read model promises: the same rows for any merge of the logs, any batch sizes and any repeats; and the
rows that the history means, counted here apart from the read models' SQL."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from domain import catalog, character, engagement, moderation, video
from projections import inserting, install
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.model import ReadModel
from projections.registry import FEED, MODELS
from tests.histories import World, make
from tests.projections import batches, dump, fill, merged

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def conn(read_models_url: str) -> Iterator[Connection]:
    with connect(read_models_url) as conn:
        yield conn


@pytest.fixture(scope="module", params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return make(request.param, 1_200)


def filled(conn: Connection, model: ReadModel, world: World, schema: str, dice: random.Random, largest: int) -> Any:
    install.create(conn, model, schema)
    events = merged(world.logs(), dice)
    fill(conn, model, batches(events, dice, largest), Epochs(world.epochs()), schema=schema)
    return dump(conn, schema)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_any_merge_and_any_batch_size_give_the_same_rows(
    conn: Connection, model: ReadModel, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = None
    for number, (largest, few) in enumerate([(1, 100), (4, 1), (30, 1), (10_000, 100)]):
        monkeypatch.setattr(inserting, "FEW", few)  # rows that are copied are the rows that are inserted
        schema = f"{model.name}_{time.monotonic_ns()}"
        rows = filled(conn, model, world, schema, random.Random(number), largest)
        expected = expected or rows
        for table in expected:
            assert rows[table] == expected[table], f"{model.name}.{table} with batches of up to {largest}"
        conn.execute(f"drop schema {schema} cascade".encode())


def facts(world: World) -> Iterator[tuple[str, Any]]:
    for recorded in world.history:
        yield recorded.stream, catalog.decode(recorded.type, recorded.data)


def likes_of(world: World) -> set[tuple[str, str, bool]]:
    likes: dict[tuple[str, str], tuple[bool, bool]] = {}
    for _, event in facts(world):
        if isinstance(event, engagement.Liked | engagement.Unliked):
            own = event.account_id == event.owner_id
            likes[event.video_id, event.account_id] = isinstance(event, engagement.Liked), own
    return {(*pair, own) for pair, (likes_it, own) in likes.items() if likes_it}


def parents_of(world: World) -> dict[str, list[video.Parent]]:
    """Of every video; an imported one has none."""
    return {
        stream: list(getattr(event, "parents", ()))
        for stream, event in facts(world)
        if isinstance(event, video.Queueing | video.VideoImported)
    }


def restricted_in(world: World) -> set[str]:
    causes: dict[str, set[str]] = defaultdict(set)
    for stream, event in facts(world):
        if isinstance(event, video.VideoRestricted):
            causes[stream].add(event.cause_id)
        elif isinstance(event, video.RestrictionLifted):
            causes[stream].discard(event.cause_id)
    return {stream for stream, left in causes.items() if left}


def public_of(world: World) -> set[str]:
    """Published for everyone, and not restricted."""
    public: dict[str, bool] = {}
    for stream, event in facts(world):
        if isinstance(event, video.VideoPublished):
            public[stream] = event.visibility == "public"
        elif isinstance(event, video.VideoUnpublished | video.VideoDeleted):
            public[stream] = False
    return {stream for stream, is_public in public.items() if is_public} - restricted_in(world)


def ended(world: World, *kinds: type) -> set[str]:
    return {stream for stream, event in facts(world) if isinstance(event, kinds)}


@pytest.fixture(scope="module")
def schemas(conn: Connection, world: World) -> Iterator[dict[str, str]]:
    """All read models, filled from the world."""
    names = {model.name: f"{model.name}_{time.monotonic_ns()}" for model in MODELS}
    for model in MODELS:
        filled(conn, model, world, names[model.name], random.Random(7), 40)
    yield names
    for schema in names.values():
        conn.execute(f"drop schema {schema} cascade".encode())


def select(conn: Connection, query: str) -> list[Any]:
    return conn.execute(query.encode()).fetchall()


def test_states_likes_and_children(conn: Connection, world: World, schemas: dict[str, str]) -> None:
    schema = schemas["videos"]
    deleted = ended(world, video.VideoDeleted)
    assert dict(select(conn, f"select id, count from {schema}.like_counts")) == Counter(
        video_id for video_id, _, _ in likes_of(world)
    )
    children: Counter[str] = Counter()
    for child, parents in parents_of(world).items():
        if child not in deleted:
            children.update({parent.video_id for parent in parents})
    assert dict(select(conn, f"select id, count from {schema}.remix_counts")) == children
    states = dict(select(conn, f"select id, state from {schema}.videos"))
    assert states.keys() == parents_of(world).keys()
    assert {id_ for id_, state in states.items() if state == "deleted"} == deleted
    for state_, kind in (("failed", video.GenerationFailed), ("cancelled", video.GenerationCancelled)):
        assert {id_ for id_, state in states.items() if state == state_} == ended(world, kind) - deleted
    hidden = {id_ for (id_,) in select(conn, f"select id from {schema}.videos where restrictions <> '[]'")}
    assert hidden == restricted_in(world)
    assert hidden & {id_ for (id_,) in select(conn, f"select id from {schema}.videos where visibility = 'public'")}


def test_comments(conn: Connection, world: World, schemas: dict[str, str]) -> None:
    schema = schemas["videos"]
    said = {event.comment_id for _, event in facts(world) if isinstance(event, engagement.Commented)}
    deleted = {event.comment_id for _, event in facts(world) if isinstance(event, engagement.CommentDeleted)}
    rows = dict(select(conn, f"select id, text is null from {schema}.comments"))
    assert rows.keys() == said
    assert {id_ for id_, is_gone in rows.items() if is_gone} == deleted
    decided: dict[tuple[str, str], bool] = {}
    for _, event in facts(world):
        if isinstance(event, moderation.Decided) and event.action == "hide":
            decided[event.subject, event.decision_id] = True
        elif isinstance(event, moderation.Reversed) or (
            isinstance(event, moderation.AppealResolved) and event.outcome == "reversed"
        ):
            decided[event.subject, event.decision_id] = False
    wanted = {pair for pair, holds in decided.items() if holds and pair[0] in said}
    assert set(select(conn, f"select comment_id, decision_id from {schema}.hidden_comments")) == wanted
    assert wanted
    shares = Counter(event.video_id for _, event in facts(world) if isinstance(event, engagement.Shared))
    assert dict(select(conn, f"select id, count from {schema}.share_counts")) == shares


def test_characters(conn: Connection, world: World, schemas: dict[str, str]) -> None:
    schema = schemas["characters"]
    uses = {
        (use.character_id, stream, use.consent_version)
        for stream, event in facts(world)
        if isinstance(event, video.Queueing)
        for use in event.characters
    }
    assert set(select(conn, f"select character_id, video_id, consent_version from {schema}.uses")) == uses
    states, versions = {}, set()
    for stream, event in facts(world):
        match event:
            case character.CharacterCreated(kind=kind):
                states[stream] = "unverified" if kind == "person" else "active"
                versions.add((stream, 1, "only_me"))
            case character.CharacterVerified():
                states[stream] = "active"
            case character.ConsentChanged() if states[stream] != "unverified":
                states[stream] = "active"
            case character.ConsentRevoked():
                states[stream] = "revoked"
            case character.CharacterDeleted():
                states[stream] = "deleted"
        if isinstance(event, character.ConsentChanged | character.ConsentRevoked):
            versions.add((stream, event.version, getattr(event, "audience", None)))
    assert dict(select(conn, f"select id, state from {schema}.characters")) == states
    assert set(select(conn, f"select character_id, version, audience from {schema}.consents")) == versions
    assert {"active", "deleted"} <= set(states.values())
    assert None in {audience for _, _, audience in versions}


def test_feed_counts(conn: Connection, world: World, schemas: dict[str, str]) -> None:
    schema = schemas["feed"]
    likes = Counter(video_id for video_id, _, own in likes_of(world) if not own)
    gone = ended(world, video.VideoDeleted, video.GenerationFailed, video.GenerationCancelled)
    owners = {stream: event.owner_id for stream, event in facts(world) if isinstance(event, video.Queueing)}
    remixes: Counter[str] = Counter()
    for child, parents in parents_of(world).items():
        if child not in gone:
            remixes.update({parent.video_id for parent in parents if parent.owner_id != owners[child]})
    rows = select(conn, f"select video_id, sum(likes)::int, sum(remixes)::int from {schema}.hours group by 1")
    assert {id_: n for id_, n, _ in rows if n} == likes
    assert {id_: n for id_, _, n in rows if n} == remixes
    shown = {id_ for (id_,) in select(conn, f"select video_id from {schema}.items where visibility = 'public'")}
    assert shown == public_of(world)


def test_graph(conn: Connection, world: World, schemas: dict[str, str]) -> None:
    schema = schemas["remix_graph"]
    up = {child: {parent.video_id for parent in parents} for child, parents in parents_of(world).items()}
    edges = {(child, parent) for child, parents in up.items() for parent in parents}
    assert set(select(conn, f"select child, parent from {schema}.edges")) == edges
    distances = {(ancestor, id_): n for id_ in up for ancestor, n in distances_up(up, id_).items()}
    rows = select(conn, f"select ancestor, descendant, depth from {schema}.closure")
    assert {(ancestor, descendant): n for ancestor, descendant, n in rows} == distances
    assert any(n > 3 for n in distances.values())
    late = {id_ for (id_,) in select(conn, f"select video_id from {schema}.taints where late")}  # see test_graph.py
    public = public_of(world) - late
    descendants = Counter(ancestor for ancestor, id_ in distances if id_ in public)
    children = Counter(parent for child, parent in edges if child in public)
    rows = select(conn, f"select id, children, descendants from {schema}.counts")
    assert {id_: n for id_, n, _ in rows if n} == children
    assert {id_: n for id_, _, n in rows if n} == descendants
    copies = select(conn, f"select child, listed, descendants from {schema}.edges")
    assert all(listed == (child in public) and n == descendants[child] for child, listed, n in copies)


def distances_up(up: dict[str, set[str]], start: str) -> dict[str, int]:
    found: dict[str, int] = {}
    level, depth = up[start], 1
    while level:
        found |= {id_: depth for id_ in level if id_ not in found}
        level = {above for id_ in level for above in up.get(id_, ()) if above not in found}
        depth += 1
    return found


def test_installing_twice_changes_nothing(read_models: Connection) -> None:
    fill(read_models, FEED, iter([make(1, 10).history]), Epochs(make(1, 10).epochs()))
    before = dump(read_models, FEED.schema)
    install.install(read_models)
    assert dump(read_models, FEED.schema) == before
    assert before["logs"]


def test_each_model_and_version_has_its_own_schema_and_lock() -> None:
    newer = msgspec.structs.replace(FEED, version=FEED.version + 1)
    assert len({model.lock for model in (*MODELS, newer)}) == len(MODELS) + 1
    assert len({model.schema for model in (*MODELS, newer)}) == len(MODELS) + 1
