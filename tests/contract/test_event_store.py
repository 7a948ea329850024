"""What an event store promises, on PostgreSQL and on its twin in memory. What only a database can do wrong is tested in
`tests/integration/test_append.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Protocol

import pytest

from domain.errors import Conflict, IllegalState
from domain.fields import ERASED
from domain.recorded import Answered, Append, Appended, Fact, Position, Recorded
from infra.event_store import PostgresEventStore
from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Mapper, Opener
from infra.memory import MASTER, MemoryEventStore, MemoryKeyTable
from infra.postgres import open_pool
from tests.examples import erased
from tests.given import (
    AT,
    OTHER,
    OWNER,
    VIDEO_ID,
    an_id,
    appending,
    completed,
    created,
    deleted,
    happened,
    liked,
    opened,
    published,
    registered,
    unliked,
    unpublished,
)

LIKE = f"like_{VIDEO_ID}_{OTHER}"


class EventStore(Protocol):
    @property
    def epoch(self) -> str: ...
    async def append(self, append: Append) -> Appended | Answered: ...
    async def load(self, stream: str, after: int = 0) -> list[Fact]: ...
    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]: ...
    async def heads(self) -> list[Position]: ...
    async def answered(self, account: str, key: str) -> Answered | None: ...
    async def last_positions(self, account: str) -> tuple[Position, ...]: ...


class Parts:
    """A store that was just opened, and the keys with which it seals."""

    def __init__(self, store: EventStore, keyring: Keyring) -> None:
        self.store = store
        self.keyring = keyring


@pytest.fixture(params=["postgres", "memory"])
async def parts(request: pytest.FixtureRequest) -> AsyncIterator[Parts]:
    if request.param == "memory":
        keyring = Keyring(MemoryKeyTable(), MASTER)
        yield Parts(MemoryEventStore(Mapper(keyring)), keyring)
        return
    url = request.getfixturevalue("fresh_database")
    async with open_pool(url) as pool:
        keyring = Keyring(PostgresKeyTable(pool), MASTER)
        async with PostgresEventStore(url, pool, Mapper(keyring)) as store:
            yield Parts(store, keyring)


@pytest.fixture
def store(parts: Parts) -> EventStore:
    return parts.store


async def events_of(store: EventStore, stream: str) -> list[object]:
    return [fact.event for fact in await store.load(stream)]


async def everything(store: EventStore) -> list[Recorded]:
    logs = [await store.read(head.category, head.shard, 0, 10_000) for head in await store.heads()]
    return [recorded for log in logs for recorded in log]


async def test_what_was_appended_is_loaded_in_order(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created(), completed())
    await happened(store, VIDEO_ID, published())
    assert await events_of(store, VIDEO_ID) == [created(), completed(), published()]


async def test_a_stream_without_events_is_empty(store: EventStore) -> None:
    assert await store.load(VIDEO_ID) == []


async def test_the_envelope_says_who_when_and_why(store: EventStore) -> None:
    result = await store.append(appending((VIDEO_ID, 0, (created(), completed())), key="k1"))
    first, second = (fact.recorded for fact in await store.load(VIDEO_ID))
    assert (first.stream, first.version, first.type) == (VIDEO_ID, 1, "video.created.v1")
    assert (second.version, second.type) == (2, "video.generation_completed.v1")
    assert (first.actor, first.causation, first.correlation) == (OWNER, "cause of k1", "story of k1")
    assert first.traceparent == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert first.occurred_at == AT
    assert first.recorded_at == second.recorded_at > AT
    assert first.event_id != second.event_id
    assert first.epoch == store.epoch == result.epoch
    assert result.positions == (Position(second.category, second.shard, second.position),)


async def test_a_category_has_its_own_logs_and_a_stream_stays_in_one(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created())
    await happened(store, VIDEO_ID, completed())
    await happened(store, "model_sketch-1", registered())
    video, again = (fact.recorded for fact in await store.load(VIDEO_ID))
    model = (await store.load("model_sketch-1"))[0].recorded
    assert (video.category, video.shard) == (again.category, again.shard)
    assert (video.position, again.position) == (1, 2)
    assert (model.category, model.shard, model.position) == ("platform", 0, 1)


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_a_stream_at_another_version_is_a_conflict(store: EventStore, expected: int) -> None:
    await happened(store, VIDEO_ID, created(), completed())
    with pytest.raises(Conflict):
        await store.append(appending((VIDEO_ID, expected, published()), key="k1"))
    assert await events_of(store, VIDEO_ID) == [created(), completed()]


async def test_a_stream_that_should_exist_and_does_not_is_a_conflict(store: EventStore) -> None:
    with pytest.raises(Conflict):
        await store.append(appending((VIDEO_ID, 1, completed()), key="k1"))


@pytest.mark.parametrize("relied_on", [0, 1, 3])
async def test_a_stream_that_was_relied_on_and_moved_is_a_conflict(store: EventStore, relied_on: int) -> None:
    await happened(store, VIDEO_ID, created(), completed())
    with pytest.raises(Conflict):
        await store.append(appending((LIKE, 0, liked()), relying_on={VIDEO_ID: relied_on}, key="k1"))
    assert await store.load(LIKE) == []


async def test_a_stream_that_was_relied_on_and_did_not_move_is_no_obstacle(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created(), completed())
    result = await store.append(appending((LIKE, 0, liked()), relying_on={VIDEO_ID: 2, OTHER: 0}, key="k1"))
    assert [position.category for position in result.positions] == ["engagement"]
    assert await events_of(store, VIDEO_ID) == [created(), completed()]


async def test_all_streams_of_a_command_are_written(store: EventStore) -> None:
    result = await store.append(appending((VIDEO_ID, 0, created()), (OWNER, 0, opened()), key="k1"))
    assert [position.category for position in result.positions] == ["account", "video"]
    assert await events_of(store, VIDEO_ID) == [created()]
    assert await events_of(store, OWNER) == [opened()]


async def test_or_none(store: EventStore) -> None:
    await happened(store, OWNER, opened())
    with pytest.raises(Conflict):
        await store.append(appending((VIDEO_ID, 0, created()), (OWNER, 0, opened()), key="k1"))
    assert await store.load(VIDEO_ID) == []
    assert await store.answered(OWNER, "k1") is None


async def test_a_command_that_lost_may_try_again_under_its_id(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created())
    with pytest.raises(Conflict):
        await store.append(appending((VIDEO_ID, 0, completed()), key="k1"))
    assert isinstance(await store.append(appending((VIDEO_ID, 1, completed()), key="k1")), Appended)


async def test_a_repeated_command_is_answered_as_before(store: EventStore) -> None:
    first = await store.append(appending((VIDEO_ID, 0, created()), key="k1", answer=b'{"ok":{"n":1}}'))
    await happened(store, VIDEO_ID, completed())
    repeat = await store.append(appending((VIDEO_ID, 0, created()), key="k1", answer=b'{"ok":{"n":2}}'))
    assert repeat == Answered(b"request", b'{"ok":{"n":1}}', store.epoch, first.positions)
    assert repeat == await store.answered(OWNER, "k1")
    assert await events_of(store, VIDEO_ID) == [created(), completed()]


async def test_a_repeat_shows_the_request_that_the_id_belongs_to(store: EventStore) -> None:
    await store.append(appending((VIDEO_ID, 0, created()), key="k1", request_hash=b"one"))
    other = await store.append(appending((LIKE, 0, liked()), key="k1", request_hash=b"two"))
    assert isinstance(other, Answered)
    assert other.request_hash == b"one"
    assert await store.load(LIKE) == []


async def test_the_same_id_of_another_account_is_another_command(store: EventStore) -> None:
    await store.append(appending((VIDEO_ID, 0, created()), key="k1", by=OWNER))
    assert isinstance(await store.append(appending((LIKE, 0, liked()), key="k1", by=OTHER)), Appended)


async def test_an_answer_is_kept_without_events(store: EventStore) -> None:
    refused = appending(key="k1", answer=b'{"rejected":{}}')
    assert await store.append(refused) == Appended(store.epoch, ())
    assert await store.append(refused) == Answered(b"request", b'{"rejected":{}}', store.epoch, ())
    assert await everything(store) == []


async def test_of_commands_on_one_stream_one_wins(store: EventStore) -> None:
    rivals = [store.append(appending((VIDEO_ID, 0, created(seed=n)), key=f"k{n}")) for n in range(20)]
    results = await asyncio.gather(*rivals, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Appended"] + ["Conflict"] * 19
    winner = next(n for n, result in enumerate(results) if isinstance(result, Appended))
    assert await events_of(store, VIDEO_ID) == [created(seed=winner)]


async def test_a_reader_and_a_writer_of_one_stream_at_once_are_put_in_an_order(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created(), completed(), published())
    unpublish = appending((VIDEO_ID, 3, unpublished()), key="unpublish")
    likes = [appending((f"like_{n}", 0, liked()), relying_on={VIDEO_ID: 3}, key=f"like {n}") for n in range(20)]
    commands = [*likes[:10], unpublish, *likes[10:]]
    results = await asyncio.gather(*(store.append(command) for command in commands), return_exceptions=True)
    assert isinstance(results[10], Appended)
    assert {type(result) for result in results} <= {Appended, Conflict}
    published_until = (await store.load(VIDEO_ID))[-1].recorded.recorded_at
    found = [fact for n in range(20) for fact in await store.load(f"like_{n}")]
    assert all(fact.recorded.recorded_at <= published_until for fact in found)
    assert len(found) == sum(isinstance(result, Appended) for result in results) - 1


async def test_one_command_sent_many_times_at_once_happens_once(store: EventStore) -> None:
    sent = [store.append(appending((VIDEO_ID, 0, created()), key="k1")) for _ in range(20)]
    results = await asyncio.gather(*sent)
    assert sorted(type(result).__name__ for result in results) == ["Answered"] * 19 + ["Appended"]
    assert len({result.positions for result in results}) == 1
    assert await events_of(store, VIDEO_ID) == [created()]


async def test_one_refusal_sent_many_times_at_once_is_kept_once(store: EventStore) -> None:
    results = await asyncio.gather(*(store.append(appending(key="k1")) for _ in range(20)))
    assert sorted(type(result).__name__ for result in results) == ["Answered"] * 19 + ["Appended"]


async def test_of_two_that_rely_on_what_the_other_changes_one_wins(store: EventStore) -> None:
    """If both won, neither would have seen what the other did, in whatever order they happened."""
    pairs = [(an_id("acct", 2 * n), an_id("acct", 2 * n + 1)) for n in range(20)]
    both = [pair for mine, yours in pairs for pair in ((mine, yours), (yours, mine))]
    commands = [
        appending((mine, 0, opened(account_id=mine)), relying_on={yours: 0}, key=f"{mine} {yours}")
        for mine, yours in both
    ]
    results = await asyncio.gather(*(store.append(command) for command in commands), return_exceptions=True)
    outcomes = [{type(results[n]), type(results[n + 1])} for n in range(0, len(results), 2)]
    assert outcomes == [{Appended, Conflict}] * 20


async def test_losers_leave_no_hole_and_winners_miss_nothing(store: EventStore) -> None:
    """Three rivals for each of 100 likes, some over two streams."""
    rivals = [rival(video, n) for n in range(3) for video in range(100)]
    results = await asyncio.gather(*(store.append(each) for each in rivals), return_exceptions=True)
    assert sum(isinstance(result, Appended) for result in results) == 100
    assert sum(isinstance(result, Conflict) for result in results) == 200
    recorded = await everything(store)
    assert len(recorded) == 100 + 50
    assert_sound(recorded, await store.heads())


def rival(video: int, n: int) -> Append:
    like = (f"like_{an_id('video', video)}_{OTHER}", 0, liked())
    account = an_id("acct", video)
    also = [(account, 0, opened(account_id=account))] if video % 2 else []
    return appending(like, *also, key=f"{video} {n}")


def assert_sound(recorded: list[Recorded], heads: list[Position]) -> None:
    """Every log counts from 1 to its head without a hole, and its time never goes back."""
    for head in heads:
        log = [each for each in recorded if (each.category, each.shard) == (head.category, head.shard)]
        assert [each.position for each in log] == list(range(1, head.position + 1))
        assert all(before.recorded_at <= after.recorded_at for before, after in pairwise(log))


async def test_a_log_is_read_in_pages(store: EventStore) -> None:
    await happened(store, "model_a", registered(rank=1), registered(rank=2), registered(rank=3))
    assert [each.position for each in await store.read("platform", 0, 0, 2)] == [1, 2]
    assert [each.position for each in await store.read("platform", 0, 2, 2)] == [3]
    assert await store.read("platform", 0, 3, 2) == []
    assert await store.read("platform", 7, 0, 2) == []


async def test_heads_name_every_log(store: EventStore) -> None:
    await happened(store, "model_a", registered(rank=1), registered(rank=2))
    heads = await store.heads()
    assert Position("platform", 0, 2) in heads
    assert len(heads) == 5 * 16 + 1
    assert heads == sorted(heads)


async def test_the_last_positions_of_an_account_are_those_of_its_last_change(store: EventStore) -> None:
    assert await store.last_positions(OWNER) == ()
    await happened(store, VIDEO_ID, created(), by=OWNER)
    last = await happened(store, VIDEO_ID, completed(), by=OWNER)
    await happened(store, LIKE, liked(), by=OTHER)
    await store.append(appending(key="refused", by=OWNER))
    assert await store.last_positions(OWNER) == last.positions


async def test_a_prompt_is_sealed_where_it_lies(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created(prompt="canary in a cage"), completed(understood=("canary", "cage")))
    for recorded in await everything(store):
        assert b"canary" not in recorded.data
        assert f"sealed:{OWNER}:".encode() in recorded.data
    assert await events_of(store, VIDEO_ID) == [
        created(prompt="canary in a cage"),
        completed(understood=("canary", "cage")),
    ]


async def test_two_sealed_texts_are_never_alike(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created())
    await happened(store, an_id("video", 9), created())
    first, second = (recorded.data for recorded in await everything(store))
    assert first != second


async def test_text_of_an_erased_account_reads_as_erased(parts: Parts) -> None:
    await happened(parts.store, VIDEO_ID, created(), completed(understood=("cat",)), published())
    await happened(parts.store, OTHER, opened(account_id=OTHER))
    await parts.keyring.destroy(OWNER)
    assert await events_of(parts.store, VIDEO_ID) == [
        created(prompt=ERASED),
        completed(understood=(ERASED,), ignored=(ERASED,)),
        published(caption=ERASED),
    ]
    assert await events_of(parts.store, OTHER) == [opened(account_id=OTHER)]


async def test_nothing_more_is_written_for_an_erased_account(parts: Parts) -> None:
    await happened(parts.store, VIDEO_ID, created(), completed())
    await parts.keyring.destroy(OWNER)
    with pytest.raises(IllegalState) as caught:
        await happened(parts.store, VIDEO_ID, published())
    assert caught.value.code == "account_erased"
    await happened(parts.store, VIDEO_ID, deleted())


async def test_an_account_erased_before_it_had_a_key_never_gets_one(parts: Parts) -> None:
    await parts.keyring.destroy(OWNER)
    with pytest.raises(IllegalState):
        await happened(parts.store, VIDEO_ID, created())


async def test_sealed_texts_of_read_models_are_opened_together(parts: Parts) -> None:
    await happened(parts.store, OWNER, opened(name="Ada"))
    await happened(parts.store, OTHER, opened(account_id=OTHER, name="Grace"))
    await parts.keyring.destroy(OTHER)
    sealed = {recorded.stream: recorded.data for recorded in await everything(parts.store)}
    tokens = [data.decode().split('"name":"')[1].split('"')[0] for data in (sealed[OTHER], sealed[OWNER])]
    assert await Opener(parts.keyring).open([*tokens, tokens[1]]) == [ERASED, "Ada", "Ada"]
    assert await Opener(parts.keyring).open([]) == []


async def test_a_command_names_a_stream_once(store: EventStore) -> None:
    with pytest.raises(ValueError, match="each stream once"):
        await store.append(appending((VIDEO_ID, 0, created()), (VIDEO_ID, 1, completed()), key="k1"))
    with pytest.raises(ValueError, match="each stream once"):
        await store.append(appending((VIDEO_ID, 0, created()), relying_on={VIDEO_ID: 0}, key="k1"))


async def test_an_event_belongs_into_a_stream_of_its_category(store: EventStore) -> None:
    with pytest.raises(ValueError, match="video"):
        await store.append(appending((VIDEO_ID, 0, unliked()), key="k1"))


async def test_a_stream_is_loaded_from_a_version_on(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created(), completed())
    both = await store.load(VIDEO_ID)
    assert [await store.load(VIDEO_ID, version) for version in (0, 1, 2, 3)] == [both, both[1:], [], []]


async def test_the_key_of_an_account_goes_with_the_event_that_ends_it(store: EventStore) -> None:
    await happened(store, VIDEO_ID, created())
    await happened(store, OWNER, opened())
    with pytest.raises(Conflict):
        await store.append(appending((OWNER, 0, erased()), key="too late"))
    assert await events_of(store, VIDEO_ID) == [created()]
    await store.append(appending((OWNER, 1, erased()), (OTHER, 0, opened(account_id=OTHER)), key="the end"))
    assert await events_of(store, VIDEO_ID) == [created(prompt=ERASED)]
    assert await events_of(store, OWNER) == [opened(name=ERASED), erased()]
    assert await events_of(store, OTHER) == [opened(account_id=OTHER)]
    with pytest.raises(IllegalState):
        await happened(store, VIDEO_ID, published())
