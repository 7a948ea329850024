"""The shards of many streams at once are those of the one rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import shard_of
from infra.shards import MANY, Shards

STREAMS = st.text(st.characters(codec="utf-8"), max_size=90).map(lambda text: f"video_{text}")


@given(st.lists(STREAMS, min_size=MANY, max_size=MANY + 20))
def test_a_batch_is_spread_as_single_streams_are(streams: list[str]) -> None:
    assert Shards({"video": 16}).logs_of(streams) == [("video", shard_of(stream, 16)) for stream in streams]


def test_each_category_has_its_own_count() -> None:
    streams = [f"{prefix}_{n}" for n in range(MANY) for prefix in ("video", "like", "model")]
    shards = Shards({"video": 16, "engagement": 7, "platform": 1})
    assert shards.logs_of(streams) == [shards.log_of(stream) for stream in streams]
    assert shards.log_of("model_x") == ("platform", 0)
    assert {shard for category, shard in shards.logs_of(streams) if category == "engagement"} == set(range(7))


def test_of_no_streams_there_are_no_shards() -> None:
    assert Shards({}).logs_of([]) == []
