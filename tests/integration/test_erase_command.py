"""`recut erase` as an operator has it, where nothing but a database runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from commands.work import ACCOUNT, fold
from domain.account import Erased
from domain.process import Absent, Finished, Process, evolve, receipt
from recut import erasure, wiring
from recut.cli import main
from recut.erasure import lines
from recut.settings import load
from tests.examples import items_done, process_finished, process_started
from tests.given import AT, OWNER, an_id


@pytest.fixture
def account(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of one that is named Ada."""
    monkeypatch.setenv("RECUT_HOME", str(tmp_path))
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")  # nobody needs it
    monkeypatch.setattr(erasure, "RECEIPT_SECONDS", 0.0)
    wiring.make_master_key(load())
    wiring.prepare_database(load())
    wiring.create_key(load(), "Ada", "creator")
    with wiring.db.connect(fresh_database) as conn:
        [(account_id,)] = conn.execute("select account_id from edge.accounts").fetchall()
    return str(account_id)


def is_erased(account_id: str) -> bool:
    async def look() -> bool:
        async with wiring.write_side(load(), connections=2) as side:
            return isinstance((await fold(side.store, ACCOUNT, account_id))[0], Erased)

    return asyncio.run(look())


@pytest.mark.parametrize("by_name", [True, False])
def test_an_account_is_erased_by_name_or_id(account: str, by_name: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erase", " aDA" if by_name else account, "--yes"]) == 0
    said = capsys.readouterr().out
    assert f"{account} is erased" in said
    assert "as soon as `recut relay` and `recut streams` run" in said
    assert is_erased(account)


def test_twice_is_no_news(account: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert main(["erase", account, "--yes"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]


@pytest.mark.parametrize("unknown", ["Bob", OWNER, "acct_1", ""])
def test_who_is_not_there_cannot_be_erased(account: str, unknown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erase", unknown, "--yes"]) == 2
    assert "There is no such account" in capsys.readouterr().err
    assert not is_erased(account)


@pytest.mark.parametrize(("answer", "erased"), [("y", True), ("n", False), ("", False)])
def test_it_asks(account: str, answer: str, erased: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    assert main(["erase", "Ada"]) == 0
    assert account in asked[0]
    assert is_erased(account) == erased


def test_without_anybody_to_ask_it_does_nothing(
    account: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert main(["erase", "Ada"]) == 2
    assert "`recut erase --yes` does not ask" in capsys.readouterr().err
    assert not is_erased(account)


def test_a_text_that_proves_nothing_is_not_looked_for(account: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "Ada"]) == 2
    assert "at least 6 bytes" in capsys.readouterr().err


def test_the_receipt_tells_what_became_of_each_thing() -> None:
    state: Process = Absent()
    for event in (process_started(kind="erasure"), items_done(), process_finished(digest="00ff")):
        state = evolve(state, event, AT)
    assert isinstance(state, Finished)
    assert lines(receipt(state)) == [
        f"receipt {process_started().process_id}: 1 hidden",
        f"  {an_id('video', 1)}  was completed, is hidden",
        "  sha256 00ff",
    ]
