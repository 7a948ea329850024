"""Keys of accounts, sealed text, keyed digests."""

from __future__ import annotations

import asyncio

import pytest
from cryptography.exceptions import InvalidTag

from domain import catalog
from domain.errors import IllegalState
from infra import keys
from infra.keys import Hmac, Keyring, MasterKeyMismatch, derive
from infra.mapper import Mapper, account_of
from infra.memory import MASTER, MemoryKeyTable
from tests.given import OTHER, OWNER, completed, created, liked, opened


class CountingTable(MemoryKeyTable):
    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    async def read(self, accounts: object) -> dict[str, bytes | None]:
        self.reads += 1
        return await super().read(accounts)  # type: ignore[arg-type]


@pytest.fixture
def table() -> CountingTable:
    return CountingTable()


@pytest.fixture
def mapper(table: CountingTable) -> Mapper:
    return Mapper(Keyring(table, MASTER))


async def test_a_sealed_event_has_the_shape_of_a_clear_one(mapper: Mapper) -> None:
    sealed = catalog.decode("video.created.v1", await mapper.seal(created(prompt="sealed:not:really")))
    assert sealed.prompt.startswith(f"sealed:{OWNER}:")
    assert sealed.seconds == created().seconds
    assert account_of(sealed.prompt) == OWNER


async def test_what_was_sealed_is_opened(mapper: Mapper) -> None:
    for event in (created(prompt="sealed:a:b"), created(prompt=""), completed(understood=("a", "ü\n")), opened()):
        type_ = catalog.BY_KIND[type(event)].type
        assert await mapper.open(type_, await mapper.seal(event)) == event


async def test_an_event_without_sealed_text_needs_no_key(mapper: Mapper, table: CountingTable) -> None:
    data = await mapper.seal(liked())
    assert data == catalog.encode(liked())
    assert await mapper.open("engagement.liked.v1", data) == liked()
    assert table.reads == 0
    assert table.rows == {}


async def test_a_key_is_read_once_for_a_while(
    mapper: Mapper, table: CountingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mapper.seal(created())
    reads = table.reads
    await mapper.open("video.created.v1", await mapper.seal(created()))
    assert table.reads == reads
    monkeypatch.setattr(keys, "CACHE_SECONDS", -1.0)
    await mapper.seal(opened(account_id=OTHER))
    await mapper.seal(opened(account_id=OTHER))
    assert table.reads > reads + 2


async def test_who_misses_keys_at_one_moment_shares_one_read(table: CountingTable) -> None:
    mapper = Mapper(Keyring(table, MASTER))
    sealed = [await mapper.seal(created(owner_id=owner)) for owner in (OWNER, OTHER)]
    fresh, reads = Mapper(Keyring(table, MASTER)), table.reads
    await asyncio.gather(*(fresh.open("video.created.v1", data) for data in sealed * 20))
    assert table.reads == reads + 1


async def test_a_read_that_fails_is_tried_again_by_the_next() -> None:
    class Broken(CountingTable):
        async def read(self, accounts: object) -> dict[str, bytes | None]:
            if not self.reads:
                self.reads += 1
                raise OSError("away")
            return await super().read(accounts)

    mapper = Mapper(Keyring(Broken(), MASTER))
    results = await asyncio.gather(*(mapper.seal(created()) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [OSError] * 3
    assert await mapper.seal(created())


async def test_another_process_hears_that_a_key_was_destroyed(
    table: CountingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "CACHE_SECONDS", 0.0)
    here, there = Mapper(Keyring(table, MASTER)), Keyring(table, MASTER)
    data = await here.seal(created())
    await there.destroy(OWNER)
    assert (await here.open("video.created.v1", data)).prompt == "[erased]"
    with pytest.raises(IllegalState):
        await here.seal(created())


async def test_two_processes_that_make_a_key_at_once_use_the_same(table: CountingTable) -> None:
    class Raced(CountingTable):
        async def add(self, account: str, wrapped: bytes) -> None:
            await winner.seal(created())
            self.rows.update(table.rows)
            await super().add(account, wrapped)

    winner, loser = Mapper(Keyring(table, MASTER)), Mapper(Keyring(Raced(), MASTER))
    data = await loser.seal(created(prompt="a dog"))
    assert (await winner.open("video.created.v1", data)).prompt == "a dog"


async def test_text_without_a_key_reads_as_erased(mapper: Mapper) -> None:
    data = await mapper.seal(created())
    other = Mapper(Keyring(MemoryKeyTable(), MASTER))
    assert (await other.open("video.created.v1", data)).prompt == "[erased]"


async def test_sealed_text_cannot_be_moved_to_another_account(mapper: Mapper, table: CountingTable) -> None:
    await mapper.seal(created(owner_id=OTHER))
    data = (await mapper.seal(created())).replace(f"sealed:{OWNER}".encode(), f"sealed:{OTHER}".encode())
    with pytest.raises(InvalidTag):
        await mapper.open("video.created.v1", data)
    table.rows[OTHER] = table.rows[OWNER]
    with pytest.raises(MasterKeyMismatch):
        await Mapper(Keyring(table, MASTER)).open("video.created.v1", data)


async def test_another_master_key_is_said_so(mapper: Mapper, table: CountingTable) -> None:
    data = await mapper.seal(created())
    with pytest.raises(MasterKeyMismatch, match="does not fit this database"):
        await Mapper(Keyring(table, bytes(32))).open("video.created.v1", data)


async def test_no_key_lies_in_the_table_in_clear(mapper: Mapper, table: CountingTable) -> None:
    await mapper.seal(created())
    wrapped = table.rows[OWNER]
    assert wrapped is not None
    assert len(wrapped) == keys.NONCE_BYTES + keys.KEY_BYTES + 16


@pytest.mark.parametrize("text", ["", "clear", "sealed:", "sealed:acct_1"])
def test_clear_text_is_not_taken_for_sealed(text: str) -> None:
    with pytest.raises(ValueError, match="not a sealed text"):
        account_of(text)


def test_digests_depend_on_key_purpose_and_data() -> None:
    digest = Hmac(MASTER).digest("account name", b"ada")
    assert len(digest) == 32
    assert digest == Hmac(MASTER).digest("account name", b"ada")
    others = [Hmac(bytes(32)).digest("account name", b"ada"), Hmac(MASTER).digest("request", b"ada")]
    assert digest not in [*others, Hmac(MASTER).digest("account name", b"bob")]


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_master_key_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        derive(bytes(size), "anything")
