"""A new master key, and every moment at which getting one can be cut short."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra import root_secret
from infra.accounts import Accounts
from infra.clock import SystemIds
from infra.keys import Hmac, Keyring, PostgresKeyTable
from infra.mapper import Mapper
from infra.postgres import open_pool
from recut import rotation, wiring
from recut.cli import main
from recut.errors import OperatorError
from recut.settings import load
from tests.given import OWNER, an_id, opened

ACCOUNTS = [an_id("acct", number) for number in range(30, 50)]
WRAPPED = """
    select account_id, wrapped from keys.accounts where wrapped is not null
    union all select name, wrapped from keys.secrets
"""


class Cut(BaseException):
    """The process ends here."""


class Vault:
    """An installation's keys, and what was made with them."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.sealed: list[bytes] = []
        self.root = b""

    async def fill(self) -> None:
        async with open_pool(self.database, size=1) as pool:
            self.root = await wiring.read_root(load(), pool)
            keyring = Keyring(PostgresKeyTable(pool), wiring.master_key(load()))
            self.sealed = [await Mapper(keyring).seal(opened(account_id=each)) for each in [*ACCOUNTS, OWNER]]
            await keyring.destroy(OWNER)
            await Accounts(pool, Hmac(self.root), SystemIds()).account_id_for("ada")

    def check(self) -> None:
        """Everything reads as before with the master key as the settings give it now."""
        asyncio.run(self._check())

    async def _check(self) -> None:
        async with open_pool(self.database, size=1) as pool:
            assert await wiring.read_root(load(), pool) == self.root
            mapper = Mapper(Keyring(PostgresKeyTable(pool), wiring.master_key(load())))
            names = [(await mapper.open("account.opened.v2", data)).name for data in self.sealed]
            assert names == [opened().name] * len(ACCOUNTS) + ["[erased]"]
            assert await Accounts(pool, Hmac(self.root), SystemIds()).find("Ada")

    def wrapped(self) -> dict[str, bytes]:
        with psycopg.connect(self.database) as connection:
            return dict(connection.execute(WRAPPED.encode()).fetchall())

    def key(self) -> bytes:
        return wiring.master_key(load())


@pytest.fixture
def vault(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """With its master key in a file, as the embedded runtime has it."""
    monkeypatch.setenv("RECUT_HOME", str(tmp_path))
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.delenv("RECUT_MASTER_KEY", raising=False)
    wiring.make_master_key(load())
    made = Vault(fresh_database)
    asyncio.run(made.fill())
    return made


def rotate() -> int:
    return main(["rotate-master-key"])


def test_everything_reads_as_before_and_nothing_is_wrapped_as_before(vault: Vault) -> None:
    key, wrapped = vault.key(), vault.wrapped()
    for _ in range(2):
        assert rotate() == 0
        vault.check()
    assert vault.key() != key
    assert vault.wrapped().keys() == wrapped.keys() == {*ACCOUNTS, root_secret.NAME}
    assert not set(vault.wrapped().values()) & set(wrapped.values())
    file = wiring.master_key_file(load())
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir() if each.name.startswith("master.key")] == [file.name]


def in_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page of keys was wrapped anew, the next one was not."""
    monkeypatch.setattr(root_secret, "AT_ONCE", 7)
    wrap, done = root_secret.Wrapping.wrap_key, []

    def cut(self: Any, account: str, key: bytes) -> bytes:
        done.append(account)
        if len(done) > 10:
            raise Cut
        return wrap(self, account, key)

    monkeypatch.setattr(root_secret.Wrapping, "wrap_key", cut)


def before_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "_change", cut_here)


def after_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "adopt", cut_here)


def while_the_new_key_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file must still be whole."""
    monkeypatch.setattr(os, "fsync", cut_here)


def when_the_name_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    sync, calls = wiring.sync_folder, []

    def cut(folder: Path) -> None:
        calls.append(folder)
        if len(calls) == 2:
            raise Cut
        sync(folder)

    monkeypatch.setattr(wiring, "sync_folder", cut)


def cut_here(*_: Any) -> None:
    raise Cut


MOMENTS = [
    while_the_new_key_is_written,
    before_the_transaction,
    in_the_transaction,
    after_the_transaction,
    when_the_name_has_changed,
]


@pytest.mark.parametrize("at", MOMENTS)
def test_cut_short_it_is_done_or_not_done_at_the_next_start(
    vault: Vault, at: Callable[[pytest.MonkeyPatch], None]
) -> None:
    key, wrapped = vault.key(), vault.wrapped()
    with pytest.MonkeyPatch.context() as patch:
        at(patch)
        with pytest.raises(Cut):
            rotate()
    is_done = at in (after_the_transaction, when_the_name_has_changed)
    assert (vault.wrapped() == wrapped) != is_done, "all of the keys or none"
    rotation.finish(load())
    vault.check()
    assert (vault.key() == key) != is_done


@pytest.mark.parametrize("at", MOMENTS)
def test_cut_short_it_can_be_run_again(vault: Vault, at: Callable[[pytest.MonkeyPatch], None]) -> None:
    key = vault.key()
    with pytest.MonkeyPatch.context() as patch:
        at(patch)
        with pytest.raises(Cut):
            rotate()
    assert rotate() == 0
    vault.check()
    assert vault.key() != key


def test_in_production_the_keys_come_from_settings(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (base64.b64encode(key).decode() for key in (vault.key(), bytes(range(32))))
    file = wiring.master_key_file(load())
    file.unlink()
    monkeypatch.setenv("RECUT_MASTER_KEY", old)
    assert rotate() == 2, "there is no next key"
    monkeypatch.setenv("RECUT_MASTER_KEY_NEXT", new)
    for _ in range(2):  # run twice, the second one finds it done
        assert rotate() == 0
    monkeypatch.delenv("RECUT_MASTER_KEY_NEXT")
    with pytest.raises(OperatorError, match="The master key does not fit this database"):
        vault.check()
    monkeypatch.setenv("RECUT_MASTER_KEY", new)
    vault.check()
    assert not file.exists(), "a key of production is never written to disk"


def test_it_refuses_while_a_process_is_there(vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    wrapped = vault.wrapped()
    with psycopg.connect(vault.database):
        assert rotate() == 2
        assert "stop every process of Recut first" in capsys.readouterr().err
        assert vault.wrapped() == wrapped
    assert rotate() == 0


def test_it_refuses_when_the_old_key_does_not_fit(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped = vault.wrapped()
    monkeypatch.setenv("RECUT_MASTER_KEY", base64.b64encode(b"another key of thirty-two bytes.").decode())
    monkeypatch.setenv("RECUT_MASTER_KEY_NEXT", base64.b64encode(bytes(32)).decode())
    assert rotate() == 2
    assert vault.wrapped() == wrapped


def test_digests_of_a_database_from_before_the_root_stay_valid(vault: Vault) -> None:
    """They were made with the master key's own bytes."""
    key = vault.key()
    with psycopg.connect(vault.database) as connection:
        connection.execute("delete from keys.secrets")
    assert rotate() == 0
    vault.root = key
    assert vault.key() != key
    with psycopg.connect(vault.database) as connection:
        [(wrapped,)] = connection.execute("select wrapped from keys.secrets").fetchall()
    assert root_secret.Wrapping(vault.key()).unwrap_secret(root_secret.NAME, wrapped) == key
