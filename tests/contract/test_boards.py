"""What boards answer, told as stories: given what happened, when somebody looks, then they see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest

from commands.work import ACCOUNT, CORRECTIONS
from domain import account, policy, video
from domain.errors import Invalid, NotFound
from projections.consistency import reached
from projections.db import AsyncConnection, Connection
from projections.leaderboard import query as leaderboard
from projections.leaderboard import receipts
from projections.leaderboard.query import Board
from projections.registry import LEADERBOARD
from tests import examples
from tests.happenings import close_hours
from tests.histories import PLAIN, Story
from tests.projections import tell

KEY = b"k" * 32
ANN, BOB, CAT, DAN = "acct_ann", "acct_bob", "acct_cat", "acct_dan"


@pytest.fixture
def conn(read_models: Connection) -> Connection:
    return read_models


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url) as db:
        yield db


@pytest.fixture
def story() -> Story:
    """Everybody has been there for long."""
    told = Story(ANN, BOB, CAT, DAN)
    now = told.now
    told.wait(days=-30)
    for each in (ANN, BOB, CAT, DAN):
        open_account(told, each)
    told.wait(seconds=(now - told.now).total_seconds())
    return told


def open_account(story: Story, id_: str) -> None:
    opened = account.AccountOpened(account_id=id_, name="x", region=None, birth_year=None, time_zone="UTC")
    story.record(ACCOUNT, id_, [opened])
    story.opened[id_] = story.now


def correct(story: Story, *accounts: str, id_: str = "correction_1") -> None:
    state = story.state(CORRECTIONS, policy.LEADERBOARD)
    facts = policy.correct(state, id_, accounts, story.now - timedelta(days=1), "a ring", "acct_admin")
    story.record(CORRECTIONS, policy.LEADERBOARD, facts)


def undo(story: Story, id_: str = "correction_1") -> None:
    state = story.state(CORRECTIONS, policy.LEADERBOARD)
    story.record(CORRECTIONS, policy.LEADERBOARD, policy.undo_correction(state, id_, "no ring", "acct_admin"))


async def look(db: AsyncConnection, name: str, window: str = "all", limit: int = 100) -> Board:
    return await leaderboard.page(db, key=KEY, board=name, window=window, limit=limit)


async def now(db: AsyncConnection, name: str, window: str = "all") -> list[tuple[int, str, int, int]]:
    return places(await look(db, name, window))


async def then(db: AsyncConnection, as_of: object, name: str, window: str = "all", **more: bool) -> Board:
    return await leaderboard.past(db, key=KEY, board=name, window=window, as_of=as_of, **more)  # type: ignore[arg-type]


def places(board: Board) -> list[tuple[int, str, int, int]]:
    return [(row.rank, row.id, row.count, row.counted) for row in board.rows]


async def test_ranks_ties_and_what_is_left_out(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2", "video_3", "video_4"):
        story.create(name, ANN)
    for name in ("video_2", "video_1", "video_3"):
        story.like(name, BOB)
    for by in (CAT, DAN):
        story.like("video_3", by, served=by == DAN)
    story.like("video_1", ANN)
    story.like("video_4", ANN)
    tell(conn, story)
    expected = [(1, "video_3", 3, 2), (2, "video_2", 1, 1), (2, "video_1", 2, 1), (4, "video_4", 1, 0)]
    for window in ("hour", "day", "week", "month", "all"):
        assert await now(db, "most_liked", window) == expected
    page = await look(db, "most_liked", limit=1)
    assert page.rows[0].excluded == {"own": 0, "young": 0, "not_served": 1, "corrected": 0}
    assert page.definition.excludes == ("own", "young", "not_served", "corrected")
    assert page.of == 4
    assert page.reached == await reached(db, LEADERBOARD)
    followed = [each for each in story.history if each.category in LEADERBOARD.categories]
    assert sum(each.position for each in page.reached.positions) == len(followed)


async def test_accounts_younger_than_a_day_do_not_count(conn: Connection, db: AsyncConnection, story: Story) -> None:
    open_account(story, "acct_eve")
    story.create("video_1", ANN)
    story.like("video_1", "acct_eve")
    story.remix("video_2", "video_1", "acct_eve")
    story.wait(hours=25)
    story.create("video_3", ANN)
    story.like("video_3", "acct_eve")
    story.remix("video_4", "video_3", "acct_eve")
    tell(conn, story)
    for name in ("most_liked", "most_remixed", "biggest_families"):
        assert await now(db, name) == [(1, "video_3", 1, 1), (2, "video_1", 1, 0)]
        assert (await look(db, name)).rows[1].excluded["young"] == 1


async def test_windows_are_aligned_to_the_last_closed_hour(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.like("video_1", BOB)
    tell(conn, story)
    page = await look(db, "most_liked", "day")
    assert (page.since, page.closed_at) == (None, None)
    story.wait(hours=30)
    story.like("video_1", CAT)
    tell(conn, story)
    assert await now(db, "most_liked", "day") == [(1, "video_1", 2, 2)]
    close_hours(story)
    tell(conn, story)
    page = await look(db, "most_liked", "day")
    assert places(page) == [(1, "video_1", 1, 1)]
    assert page.closed_at == story.now.replace(minute=0, second=0, microsecond=0)
    assert page.since == page.closed_at - timedelta(hours=24)
    assert page.until is None
    assert await now(db, "most_liked", "week") == [(1, "video_1", 2, 2)]


async def test_only_what_is_public_is_listed(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2", "video_3", "video_4"):
        story.create(name, ANN)
        story.like(name, BOB)
    story.delete("video_1")
    story.unpublish("video_2")
    story.restrict("video_4")
    tell(conn, story)
    assert await now(db, "most_liked") == [(1, "video_3", 1, 1)]
    assert (await look(db, "most_liked")).of == 1
    story.publish("video_2")
    story.lift("video_4")
    tell(conn, story)
    assert len(await now(db, "most_liked", "week")) == 3


async def test_remixers_count_once_and_authors_not(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    story.remix("video_3", "video_1", BOB)
    story.remix("video_4", "video_1", ANN)
    story.remix("video_5", "video_2", CAT)
    tell(conn, story)
    assert await now(db, "most_remixed") == [(1, "video_1", 2, 1), (1, "video_2", 1, 1)]
    story.wait(hours=30)
    story.remix("video_6", "video_1", CAT)
    story.delete("video_2")
    close_hours(story)
    tell(conn, story)
    assert await now(db, "most_remixed", "day") == [(1, "video_1", 1, 1)]
    assert (await now(db, "most_remixed"))[0] == (1, "video_1", 3, 2)


async def test_ties_of_remixed_videos_go_by_the_first_remix(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    for name in ("video_1", "video_2"):
        story.create(name, ANN)
    for child, parent in (("video_3", "video_2"), ("video_4", "video_1"), ("video_5", "video_2")):
        story.remix(child, parent, BOB)
    tell(conn, story)
    assert await now(db, "most_remixed") == [(1, "video_2", 1, 1), (1, "video_1", 1, 1)]


async def test_a_family_is_whatever_comes_from_one_video(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    for child, parent, by in (("2", "1", BOB), ("3", "2", CAT), ("4", "3", ANN), ("5", "3", BOB)):
        story.remix(f"video_{child}", f"video_{parent}", by)
    story.delete("video_3")
    tell(conn, story)
    assert await now(db, "biggest_families") == [(1, "video_1", 3, 2)]
    assert (await look(db, "biggest_families")).rows[0].excluded == {"own": 1, "young": 0, "corrected": 0}


async def test_uses_of_a_character_by_its_owner_are_told_and_not_counted(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    close_to = {"character_id": "char_1", "owner_id": ANN}

    story.record(PLAIN, "char_1", [examples.character_created(**close_to)])
    for number, by in enumerate((ANN, BOB, CAT, BOB)):
        cast = (video.CharacterUse(character_id="char_1", consent_version=1),)
        story.record(PLAIN, f"video_{number}", [examples.created(owner_id=by, characters=cast)])
    tell(conn, story)
    assert await now(db, "most_used_characters") == [(1, "char_1", 4, 3)]
    assert (await look(db, "most_used_characters")).rows[0].excluded["own"] == 1


async def test_creators_have_the_likes_of_their_videos(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name, by in (("video_1", ANN), ("video_2", ANN), ("video_3", BOB)):
        story.create(name, by)
    for name, by in (("video_1", BOB), ("video_1", CAT), ("video_2", CAT), ("video_3", CAT), ("video_3", BOB)):
        story.like(name, by)
    story.delete("video_2")
    tell(conn, story)
    assert await now(db, "top_creators") == [(1, ANN, 3, 3), (2, BOB, 2, 1)]


async def test_two_who_like_each_other_are_pending_and_counted(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    for number in range(5):
        story.create(f"video_a{number}", ANN)
        story.create(f"video_b{number}", BOB)
        story.like(f"video_a{number}", BOB)
        if number < 4:
            story.like(f"video_b{number}", ANN)
    story.like("video_a0", CAT)
    tell(conn, story)
    assert {row.pending for row in (await look(db, "most_liked")).rows} == {0}
    story.like("video_b4", ANN)
    tell(conn, story)
    rows = (await look(db, "most_liked")).rows
    assert [(row.id, row.counted, row.pending) for row in rows][:2] == [("video_a0", 2, 1), ("video_b0", 1, 1)]
    creators = (await look(db, "top_creators")).rows
    assert [(row.id, row.counted, row.pending) for row in creators] == [(ANN, 6, 5), (BOB, 5, 5)]
    story.wait(hours=1)
    close_hours(story)
    correct(story, ANN, BOB)
    tell(conn, story)
    assert await now(db, "top_creators") == [(1, ANN, 6, 1), (2, BOB, 5, 0)]
    assert [(row.counted, row.pending) for row in (await look(db, "top_creators")).rows] == [(1, 0), (0, 0)]
    past = await then(db, story.now, "top_creators")
    assert [(row.counted, row.pending) for row in past.rows] == [(6, 5), (5, 5)]


async def test_as_of_an_hour_is_what_was_seen_then(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2"):
        story.create(name, ANN)
        story.like(name, BOB)
    story.like("video_2", CAT)
    seen_at = story.now
    story.wait(hours=2)
    close_hours(story)
    story.unlike("video_2", CAT)
    story.delete("video_1")
    tell(conn, story)
    assert await now(db, "most_liked") == [(1, "video_2", 1, 1)]
    past = await then(db, story.now, "most_liked")
    assert places(past) == [(1, "video_2", 2, 2), (2, "video_1", 1, 1)]
    end = seen_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    assert past.until == past.closed_at == end + timedelta(hours=1)
    assert past.reached.at == past.until
    assert places(await then(db, end, "most_liked", "hour")) == places(past)
    assert places(await then(db, past.until, "most_liked", "hour")) == []
    vector = {f"{each.category}/{each.shard}": each.position for each in past.reached.positions}
    assert await then(db, vector, "most_liked") == past
    fewer = vector | {"video/0": vector["video/0"] - 1}
    with pytest.raises(NotFound, match="No hour was closed"):
        await then(db, fewer, "most_liked")
    with pytest.raises(NotFound, match="No hour was closed"):
        await then(db, seen_at, "most_liked")


async def test_a_correction_changes_now_and_not_the_past(conn: Connection, db: AsyncConnection, story: Story) -> None:
    story.create("video_1", ANN)
    story.remix("video_2", "video_1", BOB)
    for by in (BOB, CAT):
        story.like("video_1", by)
    story.wait(hours=1)
    close_hours(story)
    correct(story, BOB)
    tell(conn, story)
    corrected = await look(db, "most_liked")
    assert places(corrected) == [(1, "video_1", 2, 1)]
    assert corrected.rows[0].excluded["corrected"] == 1
    for name in ("most_remixed", "biggest_families"):
        assert await now(db, name) == [(1, "video_1", 1, 0)]
    for name, before in (("most_liked", 2), ("most_remixed", 1), ("biggest_families", 1)):
        assert [row.counted for row in (await then(db, story.now, name)).rows] == [before]
        again = await then(db, story.now, name, corrected=True)
        assert [(row.counted, row.excluded["corrected"]) for row in again.rows] == [(before - 1, 1)]
        assert (again.corrected, again.rows[0].pending) == (True, None)
    story.wait(hours=1)
    close_hours(story)
    undo(story)
    tell(conn, story)
    assert await now(db, "most_liked") == [(1, "video_1", 2, 2)]
    assert places(await then(db, story.now, "most_liked")) == [(1, "video_1", 2, 1)]


async def test_pages_follow_each_other(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for number in range(7):
        story.create(f"video_{number}", ANN)
        for by in (BOB, CAT)[: 1 + number % 2]:
            story.like(f"video_{number}", by)
    story.wait(hours=1)
    close_hours(story)
    tell(conn, story)
    whole = await look(db, "most_liked")
    assert [row.rank for row in whole.rows] == [1, 1, 1, 4, 4, 4, 4]
    paged, cursor = [], None
    while cursor or not paged:
        page = await leaderboard.page(db, key=KEY, board="most_liked", window="all", limit=2, cursor=cursor)
        paged, cursor = paged + page.rows, page.next_cursor
    assert paged == whole.rows
    first = await then(db, story.now, "most_liked")
    paged, cursor = [], None
    while cursor or not paged:
        page = await leaderboard.past(
            db, key=KEY, board="most_liked", window="all", as_of=story.now, limit=2, cursor=cursor
        )
        paged, cursor = paged + page.rows, page.next_cursor
    assert paged == first.rows == whole.rows
    with pytest.raises(Invalid, match="cursor"):
        await leaderboard.page(db, key=KEY, board="most_liked", window="day", cursor=whole.next_cursor or "x")


async def test_the_place_of_one(conn: Connection, db: AsyncConnection, story: Story) -> None:
    for name in ("video_1", "video_2", "video_3"):
        story.create(name, ANN)
        story.like(name, BOB)
    story.like("video_1", CAT)
    story.wait(hours=1)
    close_hours(story)
    tell(conn, story)
    for as_of in (None, story.now):
        found = await leaderboard.rank(db, board="most_liked", window="all", item="video_3", as_of=as_of)
        assert (found.row.rank, found.ties, found.of) == (2, 1, 3)
        with pytest.raises(NotFound, match="not on this board"):
            await leaderboard.rank(db, board="most_liked", window="all", item="video_9", as_of=as_of)


async def test_a_receipt_is_the_events_and_why_they_do_not_count(
    conn: Connection, db: AsyncConnection, story: Story
) -> None:
    for name in ("video_1", "video_2"):
        story.create(name, ANN)
    story.like("video_1", BOB)
    story.like("video_1", ANN, served=False)
    story.like("video_1", CAT)
    story.unlike("video_1", CAT)
    story.like("video_2", CAT)
    story.wait(hours=1)
    close_hours(story)
    correct(story, BOB)
    tell(conn, story)
    by = {f"{each.category}/{each.shard}:{each.position}": each.stream for each in story.history}
    found = await receipts.receipt(db, key=KEY, board="most_liked", window="all", item="video_1")
    told = [(by[f"{each.log}:{each.position}"], each.excluded) for each in found.events]
    assert told == [
        (f"like_video_1_{ANN}", ["own", "not_served"]),
        (f"like_video_1_{BOB}", ["corrected"]),
    ]
    assert (found.row.count, found.row.counted, found.tied) == (2, 0, [])
    first = await receipts.receipt(
        db, key=KEY, board="most_liked", window="all", item="video_1", as_of=story.now, limit=1
    )
    assert (first.row.rank, first.row.counted, first.ties) == (1, 1, 1)
    rest = await receipts.receipt(
        db, key=KEY, board="most_liked", window="all", item="video_1", limit=1, cursor=first.next_cursor
    )
    assert rest.until == first.until
    assert [each.excluded for each in first.events + rest.events] == [["own", "not_served"], []]
    assert rest.next_cursor is None


@pytest.mark.parametrize("name", ["most_remixed", "biggest_families"])
async def test_receipts_of_remixes_name_the_remix(
    conn: Connection, db: AsyncConnection, story: Story, name: str
) -> None:
    story.create("video_1", ANN)
    story.create("video_2", ANN)
    story.remix("video_3", "video_1", BOB)
    story.remix("video_4", "video_2", BOB)
    tell(conn, story)
    found = await receipts.receipt(db, key=KEY, board=name, window="all", item="video_1")
    [event] = found.events
    place = next(each for each in story.history if each.stream == "video_3")
    assert (event.log, event.position, event.at) == (f"video/{place.shard}", place.position, place.recorded_at)
    assert found.tied == ["video_2"]


async def test_unknown_boards_and_windows(conn: Connection, db: AsyncConnection, story: Story) -> None:
    with pytest.raises(NotFound, match="most_liked"):
        await look(db, "best")
    with pytest.raises(Invalid, match="hour, day"):
        await look(db, "most_liked", "year")
