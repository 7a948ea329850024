"""Moments and vectors, and where a replay may go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from projections.registry import BY_NAME, LEADERBOARD, VIDEOS
from streams import replay
from streams.replay import Refused
from tests.histories import World, make
from tests.rebuilding import WorldHistory


@pytest.fixture(scope="module")
def world() -> World:
    return make(5, 400)


def test_a_vector_reads_as_it_was_written() -> None:
    vector = {("video", 0): 12, ("engagement", 3): 7, ("video", 11): 1}
    assert replay.to_text(vector) == "engagement/3:7,video/0:12,video/11:1"
    assert replay.of_text(replay.to_text(vector)) == vector
    for wrong in ("video", "video/0", "video/0:", "video/0:1;", "video/-1:2", ""):
        with pytest.raises(Refused, match="a vector reads"):
            replay.of_text(wrong)


def test_a_moment_is_what_was_recorded_before_it(world: World) -> None:
    past = WorldHistory(world)
    middle = world.history[200].recorded_at
    found = replay.vector(past, VIDEOS, middle.isoformat())
    assert found
    for each in world.history:
        log = (each.category, each.shard)
        assert (each.position <= found.get(log, 0)) == (
            each.recorded_at < middle
        ) or each.category not in VIDEOS.categories
    assert replay.vector(past, VIDEOS, replay.to_text(found)) == found
    assert replay.vector(past, VIDEOS, "") == {
        log: head for log, head in past.heads().items() if log[0] in VIDEOS.categories
    }


def test_a_closed_hour_has_the_positions_that_were_recorded_for_it(world: World) -> None:
    past = WorldHistory(world)
    for hours in range(300):
        ended_at = world.history[0].recorded_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
        if (closed := past.closed(ended_at)) is not None:
            wanted = {log: position for log, position in closed.items() if log[0] in LEADERBOARD.categories}
            assert replay.vector(past, LEADERBOARD, ended_at.isoformat()) == wanted
            return
    pytest.fail("no hour was closed")


@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        ("tomorrow", "neither a moment"),
        ("2026-11-22T21:30", "no time zone"),
        ("2126-11-22T21:30Z", "future"),
        ("video/0:999999", "has not come so far"),
        ("video/99:1", "has not come so far"),
    ],
)
def test_what_cannot_be_replayed_is_refused(world: World, as_of: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        replay.vector(WorldHistory(world), VIDEOS, as_of)


@pytest.mark.parametrize(
    ("schema", "noted", "resume", "why"),
    [
        ("leaderboard_v4", None, False, "is served"),
        ("leaderboard_v99_next", None, False, "is served"),
        ("feed_state", None, False, "is served"),
        ("feed_v1_old", None, True, "is served"),
        ("Mine", None, False, "lower case"),
        ("pg_mine", None, False, "lower case"),
        ("a" * 64, None, False, "lower case"),
        ("log", "", True, "is no replay"),
        ("mine", replay.purpose(VIDEOS), True, "is no replay"),
        ("mine", replay.purpose(LEADERBOARD), False, "--resume"),
    ],
)
def test_a_replay_goes_nowhere_else_than_into_a_schema_of_its_own(
    schema: str, noted: str | None, resume: bool, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        replay.check_name(schema, BY_NAME, noted, LEADERBOARD, resume=resume)


def test_a_new_name_and_a_replay_of_the_same_version_are_fine() -> None:
    replay.check_name("leaderboard_in_november", BY_NAME, None, LEADERBOARD, resume=False)
    replay.check_name("mine", BY_NAME, replay.purpose(LEADERBOARD), LEADERBOARD, resume=True)
