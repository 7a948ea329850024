"""The bus: decided once, answered the same for ever, tried again when another command was quicker."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from commands import bus as module
from commands.account import OpenAccount
from commands.bus import HANDLERS, Bus, Outcome
from commands.engagement import LikeVideo, UnlikeVideo
from commands.video import CreateVideo, DeleteVideo, PublishVideo, RemixVideo
from domain.errors import Conflict, IdempotencyMismatch, IllegalState, Invalid, NotFound, Unavailable
from domain.ids import hold_of, like_stream, model_stream, wallet_stream
from domain.recorded import Answered, Append, Appended, Fact, Origin
from infra.memory import MemoryEventStore
from tests.given import (
    AT,
    OTHER,
    OWNER,
    PARENT_ID,
    VIDEO_ID,
    completed,
    created,
    happened,
    liked,
    opened,
    published,
    registered,
)
from tests.outside import Outside

CREATE = CreateVideo(video_id=VIDEO_ID, account_id=OWNER, model="sora-2", prompt="a cat", seed=7)


class Rival(MemoryEventStore):
    """Before each of the first appends another command is quicker."""

    def __init__(self, quicker: int) -> None:
        super().__init__()
        self.quicker = quicker

    async def append(self, append: Append) -> Appended | Answered:
        if append.changes and self.quicker:
            self.quicker -= 1
            raise Conflict("stream_moved", "somebody was quicker")
        return await super().append(append)


class Busy(MemoryEventStore):
    """Others have their turn before it answers."""

    async def load(self, stream: str, after: int = 0) -> list[Fact]:
        await asyncio.sleep(0)
        return await super().load(stream, after)


class Platform:
    def __init__(self, store: MemoryEventStore | None = None) -> None:
        self.store, self.outside = store or MemoryEventStore(), Outside()
        self.bus = Bus(self.store, self.outside.world())
        self._count = 0

    async def send(self, command: Any, key: str | None = None, *, by: str = OWNER, body: bytes = b"body") -> Outcome:
        self._count += 1
        origin = Origin(
            account=by, key=key or f"k{self._count}", request_hash=body, occurred_at=AT, causation="", correlation=""
        )
        return await self.bus.dispatch(command, origin, repeatable=key is not None)

    async def types(self, stream: str) -> list[str]:
        return [fact.recorded.type for fact in await self.store.load(stream)]


@pytest.fixture
async def platform() -> Platform:
    made = Platform()
    await furnish(made.store)
    return made


async def furnish(store: MemoryEventStore) -> None:
    await happened(store, OWNER, opened())
    await happened(store, OTHER, opened(account_id=OTHER, name="Grace"))
    await happened(store, model_stream("sketch-1"), registered())


async def test_a_command_becomes_facts_and_an_answer(platform: Platform) -> None:
    outcome = await platform.send(CREATE)
    assert outcome.answer == {"video_id": VIDEO_ID}
    assert [position.category for position in outcome.positions] == ["account", "video"]
    [fact] = await platform.store.load(VIDEO_ID)
    assert fact.event == created(prompt="a cat", hold_id=hold_of(VIDEO_ID), ruleset="test-1")
    assert await platform.types(wallet_stream(OWNER)) == ["wallet.allowance_granted.v1", "wallet.held.v1"]


async def test_a_repeated_command_happens_once_and_is_answered_the_same(platform: Platform) -> None:
    first = await platform.send(CREATE, "same")
    again = await platform.send(msgspec.structs.replace(CREATE, video_id=PARENT_ID), "same")
    assert again == msgspec.structs.replace(first, replayed=True)
    assert await platform.types(PARENT_ID) == []


async def test_the_same_key_at_the_same_time_happens_once(platform: Platform) -> None:
    outcomes = await asyncio.gather(*(platform.send(CREATE, "same") for _ in range(10)))
    assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 9
    assert await platform.types(VIDEO_ID) == ["video.created.v1"]


async def test_a_key_belongs_to_one_request(platform: Platform) -> None:
    await platform.send(CREATE, "same")
    with pytest.raises(IdempotencyMismatch):
        await platform.send(CREATE, "same", body=b"another body")


async def test_a_refusal_is_remembered_word_for_word(platform: Platform) -> None:
    bad = msgspec.structs.replace(CREATE, size="1x1")
    refusals = []
    for command in (bad, CREATE):
        with pytest.raises(Invalid) as caught:
            await platform.send(command, "same")
        refusals.append((caught.value.code, caught.value.message, caught.value.param))
    assert refusals[0] == refusals[1]
    assert await platform.types(VIDEO_ID) == []


async def test_a_circumstance_is_not_remembered(platform: Platform) -> None:
    platform.outside.workers_live = False
    with pytest.raises(Unavailable) as caught:
        await platform.send(CREATE, "same")
    assert caught.value.code == "no_worker"
    platform.outside.workers_live = True
    assert not (await platform.send(CREATE, "same")).replayed


async def test_a_bad_request_is_told_so_even_without_a_worker(platform: Platform) -> None:
    platform.outside.workers_live = False
    with pytest.raises(Invalid):
        await platform.send(msgspec.structs.replace(CREATE, seconds=5))


async def test_who_was_not_quick_enough_tries_again() -> None:
    platform = Platform(Rival(quicker=0))
    await furnish(platform.store)
    platform.store.quicker = 3  # type: ignore[attr-defined]
    await platform.send(CREATE)
    assert await platform.types(VIDEO_ID) == ["video.created.v1"]


async def test_who_never_gets_through_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE_SECONDS", 0.05)
    platform = Platform(Rival(quicker=0))
    await furnish(platform.store)
    platform.store.quicker = 10**6  # type: ignore[attr-defined]
    with pytest.raises(Unavailable) as caught:
        await platform.send(CREATE)
    assert caught.value.code == "busy"


async def test_who_comes_when_too_many_are_at_work_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    platform = Platform(Busy())
    unlike = UnlikeVideo(video_id=VIDEO_ID, account_id=OWNER)
    found = await asyncio.gather(*(platform.send(unlike) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in found] == [Outcome, Outcome, Unavailable]
    await platform.send(unlike)  # those who were at work have ended


async def test_nothing_happened_is_an_answer_too(platform: Platform) -> None:
    outcome = await platform.send(UnlikeVideo(video_id=VIDEO_ID, account_id=OWNER))
    assert (outcome.answer, outcome.positions) == ({"video_id": VIDEO_ID}, ())


async def test_a_like_carries_the_facts_that_boards_exclude_on(platform: Platform) -> None:
    await happened(platform.store, VIDEO_ID, created(), completed(), published())
    await platform.send(LikeVideo(video_id=VIDEO_ID, account_id=OTHER), by=OTHER)
    [fact] = await platform.store.load(like_stream(VIDEO_ID, OTHER))
    opened_at = (await platform.store.load(OTHER))[0].recorded.recorded_at
    assert fact.event == liked(account_opened_at=opened_at)


async def test_a_remix_keeps_size_length_seed_and_model_of_its_parent(platform: Platform) -> None:
    parent = created(owner_id=OTHER, seconds=8, size="1280x720", seed=99)
    await happened(platform.store, PARENT_ID, parent, completed(owner_id=OTHER), published(owner_id=OTHER))
    await platform.send(RemixVideo(video_id=VIDEO_ID, parent_id=PARENT_ID, account_id=OWNER, prompt="make it night"))
    [fact] = await platform.store.load(VIDEO_ID)
    kept = fact.event
    assert (kept.seconds, kept.size, kept.seed, kept.model, kept.depth) == (8, "1280x720", 99, "sora-2", 1)
    assert [edge.video_id for edge in kept.parents] == [PARENT_ID]


async def test_an_account_that_was_never_opened_can_do_nothing(platform: Platform) -> None:
    with pytest.raises(NotFound):
        await platform.send(msgspec.structs.replace(CREATE, account_id="acct_nobody"), by="acct_nobody")


async def test_publishing_and_deleting(platform: Platform) -> None:
    await platform.send(CREATE)
    with pytest.raises(IllegalState):
        await platform.send(PublishVideo(video_id=VIDEO_ID, account_id=OWNER))
    await happened(platform.store, VIDEO_ID, completed())
    await platform.send(PublishVideo(video_id=VIDEO_ID, account_id=OWNER))
    await platform.send(DeleteVideo(video_id=VIDEO_ID, account_id=OWNER))
    assert (await platform.types(VIDEO_ID))[-2:] == ["video.published.v1", "video.deleted.v1"]


def test_a_handler_is_named_after_its_command() -> None:
    snake = {"".join(f"_{c.lower()}" if c.isupper() else c for c in kind.__name__)[1:]: kind for kind in HANDLERS}
    assert {handler.__name__ for handler in HANDLERS.values()} == set(snake)
    assert OpenAccount in HANDLERS
