"""The feed: what its rows mean, counted here apart from its SQL; and what its pages answer, told as stories."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from commands.work import ACCOUNT, RANKER, VIDEO
from domain import account, catalog, policy, video
from domain.errors import NotFound
from domain.policy import RankerParameters
from domain.steering import Active, Rule, styles_of
from projections import install
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection, connect
from projections.feed import history, memory, rankers, sessions, sources
from projections.feed import query as feed
from projections.feed.apply import die_of
from projections.feed.query import FeedPage
from projections.feed.ranker import RANKER as BUILT_IN
from projections.registry import FEED
from tests.histories import Story, World, make
from tests.projections import batches, fill, merged, tell

KEY = b"k" * 32
ANN, BOB, CAT = "acct_ann", "acct_bob", "acct_cat"
REX, TOM = "char_rex", "char_tom"


# What the rows mean


@pytest.fixture(scope="module", params=(1, 2, 3))
def world(request: pytest.FixtureRequest) -> World:
    return make(request.param, 800)


@pytest.fixture(scope="module")
def filled(read_models_url: str, world: World) -> Iterator[tuple[Connection, str]]:
    schema, dice = f"feed_{time.monotonic_ns()}", random.Random(7)
    with connect(read_models_url) as conn:
        install.create(conn, FEED, schema)
        fill(conn, FEED, batches(merged(world.logs(), dice), dice, 40), Epochs(world.epochs()), schema=schema)
        yield conn, schema
        conn.execute(f"drop schema {schema} cascade".encode())


def facts(world: World) -> Iterator[tuple[str, Any]]:
    for recorded in world.history:
        yield recorded.stream, catalog.decode(recorded.type, recorded.data)


def queued(world: World) -> dict[str, video.Queueing]:
    return {stream: event for stream, event in facts(world) if isinstance(event, video.Queueing)}


def select(filled: tuple[Connection, str], query: str) -> list[Any]:
    conn, schema = filled
    return conn.execute(query.replace("feed.", f"{schema}.").encode()).fetchall()


def test_a_family_is_called_by_the_highest_first_parent(filled: tuple[Connection, str], world: World) -> None:
    made = queued(world)

    def family(id_: str) -> str:
        parents = made[id_].parents if id_ in made else ()  # an import has none
        return family(parents[0].video_id) if parents else id_

    families = dict(select(filled, "select video_id, family from feed.origins where family <> '' order by 1"))
    assert {id_: families[id_] for id_ in made} == {id_: family(id_) for id_ in made}
    assert any(sum(each == name for each in families.values()) > 2 for name in set(families.values()))
    items = dict(select(filled, "select video_id, family from feed.items"))
    assert items == {id_: families[id_] for id_ in items}
    assert items


def test_characters_topics_and_styles(filled: tuple[Connection, str], world: World) -> None:
    made, topics, public = queued(world), {}, set()
    for stream, event in facts(world):
        if isinstance(event, video.VideoPublished):
            topics[stream] = set(event.topics)
    rows = select(filled, "select video_id, characters, topics, styles, visibility, die from feed.items")
    for id_, characters, found, styles, visibility, die in rows:
        if id_ in made:
            assert characters == sorted({use.character_id for use in made[id_].characters})
            relation = made[id_].parents[0].relation if made[id_].parents else None
            assert set(styles) == styles_of(relation, made[id_].seconds, made[id_].size)
        assert die == die_of(id_)
        assert set(found) in (set(), topics[id_])
        if visibility == "public":
            public |= {(id_, label) for label in (*characters, *(f"topic:{topic}" for topic in found))}
    assert set(select(filled, "select video_id, label from feed.labels")) == public
    assert {label[:5] for _, label in public} >= {"topic"}


def test_blocks_and_rankers(filled: tuple[Connection, str], world: World) -> None:
    blocks: dict[str, set[str]] = defaultdict(set)
    changed = []
    for stream, event in facts(world):
        match event:
            case account.AccountBlocked():
                blocks[stream].add(event.blocked_id)
            case account.AccountUnblocked():
                blocks[stream].discard(event.blocked_id)
            case account.AccountErased():
                blocks[stream].clear()
            case policy.RankerChanged():
                changed.append((len(changed) + 1, event.ranker, event.weights))
    wanted = {(by, other) for by, others in blocks.items() for other in others}
    assert set(select(filled, "select account_id, blocked_id from feed.blocks")) == wanted
    assert select(filled, "select version, ranker, weights from feed.rankers order by 1") == changed
    assert wanted
    assert changed


# What the pages answer


@pytest.fixture
def conn(read_models: Connection) -> Connection:
    return read_models


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url, autocommit=True) as db:
        yield db


@pytest.fixture
def story() -> Story:
    return Story(ANN, BOB, CAT)


def make_video(
    story: Story, id_: str, by: str, *, cast: tuple[str, ...] = (), topics: tuple[str, ...] = (), parent: str = ""
) -> None:
    """A published one."""
    if parent:
        story.remix(id_, parent, by, public=False)
    else:
        event = msgspec.structs.replace(
            _created(story, id_, by),
            characters=tuple(video.CharacterUse(character_id=each, consent_version=1) for each in cast),
        )
        story.record(VIDEO, id_, [event])
        story.complete(id_)
    story.record(VIDEO, id_, video.publish(id_, story.state(VIDEO, id_), by, "public", True, "", topics))


def _created(story: Story, id_: str, by: str) -> video.VideoCreated:
    return video.VideoCreated(
        owner_id=by, model="sora-2", resolved_model="sketch-1", prompt="a cat", seconds=4, size="256x144", seed=1,
        tier="free", hold_id=None, depth=0, ancestor_bound=0,
    )  # fmt: skip


def open_accounts(story: Story, *accounts: str) -> None:
    for each in accounts:
        story.record(ACCOUNT, each, account.open_account(story.state(ACCOUNT, each), each, each))


def rule(effect: Any, kind: Any, value: str, weight: int = 3) -> Rule:
    return Rule("rule_1", effect, kind, value, weight, None)


async def look(db: AsyncConnection, story: Story, viewer: str | None, cut: str = "for_you", **more: Any) -> FeedPage:
    known: dict[str, Any] = {"limit": 10, "cursor": None, "now": story.now}
    return await feed.page(db, key=KEY, viewer=viewer, cut=cut, **{**known, **more})


def ids(page: FeedPage) -> list[str]:
    return [item.video_id for item in page.items]


@pytest.mark.parametrize("cut", ["for_you", "latest", "following"])
async def test_whoever_blocks_or_is_blocked_or_muted_does_not_exist(
    conn: Connection, db: AsyncConnection, story: Story, cut: str
) -> None:
    open_accounts(story, ANN, BOB, CAT)
    for number, by in enumerate((BOB, CAT, "acct_dan", "acct_eve")):
        make_video(story, f"video_{number}", by)
        story.follow(ANN, by)
    story.record(ACCOUNT, ANN, account.block(story.state(ACCOUNT, ANN), ANN, BOB))
    story.record(ACCOUNT, CAT, account.block(story.state(ACCOUNT, CAT), CAT, ANN))
    tell(conn, story)
    muted = Active(muted=frozenset({"acct_dan"}))
    page = await look(db, story, ANN, cut, wishes=muted, limit=1)
    assert (ids(page), page.next_cursor) == (["video_3"], None)
    story.record(ACCOUNT, ANN, account.unblock(story.state(ACCOUNT, ANN), ANN, BOB))
    tell(conn, story)
    assert sorted(ids(await look(db, story, ANN, cut))) in (
        ["video_0", "video_2", "video_3"],
        ["video_0", "video_2"],  # for-you leaves out what was served
    )


async def test_a_block_counts_for_the_rest_of_a_frozen_ranking(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    open_accounts(story, ANN, BOB)
    for number in range(6):
        make_video(story, f"video_{number}", BOB if number < 3 else CAT)
    tell(conn, story)
    first = await look(db, story, ANN, limit=1)
    story.record(ACCOUNT, BOB, account.block(story.state(ACCOUNT, BOB), BOB, ANN))
    tell(conn, story)
    muted = Active((rule("mute", "author", CAT),))
    rest = await look(db, story, ANN, cursor=first.next_cursor)
    assert {item.author_id for item in rest.items} == {CAT}
    assert (await look(db, story, ANN, cursor=first.next_cursor, wishes=muted)).items == []


async def test_pages_go_on_behind_many_that_became_invisible(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    open_accounts(story, ANN, BOB)
    story.follow(ANN, BOB)
    for number in range(12):
        make_video(story, f"video_{number:02}", BOB if number < 10 else CAT)
    _set_ranker(story, {"follow": 1.0})
    tell(conn, story)
    first = await look(db, story, ANN, limit=1)
    story.record(ACCOUNT, BOB, account.block(story.state(ACCOUNT, BOB), BOB, ANN))
    tell(conn, story)
    second = await look(db, story, ANN, limit=1, cursor=first.next_cursor)
    third = await look(db, story, ANN, limit=1, cursor=second.next_cursor)
    assert [ids(page) for page in (second, third)] == [["video_11"], ["video_10"]]
    assert third.next_cursor is None


@pytest.mark.parametrize(
    ("kind", "value"), [("topic", "sea"), ("character", REX), ("author", BOB), ("style", "landscape")]
)
async def test_what_is_muted_is_not_drawn(
    conn: Connection, db: AsyncConnection, story: Story, kind: str, value: str
) -> None:
    make_video(story, "video_1", BOB, cast=(REX,), topics=("sea",))
    story.record(VIDEO, "video_2", [msgspec.structs.replace(_created(story, "video_2", CAT), size="144x256")])
    story.complete("video_2")
    story.publish("video_2")
    tell(conn, story)
    for cut in ("for_you", "latest"):
        page = await look(db, story, ANN, cut, wishes=Active((rule("mute", kind, value),)))
        assert ids(page) == ["video_2"]
    moved_down = await look(db, story, "acct_dan", wishes=Active((rule("mute", kind, value, 2),)))
    assert ids(moved_down) == ["video_2", "video_1"]
    assert moved_down.items[1].why.terms["steering"] == -2.0


async def test_what_is_wished_is_drawn_and_says_so(conn: Connection, db: AsyncConnection, story: Story) -> None:
    make_video(story, "video_1", BOB, topics=("sea",))
    make_video(story, "video_2", BOB)
    make_video(story, "video_3", CAT, cast=(REX,))
    tell(conn, story)
    wishes = Active((rule("boost", "topic", "sea", 2), rule("boost", "author", CAT, 1)))
    first, second, _ = (await look(db, story, ANN, wishes=wishes)).items
    assert (first.video_id, first.why.source, first.why.terms["steering"]) == ("video_1", "steering", 2.0)
    assert (second.video_id, second.why.source, second.why.terms["steering"]) == ("video_3", "steering", 1.0)
    assert first.why.weights["steering"] == BUILT_IN.weights["steering"]


async def test_what_is_liked_is_drawn_and_says_so(conn: Connection, db: AsyncConnection, story: Story) -> None:
    """Behind the few that the hot source may bring, there is what has a character or topic that was liked."""
    make_video(story, "video_1", BOB, cast=(REX,), topics=("sea",))
    make_video(story, "video_2", BOB, cast=(REX,))
    make_video(story, "video_3", BOB, topics=("sea",))
    for number in range(4, 8):
        make_video(story, f"video_{number}", CAT)
    story.like("video_1", ANN)
    _set_ranker(story, BUILT_IN.weights, RankerParameters(hot_limit=1, fresh_limit=0))
    tell(conn, story)
    why = {item.video_id: item.why for item in (await look(db, story, ANN)).items}
    assert {id_: why[id_].source for id_ in ("video_2", "video_3")} == dict.fromkeys(("video_2", "video_3"), "affinity")
    assert why["video_2"].terms["affinity"] == 1.0
    nobody = {item.video_id: item.why for item in (await look(db, story, "acct_eve")).items}
    assert "affinity" not in {each.source for each in nobody.values()}


async def test_not_personalised_is_by_what_was_said_only(conn: Connection, db: AsyncConnection, story: Story) -> None:
    make_video(story, "video_1", BOB, topics=("sea",))
    for number in range(2, 6):
        make_video(story, f"video_{number}", CAT, topics=("sea",))
    story.like("video_1", ANN)
    story.follow(ANN, CAT)
    tell(conn, story)
    one = await look(db, story, ANN, personalised=False, wishes=Active((rule("boost", "topic", "sea", 1),)))
    two = await look(db, story, ANN, personalised=False, wishes=Active((rule("boost", "topic", "sea", 1),)))
    assert ids(one) == ids(two)  # what was served comes again
    assert {item.why.source for item in one.items} == {"follow", "steering"}
    assert all("affinity" not in item.why.terms for item in one.items)
    assert (one.personalised, (await look(db, story, ANN)).personalised) == (False, True)


async def test_seen_lasts_longer_than_served(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for number in range(3):
        make_video(story, f"video_{number}", BOB)
    tell(conn, story)
    shown = ids(await look(db, story, ANN, limit=2))
    assert await memory.see(db, ANN, [shown[0], "video_9"], story.now) == 1
    assert await memory.see(db, CAT, shown, story.now) == 0  # nothing was served to it
    story.wait(days=4)
    page = await look(db, story, ANN, limit=2)
    assert shown[0] not in ids(page)
    assert shown[1] in ids(page)
    assert {item.why.source for item in page.items} != {"again"}
    story.wait(days=11)
    await db.execute("delete from feed_state.served")
    assert shown[0] in ids(await look(db, story, ANN, limit=3))


async def test_the_cut_of_a_character(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for number in range(5):
        make_video(story, f"video_{number}", BOB, cast=(REX,) if number % 2 == 0 else (TOM,))
    story.unpublish("video_2")
    tell(conn, story)
    first = await look(db, story, None, "character", character=REX, limit=1)
    assert ids(first) == ["video_4"]
    rest = await look(db, story, None, "character", character=REX, cursor=first.next_cursor)
    assert (ids(rest), rest.items[0].why.source) == (["video_0"], "character")
    with pytest.raises(Exception, match="cursor"):
        await look(db, story, None, "character", character=TOM, cursor=first.next_cursor)


async def test_fresh_ones_are_drawn_by_lot_among_all_of_the_last_days(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    for number in range(60):
        make_video(story, f"video_{number:02}", f"acct_{number}")
        story.wait(hours=2)
    tell(conn, story)
    few = RankerParameters(fresh_limit=8, hot_limit=1)
    viewer = sources.Viewer(ANN)
    draws = [
        {
            each.video_id
            for each in await sources.candidates(db, viewer, Active(), few, story.now, die, personalised=True)
            if each.source == "fresh"
        }
        for die in ("one", "two", "three", "four", "five", "six")
    ]
    assert {len(draw) for draw in draws} <= {7, 8}  # one may be the hot one, too
    assert len({min(draw) for draw in draws}) > 2  # not the newest each time
    assert min(set.union(*draws)) < "video_25"
    story.wait(days=10)
    old = await sources.candidates(db, viewer, Active(), few, story.now, "one", personalised=True)
    assert not any(each.fresh for each in old)


def _set_ranker(story: Story, weights: dict[str, float], parameters: RankerParameters | None = None) -> None:
    state = story.state(RANKER, policy.RANKER)
    changed = policy.change_ranker(
        state, f"test-{state.version + 1}", weights, "a test", "acct_admin", parameters=parameters
    )
    story.record(RANKER, policy.RANKER, changed)


async def test_the_newest_ranker_ranks(conn: Connection, db: AsyncConnection, story: Story) -> None:
    make_video(story, "video_1", BOB)
    make_video(story, "video_2", CAT)
    story.like("video_1", CAT)
    tell(conn, story)
    before = await look(db, story, ANN)
    _set_ranker(story, {"hot": -1.0})
    tell(conn, story)
    after = await look(db, story, "acct_dan")
    assert (ids(before), ids(after)) == (["video_1", "video_2"], ["video_2", "video_1"])
    assert [(page.items[0].why.ranker, page.items[0].why.version) for page in (before, after)] == [
        ("built-in-2", 0),
        ("test-1", 1),
    ]


async def test_a_stored_page_is_found_again_and_a_changed_one_is_not(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    for number in range(30):
        make_video(story, f"video_{number:02}", f"acct_{number % 4}", topics=("sea",) if number % 3 else ())
    _set_ranker(story, {**BUILT_IN.weights, "hot": 0.7}, RankerParameters(author_decay=0.3))
    tell(conn, story)
    wishes = Active((rule("boost", "topic", "sea", 2),))
    page = await look(db, story, ANN, wishes=wishes)
    assert page.session
    session = await sessions.load(db, page.session)
    assert [each.video_id for each in session.items[:10]] == ids(page)
    known = await rankers.of_version(db, session.ranker.version)
    assert (session.ranker.version, sessions.differences(session, known)) == (1, [])
    story.wait(days=20)
    _set_ranker(story, {"hot": -1.0})
    tell(conn, story)
    await look(db, story, CAT)
    assert sessions.differences(await sessions.load(db, page.session), known) == []
    first, *others = session.items
    claimed = [msgspec.structs.replace(first, terms={**first.terms, "hot": 9.0}), *others]
    fewer = sessions.pressed(session.candidates[1:])
    for change in (
        f"candidates = '\\x{fewer.hex()}'",
        f"items = '\\x{sessions.pressed(claimed).hex()}'",
        "rules = '[]'",
        "digest = repeat('0', 64)",
        "weights = weights || '{\"hot\": 0.8}'",
    ):
        async with db.transaction(force_rollback=True):
            await db.execute(f"update feed_state.sessions set {change} where id = %s".encode(), [page.session])
            assert sessions.differences(await sessions.load(db, page.session), known), change


async def test_sessions_are_kept_for_a_month(conn: Connection, db: AsyncConnection, story: Story) -> None:
    make_video(story, "video_1", BOB)
    tell(conn, story)
    first = await look(db, story, ANN)
    story.wait(days=29)
    await look(db, story, CAT)
    assert first.session
    assert (await sessions.load(db, first.session)).account_id == ANN
    story.wait(days=2)
    await look(db, story, CAT)
    with pytest.raises(NotFound):
        await sessions.load(db, first.session)


async def test_what_happened_later_is_known(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for number in range(3):
        make_video(story, f"video_{number}", BOB)
    story.like("video_2", ANN)
    story.wait(hours=2)
    tell(conn, story)
    page = await look(db, story, ANN)
    assert page.session
    story.like("video_0", ANN)
    await memory.see(db, ANN, ["video_1"], story.now + timedelta(seconds=5))
    tell(conn, story)
    found = await history.later(db, await sessions.load(db, page.session))
    assert (found.liked, found.seen) == ({"video_0"}, {"video_1"})


async def test_an_account_is_forgotten(conn: Connection, db: AsyncConnection, story: Story) -> None:
    make_video(story, "video_1", BOB)
    tell(conn, story)
    for viewer in (ANN, CAT):
        await look(db, story, viewer)
        await memory.see(db, viewer, ["video_1"], story.now)
    for _ in range(2):
        await memory.forget(db, ANN)
        for table in ("sessions", "served", "seen"):
            cursor = await db.execute(f"select account_id from feed_state.{table}".encode())
            assert await cursor.fetchall() == [(CAT,)], table


def test_state_of_an_older_version_is_brought_up_to_this_one(conn: Connection) -> None:
    conn.execute("alter table feed_state.sessions drop column candidates, drop column version")
    conn.execute("alter table feed_state.sessions alter items type jsonb using '[]'")
    conn.execute("drop table feed_state.seen")
    conn.execute("insert into feed_state.served values ('acct_ann', 'video_1', now(), '')")
    for _ in range(2):
        install.install(conn)
    columns = "select column_name from information_schema.columns where table_schema = 'feed_state'"
    assert {"candidates", "version"} <= {name for (name,) in conn.execute(columns)}
    assert conn.execute("select count(*) from feed_state.seen").fetchone() == (0,)
    assert conn.execute("select count(*) from feed_state.served").fetchone() == (1,)
