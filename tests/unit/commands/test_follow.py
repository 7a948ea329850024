"""Following and unfollowing an account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from commands.engagement import FollowAccount, UnfollowAccount, follow_account, unfollow_account
from commands.work import Work
from domain.catalog import BY_KIND, category_of
from domain.engagement import Followed, Unfollowed
from domain.errors import Invalid, NotFound
from domain.ids import follow_stream
from domain.recorded import Fact, Origin, Recorded
from tests.given import opened

AT = datetime(2026, 11, 22, tzinfo=UTC)
ANN, BOB = "acct_ann", "acct_bob"
PAIR = follow_stream(ANN, BOB)
OPEN = {name: [opened(account_id=name, name=name)] for name in (ANN, BOB)}
FOLLOWED = Followed(follower_id=ANN, followee_id=BOB)
UNFOLLOWED = Unfollowed(follower_id=ANN, followee_id=BOB)


class Past:
    """An event store that only remembers."""

    def __init__(self, streams: dict[str, list[Any]]) -> None:
        self.streams = streams

    async def load(self, stream: str, after: int = 0) -> list[Fact]:
        return [Fact(_recorded(stream, n, event), event) for n, event in enumerate(self.streams.get(stream, ()), 1)]


def _recorded(stream: str, version: int, event: Any) -> Recorded:
    return Recorded(
        epoch="", category="", shard=0, position=version, event_id="", stream=stream, version=version,
        type=BY_KIND[type(event)].type, occurred_at=AT, recorded_at=AT, actor="", causation="", correlation="",
        traceparent="", data=b"",
    )  # fmt: skip


async def when(handler: Any, command: Any, streams: dict[str, list[Any]]) -> dict[str, tuple[Any, ...]]:
    origin = Origin(account=ANN, key="k", request_hash=b"", occurred_at=AT, causation="", correlation="")
    work = Work(Past(streams), None, origin)  # type: ignore[arg-type]
    await handler(command, work)
    return {change.stream: change.events for change in work.effect().changes}


def test_a_pair_is_a_stream_of_engagement() -> None:
    assert category_of(PAIR) == "engagement"


async def test_follow() -> None:
    assert await when(follow_account, FollowAccount(account_id=ANN, followee_id=BOB), OPEN) == {PAIR: (FOLLOWED,)}


async def test_following_twice_is_no_news() -> None:
    given = {**OPEN, PAIR: [FOLLOWED]}
    assert await when(follow_account, FollowAccount(account_id=ANN, followee_id=BOB), given) == {}


async def test_unfollow_and_follow_again() -> None:
    unfollow = UnfollowAccount(account_id=ANN, followee_id=BOB)
    assert await when(unfollow_account, unfollow, {**OPEN, PAIR: [FOLLOWED]}) == {PAIR: (UNFOLLOWED,)}
    assert await when(unfollow_account, unfollow, OPEN) == {}
    again = await when(
        follow_account, FollowAccount(account_id=ANN, followee_id=BOB), {**OPEN, PAIR: [FOLLOWED, UNFOLLOWED]}
    )
    assert again == {PAIR: (FOLLOWED,)}


async def test_only_others_and_only_who_exists() -> None:
    with pytest.raises(Invalid, match="itself"):
        await when(follow_account, FollowAccount(account_id=ANN, followee_id=ANN), OPEN)
    with pytest.raises(NotFound, match="There is no account"):
        await when(follow_account, FollowAccount(account_id=ANN, followee_id=BOB), {ANN: OPEN[ANN]})
