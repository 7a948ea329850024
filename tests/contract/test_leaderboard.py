"""Boards against a recount of the whole history, now and at the end of every closed hour."""

from __future__ import annotations

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import msgspec
import pytest

from commands.work import LIKE, VIDEO
from domain import engagement, video
from domain.catalog import decode
from domain.errors import Rejected
from domain.ids import like_stream
from domain.policy import HourClosed
from domain.recorded import Recorded
from projections import checkpoint, install
from projections import events as projected
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.leaderboard import loading
from projections.leaderboard.boards import BOARDS
from projections.registry import LEADERBOARD
from tests import happenings, histories, recount
from tests.histories import World, make
from tests.projections import batches, dump, fill, merged


@pytest.fixture(scope="module")
def conn(read_models_url: str) -> Iterator[Connection]:
    with connect(read_models_url) as conn:
        yield conn


@pytest.fixture(scope="module", params=(11, 12))
def world(request: pytest.FixtureRequest) -> World:
    return lively(request.param)


def lively(seed: int) -> World:
    """A few people who like a lot, each other's videos above all."""
    world = make(seed, 300, accounts=6)
    what = [release, release, release, histories.publish, histories.remix, histories.remix, histories.stitch]
    what += [histories.unlike, histories.like_again, histories.restrict, histories.lift]
    what += [histories.delete, histories.cancel, happenings.new_character, happenings.consent, happenings.close_hours]
    what += [correct_seldom, happenings.undo_correction]
    for _ in range(1_000):
        with contextlib.suppress(Rejected, IndexError):
            world.dice.choice((histories.like, like_a_friend, world.dice.choice(what)))(world)
    happenings.correct_leaderboard(world)
    happenings.close_hours(world)
    for _ in range(40):
        with contextlib.suppress(Rejected, IndexError):
            histories.like(world)
    return world


@pytest.fixture(scope="module")
def schema(conn: Connection, world: World) -> Iterator[str]:
    name = f"leaderboard_{time.monotonic_ns()}"
    install.create(conn, LEADERBOARD, name)
    events = merged(world.logs(), random.Random(5))
    fill(conn, LEADERBOARD, batches(events, random.Random(6), 60), Epochs(world.epochs()), schema=name)
    yield name
    conn.execute(f"drop schema {name} cascade".encode())


def correct_seldom(world: World) -> None:
    if world.dice.random() < 0.2:
        happenings.correct_leaderboard(world)


def release(world: World) -> None:
    """A video, by a friend if possible, that everybody may see."""
    by, stream = world.dice.choice((*friends(world), world.anybody())), world.new_id("video")
    request = histories._request(world, by)
    world.record(VIDEO, stream, video.create(video.Absent(), request, histories.MODEL))
    state = world.state(VIDEO, stream)
    world.record(VIDEO, stream, video.complete_generation(state, histories._outcome(state, histories.mark_of(stream))))
    world.videos.append(stream)
    world.record(VIDEO, stream, video.publish(stream, world.state(VIDEO, stream), by, "public", True, "", ()))


def friends(world: World) -> list[str]:
    return sorted(world.accounts, key=lambda account: world.opened[account])[:2]


def like_a_friend(world: World) -> None:
    """Two like what they are served of each other."""
    by, friend = world.dice.sample(friends(world), 2)
    theirs = [id_ for id_ in world.videos if getattr(world.state(VIDEO, id_), "publication", None)]
    video_id = world.dice.choice([id_ for id_ in theirs if world.state(VIDEO, id_).request.owner_id == friend])
    liked = engagement.Liked(
        video_id=video_id, account_id=by, owner_id=friend, served=True, account_opened_at=world.opened[by]
    )
    stream = like_stream(video_id, by)
    world.record(LIKE, stream, engagement.like(world.state(LIKE, stream), world.state(VIDEO, video_id), liked))


def select(conn: Connection, query: str, *values: Any) -> list[Any]:
    return conn.execute(query.encode(), values).fetchall()


def hours(world: World) -> list[datetime]:
    events = (decode(each.type, each.data) for each in world.history if each.stream == "hours")
    return [event.ended_at for event in events if isinstance(event, HourClosed)]


def test_now(conn: Connection, world: World, schema: str) -> None:
    now = recount.past(world.history, recount.NOW)
    told = Counter[str]()
    for board in BOARDS:
        for span in recount.HOURS:
            expected = recount.board(now, board, span, now.closed)
            rows = standings(conn, schema, board, span)
            assert rows == [(*_numbers(place), place.reached_at) for place in expected], (board, span)
            for place in expected:
                told.update({name: getattr(place, name) for name in place.__struct_fields__[1:8]})
            ranks = {counted: len(list(each)) for counted, each in groupby(expected, lambda place: place.counted)}
            found = select(
                conn, f"select counted, items from {schema}.ranks where board = %s and span = %s", board, span
            )
            assert dict(found) == ranks
    assert all(told.values()), told


def standings(conn: Connection, schema: str, board: str, span: str) -> list[Any]:
    first = list(recount.HOURS).index(span) * 6 + 1
    numbers = f"numbers[{first}:{first + 5}], counted_{span}, reached_{span}"
    query = f"select id, {numbers} from {schema}.standings where board = %s and listed and counted_{span} is not null"
    rows = select(conn, f"{query} order by counted_{span} desc, reached_{span}, id", board)
    assert all(numbers[1] == counted for _, numbers, counted, _ in rows)
    return [(id_, *numbers, reached_at) for id_, numbers, _, reached_at in rows]


def test_filling_in_bulk_leaves_the_same_rows(conn: Connection, world: World, schema: str) -> None:
    name = f"leaderboard_{time.monotonic_ns()}"
    install.create(conn, LEADERBOARD, name)
    in_bulk = msgspec.structs.replace(LEADERBOARD, apply=loading.apply)
    events = merged(world.logs(), random.Random(7))
    fill(conn, in_bulk, batches(events, random.Random(8), 400), Epochs(world.epochs()), schema=name)
    steps = 1
    while ask(conn, name, loading.finish):
        steps += 1
    assert steps == len(hours(world)) + 1
    assert not ask(conn, name, loading.is_begun)
    assert dump(conn, name) == dump(conn, schema)
    conn.execute(f"drop schema {name} cascade".encode())


def test_what_was_filled_in_bulk_goes_on(conn: Connection, world: World, schema: str) -> None:
    """Also after it was left between two hours."""
    name = f"leaderboard_{time.monotonic_ns()}"
    install.create(conn, LEADERBOARD, name)
    in_bulk = msgspec.structs.replace(LEADERBOARD, apply=loading.apply)
    half = len(world.history) // 2
    fill(conn, in_bulk, iter([world.history[:half]]), Epochs(world.epochs()), schema=name)
    for _ in range(3):
        assert ask(conn, name, loading.finish)
    while ask(conn, name, loading.finish):
        assert ask(conn, name, loading.is_begun)
    fill(conn, LEADERBOARD, iter([world.history[half:]]), Epochs(world.epochs()), schema=name)
    assert dump(conn, name) == dump(conn, schema)
    conn.execute(f"drop schema {name} cascade".encode())


def ask(conn: Connection, schema: str, question: Callable[[Connection], bool]) -> bool:
    with checkpoint.locked(conn, LEADERBOARD, schema):
        return question(conn)


def test_every_closed_hour(conn: Connection, world: World, schema: str) -> None:
    ends = hours(world)
    assert len(ends) > 20
    assert select(conn, f"select ended_at from {schema}.hours where counted order by 1") == [(end,) for end in ends]
    pending = 0
    for end in ends:
        then = recount.past(world.history, end)
        for board in BOARDS:
            for span in recount.HOURS:
                expected = recount.board(then, board, span, end)[:500]
                assert snapshot(conn, schema, board, span, end) == [
                    [*_numbers(place), place.pending, _micros(place.reached_at)] for place in expected
                ], (board, span, end)
                pending += sum(place.pending for place in expected)
    assert pending


def test_an_hour_is_counted_when_every_log_is_past_it(conn: Connection, world: World) -> None:
    """Whoever asks before that is answered by an earlier hour, never by half of one."""
    slow = max((log for log in world.logs() if log[0] == "engagement"), key=lambda log: len(world.logs()[log]))
    name = f"leaderboard_{time.monotonic_ns()}"
    install.create(conn, LEADERBOARD, name)
    others = [each for each in world.history if (each.category, each.shard) != slow]
    fill(conn, LEADERBOARD, iter([others]), Epochs(world.epochs()), schema=name)
    closed = [decode(each.type, each.data) for each in world.history if each.stream == "hours"]
    before = [hour.ended_at for hour in closed if slow not in {(at.category, at.shard) for at in hour.positions}]
    assert select(conn, f"select ended_at from {name}.hours where counted order by 1") == [(end,) for end in before]
    assert len(before) < len(closed)
    fill(conn, LEADERBOARD, iter([world.logs()[slow]]), Epochs(world.epochs()), schema=name)
    assert select(conn, f"select count(*) from {name}.hours where counted") == [(len(closed),)]
    conn.execute(f"drop schema {name} cascade".encode())


def test_a_past_hour_does_not_change(conn: Connection, world: World, schema: str) -> None:
    """A board as of an hour is what it was when nothing had come after it: history alone, cut there, says the same."""
    end = hours(world)[-4]
    name = f"leaderboard_{time.monotonic_ns()}"
    install.create(conn, LEADERBOARD, name)
    is_over = [number for number, each in enumerate(world.history) if each.stream == "hours"][-4]
    events = world.history[: is_over + 1]
    fill(conn, LEADERBOARD, iter([events]), Epochs(world.epochs()), schema=name)
    for board in BOARDS:
        for span in recount.HOURS:
            assert snapshot(conn, name, board, span, end) == snapshot(conn, schema, board, span, end)
    conn.execute(f"drop schema {name} cascade".encode())


def test_a_stream_that_was_parked_goes_into_the_hours_to_which_it_belongs(conn: Connection, world: World) -> None:
    """The likes of one stream come when all hours have been counted without them; then the rows are as if nothing had
    happened."""
    late = Counter(each.stream for each in world.history if each.stream.startswith("like_")).most_common(1)[0][0]
    rows = []
    for parked in (late, ""):
        name = f"leaderboard_{time.monotonic_ns()}"
        install.create(conn, LEADERBOARD, name)
        apply(conn, name, [each for each in world.history if each.stream != parked])
        before = dump(conn, name)
        if parked:
            apply(conn, name, [each for each in world.history if each.stream == parked])
            assert dump(conn, name)["snapshots"] != before["snapshots"]
        rows.append(dump(conn, name))
        conn.execute(f"drop schema {name} cascade".encode())
    assert rows[0] == rows[1]


def apply(conn: Connection, schema: str, events: list[Recorded]) -> None:
    """Past the checkpoint, as a retry of what was parked does it."""
    with conn.transaction():
        conn.execute("select set_config('search_path', %s, true)", [schema])
        LEADERBOARD.apply(conn, projected.decode(events))


def snapshot(conn: Connection, schema: str, board: str, span: str, end: datetime) -> Any:
    query = (
        f"select rows from {schema}.snapshots where board = %s and span = %s and ended_at <= %s"
        " order by ended_at desc limit 1"
    )
    return select(conn, query, board, span, end)[0][0]


def _numbers(place: recount.Place) -> tuple[Any, ...]:
    return (
        place.id,
        place.count,
        place.counted,
        place.own,
        place.young,
        place.not_served,
        place.corrected,
    )


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // (datetime.resolution)


def test_the_checkpoint_is_the_head(conn: Connection, schema: str) -> None:
    """`heads` says the same as the checkpoint, whose table is written after the rows."""
    heads = select(conn, f"select category, shard, position from {schema}.heads order by 1, 2")
    assert heads == select(conn, f"select category, shard, position from {schema}.checkpoints order by 1, 2")
