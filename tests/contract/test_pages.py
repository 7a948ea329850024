"""What the pages answer, told as stories: given what happened, when somebody looks, then they see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import psycopg
import pytest

from domain.errors import Invalid, NotFound
from projections.db import AsyncConnection, Connection
from projections.feed import query as feed
from projections.feed.query import FeedPage
from projections.leaderboard import query as leaderboard
from projections.remix_graph import query as remix_graph
from projections.remix_graph.query import Ancestor, Child, Counts, Lineage
from projections.videos import query as videos
from tests.histories import Story
from tests.projections import Capitals, tell

KEY = b"k" * 32
ANN, BOB, CAT = "acct_ann", "acct_bob", "acct_cat"


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


# Cards


async def test_my_list_has_drafts_and_not_what_i_deleted(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2", "video_3"):
        story.create(name, ANN, public=False)
    story.create("video_4", BOB)
    story.delete("video_2")
    tell(conn, story)
    page = await videos.list_by_owner(db, Capitals(), ANN)
    assert [card.id for card in page.items] == ["video_3", "video_1"]
    assert not page.has_more
    assert [card.id for card in (await videos.list_by_owner(db, Capitals(), ANN, order="asc")).items] == [
        "video_1",
        "video_3",
    ]


async def test_my_list_goes_on_behind_any_id_of_mine(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2", "video_3", "video_4"):
        story.create(name, ANN, public=False)
    story.create("video_5", BOB)
    story.delete("video_3")
    tell(conn, story)
    first = await videos.list_by_owner(db, Capitals(), ANN, limit=1)
    assert ([card.id for card in first.items], first.has_more) == (["video_4"], True)
    second = await videos.list_by_owner(db, Capitals(), ANN, after="video_4", limit=1)
    assert ([card.id for card in second.items], second.has_more) == (["video_2"], True)
    behind_deleted = await videos.list_by_owner(db, Capitals(), ANN, after="video_3", limit=1)
    assert ([card.id for card in behind_deleted.items], behind_deleted.has_more) == (["video_2"], True)
    for strange in ("video_5", "video_9"):
        with pytest.raises(NotFound) as refusal:
            await videos.list_by_owner(db, Capitals(), ANN, after=strange)
        assert refusal.value.param == "after"


async def test_a_card_is_opened_at_the_last_moment(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN, public=False)
    story.publish("video_1", caption="a caption")
    story.remix("video_2", "video_1", BOB)
    story.like("video_1", BOB)
    story.like("video_1", CAT)
    story.unlike("video_1", CAT)
    tell(conn, story)
    opener = Capitals()
    cards = await videos.cards(db, opener, ["video_1", "video_2", "video_9"], BOB)
    card = cards["video_1"]
    assert (card.prompt, card.understood) == ("A \"CAT\" {} % \\ 'ON' ☃", ("A", "CAT"))
    assert card.publication
    assert card.publication.caption == "A CAPTION"
    assert (card.likes, card.remixes, card.liked_by_viewer) == (1, 1, True)
    assert (card.state, card.assets[0].bytes, card.seconds) == ("completed", 2**33, 4)
    assert (cards["video_2"].verb, cards["video_2"].parents[0].video_id) == ("remix", "video_1")
    assert cards.keys() == {"video_1", "video_2"}
    assert opener.calls == 1


async def test_drafts_are_for_their_owner(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN, public=False)
    story.create("video_2", ANN, visibility="unlisted")
    story.create("video_3", ANN)
    tell(conn, story)
    ids = ["video_1", "video_2", "video_3"]
    assert (await videos.cards(db, Capitals(), ids, ANN)).keys() == set(ids)
    assert (await videos.cards(db, Capitals(), ids, BOB)).keys() == {"video_2", "video_3"}
    assert (await videos.cards(db, Capitals(), ids, None)).keys() == {"video_2", "video_3"}
    profile = await videos.profile(db, Capitals(), ANN, viewer=None)
    assert [card.id for card in profile.items] == ["video_3"]


async def test_a_profile_goes_on_behind_what_was_withdrawn(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2", "video_3"):
        story.create(name, ANN)
    story.unpublish("video_2")
    tell(conn, story)
    page = await videos.profile(db, Capitals(), ANN, viewer=BOB, after="video_2")
    assert [card.id for card in page.items] == ["video_1"]


# Feed


async def look(
    db: AsyncConnection, story: Story, viewer: str | None, cut: str, limit: int = 10, cursor: str | None = None
) -> FeedPage:
    return await feed.page(db, key=KEY, viewer=viewer, cut=cut, limit=limit, cursor=cursor, now=story.now)


def ids(page: FeedPage) -> list[str]:
    return [item.video_id for item in page.items]


async def read_on(db: AsyncConnection, story: Story, viewer: str | None, cut: str, limit: int) -> list[list[str]]:
    pages, cursor = [], None
    while True:
        page = await look(db, story, viewer, cut, limit, cursor)
        pages.append(ids(page))
        cursor = page.next_cursor
        if cursor is None:
            return pages


async def test_latest_is_by_first_publication(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2", "video_3"):
        story.create(name, ANN)
    story.create("video_4", ANN, visibility="followers")
    story.unpublish("video_1")
    story.publish("video_1")
    story.unpublish("video_3")
    tell(conn, story)
    page = await look(db, story, None, "latest")
    assert ids(page) == ["video_2", "video_1"]
    assert page.items[0].why.source == "latest"


@pytest.mark.parametrize("viewer", [ANN, None])
@pytest.mark.parametrize("cut", ["latest", "for_you"])
async def test_pages_neither_skip_nor_repeat(
    conn: Connection, db: AsyncConnection, story: Story, cut: str, viewer: str | None
) -> None:
    names = [f"video_{n}" for n in range(7)]
    for name in names:
        story.create(name, BOB)
    tell(conn, story)
    pages = await read_on(db, story, viewer, cut, 3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(name for page in pages for name in page) == names


async def test_following_shows_whom_i_follow(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", BOB)
    story.create("video_2", CAT)
    story.create("video_3", BOB, visibility="followers")
    story.create("video_4", BOB, visibility="unlisted")
    story.follow(ANN, BOB)
    tell(conn, story)
    assert ids(await look(db, story, ANN, "following")) == ["video_3", "video_1"]
    assert ids(await look(db, story, CAT, "following")) == []
    assert ids(await look(db, story, None, "following")) == []
    assert await feed.follows(db, BOB, ANN) == feed.Follows(1, 0, True)


async def test_for_you_says_why(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", BOB)
    story.create("video_2", CAT)
    story.create("video_3", CAT, visibility="followers")
    story.create("video_4", ANN)
    story.follow(ANN, BOB)
    for by in (ANN, BOB):
        story.like("video_2", by)
    tell(conn, story)
    page = await look(db, story, ANN, "for_you")
    assert ids(page) == ["video_1", "video_2"]
    first, second = (item.why for item in page.items)
    assert (first.source, first.ranker, first.version) == ("follow", "built-in-2", 0)
    assert (first.terms["follow"], first.terms["hot"]) == (1.0, 0.0)
    assert second.source == "hot"
    assert second.terms["hot"] == pytest.approx(1.585, abs=0.001)  # log2 of one publication and two likes
    assert first.weights.keys() == first.terms.keys()


async def test_own_likes_do_not_heat(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", BOB)
    story.like("video_1", BOB)
    tell(conn, story)
    assert (await look(db, story, None, "for_you")).items[0].why.terms == {"hot": 0.0}


async def test_what_was_served_does_not_come_again_while_there_is_new(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    for n in range(4):
        story.create(f"video_{n}", BOB)
    tell(conn, story)
    first = await look(db, story, ANN, "for_you", limit=2)
    second = await look(db, story, ANN, "for_you", limit=2)
    assert not set(ids(first)) & set(ids(second))
    third = await look(db, story, ANN, "for_you", limit=2)
    assert {item.why.source for item in third.items} == {"again"}
    assert await feed.was_served(db, ANN, first.items[0].video_id)
    assert not await feed.was_served(db, CAT, first.items[0].video_id)


async def test_a_frozen_ranking_leaves_out_what_may_not_be_seen_any_more(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    for n in range(6):
        story.create(f"video_{n}", BOB)
    tell(conn, story)
    first = await look(db, story, ANN, "for_you", limit=2)
    gone = next(name for name in ("video_0", "video_1", "video_2") if name not in ids(first))
    story.unpublish(gone)
    story.create("video_9", BOB)
    tell(conn, story)
    second = await look(db, story, ANN, "for_you", 2, first.next_cursor)
    third = await look(db, story, ANN, "for_you", 2, second.next_cursor)
    assert sorted(ids(first) + ids(second) + ids(third)) == sorted({f"video_{n}" for n in range(6)} - {gone})


async def test_cursors_are_personal_and_end(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for n in range(4):
        story.create(f"video_{n}", BOB)
    tell(conn, story)
    page = await look(db, story, ANN, "for_you", limit=2)
    with pytest.raises(Invalid):
        await look(db, story, CAT, "for_you", 2, page.next_cursor)
    with pytest.raises(Invalid):
        await look(db, story, ANN, "latest", 2, page.next_cursor)
    story.wait(minutes=31)
    with pytest.raises(Invalid):
        await look(db, story, ANN, "for_you", 2, page.next_cursor)
    with pytest.raises(Invalid, match="for_you, following, latest"):
        await look(db, story, ANN, "newest")


async def test_impressions_count_accounts_until_a_video_is_not_fresh(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", BOB)
    tell(conn, story)
    for viewer in (ANN, ANN, CAT):
        await look(db, story, viewer, "latest")
    await look(db, story, None, "latest")
    count = "select count from feed_state.impressions where video_id = 'video_1'"
    assert conn.execute(count).fetchone() == (2,)
    conn.execute("update feed_state.impressions set count = 100")
    await look(db, story, BOB, "latest")
    assert conn.execute(count).fetchone() == (100,)
    assert (await look(db, story, "acct_dan", "for_you")).items[0].why.terms == {"hot": 0.0}


# Remix graph


async def lineage(db: AsyncConnection, video_id: str, viewer: str | None, **more: object) -> Lineage:
    return await remix_graph.lineage(db, key=KEY, video_id=video_id, viewer=viewer, **more)  # type: ignore[arg-type]


async def test_up_and_down(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    story.remix("video_3", "video_2", CAT)
    story.remix("video_4", "video_3", ANN)
    story.remix("video_5", "video_2", ANN)
    tell(conn, story)
    found = await lineage(db, "video_2", None)
    assert found.ancestors == [Ancestor("video_1", "remix", 1, False)]
    assert found.children == [Child("video_3", "remix", 1), Child("video_5", "remix", 0)]
    assert found.counts == Counts(children=2, descendants=3, ancestors=1)
    assert (found.more, found.next_cursor) == (0, None)
    deep = await lineage(db, "video_4", None)
    assert [(each.id, each.depth) for each in deep.ancestors] == [("video_3", 1), ("video_2", 2), ("video_1", 3)]
    assert len((await lineage(db, "video_4", None, depth=2)).ancestors) == 2


async def test_children_by_size_of_their_families_page_by_page(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_0", ANN)
    for n in range(1, 6):
        story.remix(f"video_{n}", "video_0", BOB)
    for child, parent in (("video_a", "video_4"), ("video_b", "video_a"), ("video_c", "video_2")):
        story.remix(child, parent, CAT)
    tell(conn, story)
    pages, cursor, more = [], None, []
    while True:
        page = await lineage(db, "video_0", CAT, limit=2, cursor=cursor)
        pages += [child.id for child in page.children]
        more.append(page.more)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert pages == ["video_4", "video_2", "video_1", "video_3", "video_5"]
    assert more == [3, 1, 0]
    first = await lineage(db, "video_0", CAT, limit=2)
    with pytest.raises(Invalid):
        await lineage(db, "video_4", CAT, cursor=first.next_cursor)


async def test_others_drafts_are_nobodys_business(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB, public=False)
    story.remix("video_3", "video_1", CAT)
    story.remix("video_4", "video_3", BOB, public=False)
    tell(conn, story)
    seen_by_ann = await lineage(db, "video_1", ANN)
    assert seen_by_ann.children == [Child("video_3", "remix", 0)]
    assert seen_by_ann.counts == Counts(1, 1, 0)
    seen_by_bob = await lineage(db, "video_1", BOB)
    assert seen_by_bob.children == [Child("video_2", "remix", 0), Child("video_3", "remix", 1)]
    assert seen_by_bob.counts == Counts(2, 3, 0)
    with pytest.raises(NotFound):
        await lineage(db, "video_2", ANN)
    with pytest.raises(NotFound):
        await lineage(db, "video_9", ANN)


async def test_what_may_not_be_seen_keeps_its_place_among_ancestors(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    story.remix("video_3", "video_2", CAT)
    story.delete("video_1")
    story.unpublish("video_2")
    tell(conn, story)
    hidden = [Ancestor(None, "remix", 1, True), Ancestor(None, "remix", 2, True)]
    assert (await lineage(db, "video_3", CAT)).ancestors == hidden
    own = (await lineage(db, "video_3", BOB)).ancestors
    assert own == [Ancestor("video_2", "remix", 1, False), hidden[1]]
    with pytest.raises(NotFound):
        await lineage(db, "video_1", ANN)


# Restrictions, descriptions, comments


async def test_a_restricted_video_is_shown_to_its_owner_alone(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", ANN)
    story.create("video_2", ANN)
    story.like("video_1", CAT)
    story.remix("video_3", "video_1", BOB)
    story.restrict("video_1", "decision_1")
    story.restrict("video_1", "decision_2")
    story.lift("video_1", "decision_1")
    tell(conn, story)
    mine = await videos.cards(db, Capitals(), ["video_1"], ANN)
    assert mine["video_1"].restrictions == (videos.Restriction("decision_2", "harassment"),)
    assert await videos.cards(db, Capitals(), ["video_1"], BOB) == {}
    assert [card.id for card in (await videos.profile(db, Capitals(), ANN, viewer=BOB)).items] == ["video_2"]
    assert "video_1" not in await latest(db)
    assert await leaders(db, "most_liked") == []
    family = await remix_graph.lineage(db, key=KEY, video_id="video_3", viewer=CAT)
    assert family.ancestors == [Ancestor(None, "remix", 1, True)]
    with pytest.raises(NotFound):
        await remix_graph.lineage(db, key=KEY, video_id="video_1", viewer=CAT)
    story.lift("video_1", "decision_2")
    tell(conn, story)
    assert "video_1" in await latest(db)
    assert await leaders(db, "most_liked") == ["video_1"]
    assert "video_1" in await videos.cards(db, Capitals(), ["video_1"], BOB)


async def test_publishing_does_not_undo_a_restriction(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN, public=False)
    story.restrict("video_1")
    story.publish("video_1")
    tell(conn, story)
    assert await latest(db) == []
    assert await videos.cards(db, Capitals(), ["video_1"], BOB) == {}


async def latest(db: AsyncConnection) -> list[str]:
    now = datetime.fromisoformat("2026-12-01T00:00:00+00:00")
    page = await feed.page(db, key=KEY, viewer=None, cut="latest", limit=20, cursor=None, now=now)
    return [item.video_id for item in page.items]


async def leaders(db: AsyncConnection, board: str) -> list[str]:
    return [row.id for row in (await leaderboard.page(db, key=KEY, board=board, window="all", limit=9)).rows]


async def test_a_subtree_has_drafts_and_hidden_ones(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_3", ANN)
    story.remix("video_1", "video_3", BOB)
    story.remix("video_4", "video_1", CAT, public=False)
    story.create("video_2", ANN)
    story.restrict("video_1")
    tell(conn, story)
    assert await remix_graph.subtree(db, "video_3", "", 9) == ["video_1", "video_3", "video_4"]
    assert await remix_graph.subtree(db, "video_3", "", 2) == ["video_1", "video_3"]
    assert await remix_graph.subtree(db, "video_3", "video_3", 2) == ["video_4"]
    assert await remix_graph.subtree(db, "video_2", "", 9) == ["video_2"]


async def test_comments_are_opened_and_hidden_ones_keep_their_place(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    story.create("video_1", ANN)
    for number, text in enumerate(("one", "two", "three"), 1):
        story.comment(f"comment_{number}", "video_1", BOB, text)
    story.hide_comment("comment_2")
    tell(conn, story)
    page = await videos.comments(db, Capitals(), "video_1", after=None, limit=2)
    assert [(each.id, each.text, each.hidden) for each in page.items] == [
        ("comment_1", "ONE", False),
        ("comment_2", None, True),
    ]
    assert page.has_more
    rest = await videos.comments(db, Capitals(), "video_1", after="comment_2", limit=2)
    assert ([each.id for each in rest.items], rest.has_more) == (["comment_3"], False)
    assert await videos.comments_of(db, BOB, "comment_1", 9) == ["comment_2", "comment_3"]
    assert await videos.videos_of(db, ANN, "", 9) == ["video_1"]
