"""The oracle of the kill loop must itself be able to say no."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from commands.reactions import CATEGORIES
from projections import db, install
from projections.registry import MODELS
from tests.fault import compare, kill_loop

FOLLOWERS = {model.schema: model.categories for model in MODELS} | {"reactor_v1": CATEGORIES}
OF_VIDEOS = [schema for schema, categories in FOLLOWERS.items() if "video" in categories]
HEADS = {"video": 2, "account": 1}
STORED: dict[compare.Log, list[Any]] = {("video", 0): [object(), object()], ("engagement", 0): [], ("account", 0): [1]}


@pytest.fixture
def conn(fresh_database: str) -> Any:
    with db.connect(fresh_database) as conn:
        install.install(conn)
        install.create_bare(conn, "reactor_v1")
        conn.execute("insert into log.logs values ('video', 0, 2), ('engagement', 0, 0), ('account', 0, 1)")
        conn.execute("insert into relay.cursors values ('video', 0, 2), ('account', 0, 1)")
        yield conn


def follow(conn: psycopg.Connection[Any], *schemas: str, **elsewhere: int) -> None:
    """Brings them to the heads of the logs that they follow, but for those that are named."""
    for schema in schemas:
        for category, head in (HEADS | elsewhere).items():
            if category in FOLLOWERS[schema]:
                conn.execute(
                    f"insert into {schema}.checkpoints values ('{category}', 0, 'e', {head}, now(), null)"
                    " on conflict (category, shard) do update set position = excluded.position"
                )


def test_who_is_at_the_heads_is_fine(conn: psycopg.Connection[Any]) -> None:
    follow(conn, *FOLLOWERS)
    assert compare.compare_checkpoints(conn, STORED) == []
    assert kill_loop.at_rest(conn)


@pytest.mark.parametrize("late", OF_VIDEOS)
def test_who_never_began_a_log_or_stands_elsewhere_is_named(conn: psycopg.Connection[Any], late: str) -> None:
    follow(conn, *(schema for schema in FOLLOWERS if schema != late))
    for position in (None, 1, 3):
        if position:
            follow(conn, late, video=position)
        [problem] = compare.compare_checkpoints(conn, STORED)
        assert problem.startswith(late.rpartition("_v")[0])
        assert not kill_loop.at_rest(conn)


def booking(type_: str, video_id: str, source: str, target: str, amount: int = 4) -> tuple[Any, ...]:
    lines = [{"account": source, "amount": -amount}, {"account": target, "amount": amount}]
    return 1, "event", "wallet_a", f"wallet.{type_}.v1", {"lines": lines, "hold_id": "hold", "video_id": video_id}


GRANTED = (
    1,
    "event",
    "wallet_a",
    "wallet.allowance_granted.v1",
    {"lines": booking("", "", "allowance", "free", 8)[4]["lines"]},
)
HELD, SETTLED = booking("held", "v", "free", "held"), booking("settled", "v", "held", "spent")
RELEASED = booking("released", "v", "held", "free")
COMPLETED = (1, "event", "v", "video.generation_completed.v1", {})
FAILED = (1, "event", "v", "video.generation_failed.v1", {})


@pytest.mark.parametrize(
    "facts", [[GRANTED, HELD, COMPLETED, SETTLED], [GRANTED, HELD, FAILED, RELEASED], [GRANTED, HELD]]
)
def test_wallets_that_are_right(facts: list[Any]) -> None:
    assert compare.compare_wallets(facts) == []


@pytest.mark.parametrize(
    "facts",
    [
        [GRANTED, HELD, COMPLETED],  # delivered and not paid
        [GRANTED, HELD, COMPLETED, RELEASED],
        [GRANTED, HELD, FAILED, SETTLED],
        [GRANTED, HELD, COMPLETED, SETTLED, SETTLED],
        [COMPLETED],  # for nothing
        [HELD],  # on credit
        [GRANTED, HELD, booking("held", "w", "free", "held", 7)],
    ],
)
def test_wallets_that_are_wrong(facts: list[Any]) -> None:
    assert compare.compare_wallets(facts)
