"""The benchmark's platform is in the read models as it was drawn."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from projections import checkpoint, install
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.registry import BY_NAME
from recut.generator.shape import ROOT, draw, sizes
from tests.benchmarks.platform import SHARDS, Platform, whole_hour

SIZES = sizes(300, family=60, chain=40, likes=900)


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform(draw(SIZES, 7), whole_hour(), hours=6)


def filled(url: str, platform: Platform, name: str) -> Connection:
    model = BY_NAME[name]
    conn = connect(url)
    install.install(conn)
    events = platform.events(model)
    while batch := list(islice(events, 500)):
        result = checkpoint.run(conn, model, batch, Epochs(platform.epochs(model)))
        assert result.applied == len(batch)
    conn.execute("select set_config('search_path', %s, false)", [model.schema])
    return conn


def one(conn: Connection, query: str, *values: Any) -> Any:
    found = conn.execute(query.encode(), values).fetchone()
    assert found
    return found[0]


def test_feed(fresh_database: str, platform: Platform) -> None:
    shape = platform.shape
    with filled(fresh_database, platform, "feed") as conn:
        assert one(conn, "select count(*) from items where visibility = 'public'") == shape.listed.sum()
        assert one(conn, "select count(*) from follows") == len(shape.follows)
        by_others = sum(int(shape.owner[video]) != by for video, by in shape.likes.tolist())
        assert int(one(conn, "select sum(likes) from hours")) == by_others
        assert one(conn, "select max(published_at) - min(published_at) > interval '25 days' from items")


def test_remix_graph(fresh_database: str, platform: Platform) -> None:
    with filled(fresh_database, platform, "remix_graph") as conn:
        root = platform.video(ROOT)
        assert one(conn, "select count(*) from closure where ancestor = %s", root) == SIZES.family
        assert one(conn, "select max(depth) from closure") == max(platform.shape.depth)
        assert one(conn, "select count(*) from edges") == sum(map(len, platform.shape.parents))


def test_leaderboard(fresh_database: str, platform: Platform) -> None:
    with filled(fresh_database, platform, "leaderboard") as conn:
        assert one(conn, "select count(*) from likes") == len(platform.shape.likes)
        assert one(conn, "select count(*) from hours where counted") == 6
        assert one(conn, "select count(distinct ended_at) from snapshots") > 1
        assert one(conn, "select count(*) from checkpoints where category = 'video'") == SHARDS
