"""`recut generate` as an operator has it: facts that the domain has decided, once, in a log without holes."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from commands.work import CHARACTER, CORRECTIONS, SPIKE, VIDEO, WALLET, fold
from domain import policy, video
from domain.engagement import Liked
from domain.ids import wallet_stream
from domain.model import ModelRegistered
from domain.recorded import Fact
from recut import generating, wiring
from recut.cli import main
from recut.errors import OperatorError
from recut.settings import load
from tests.stores import assert_hole_free, everything, open_store, query

ARGUMENTS = ["generate", "--videos", "240", "--chain", "20", "--family", "30", "--likes", "600"]


@pytest.fixture
def database(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("RECUT_HOME", str(tmp_path))
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")  # nobody needs it
    wiring.make_master_key(load())
    wiring.prepare_database(load())
    asyncio.run(wiring.register_models(load()))
    return fresh_database


def facts(url: str) -> list[Fact]:
    async def read() -> list[Fact]:
        async with wiring.write_side(load(), connections=2) as side:
            streams = {each.stream for each in await everything(side.store)}
            return [fact for stream in sorted(streams) for fact in await side.store.load(stream)]

    return asyncio.run(read())


def test_what_is_written_is_a_history(database: str) -> None:
    assert main(ARGUMENTS) == 0
    found = facts(database)
    kinds = Counter(type(fact.event).__name__ for fact in found)
    for kind in (
        "AccountOpened", "AllowanceGranted", "CharacterCreated", "Commented", "CommentDeleted", "ConsentChanged",
        "Decided", "Followed", "GenerationAttemptFailed", "GenerationCompleted", "GenerationFailed",
        "GenerationStarted", "HandleReserved", "Held", "LeaderboardCorrected", "Liked", "Released", "Reported",
        "Settled", "Shared", "SpikePolicyChanged", "Unfollowed", "Unliked", "VideoCreated", "VideoPublished",
        "VideoRemixed", "VideoRestricted", "VideoStitched",
    ):  # fmt: skip
        assert kinds[kind], kind
    assert sum(kinds[f"Video{name}"] for name in ("Created", "Remixed", "Edited", "Extended", "Stitched")) == 240
    likes = [fact.event for fact in found if isinstance(fact.event, Liked)]
    assert {like.served for like in likes} == {True, False}
    asyncio.run(look(database))


async def look(url: str) -> None:
    """What commands would see: every stream folds, wallets are balanced, nothing is left open."""
    async with wiring.write_side(load(), connections=2) as side:
        await assert_hole_free(side.store)
        streams = {each.stream for each in await everything(side.store)}
        for stream in streams:
            if stream.startswith("video_"):
                state, _ = await fold(side.store, VIDEO, stream)
                assert not isinstance(state, video.Absent | video.Queued | video.InProgress)
            elif stream.startswith("char_"):
                await fold(side.store, CHARACTER, stream)
            elif stream.startswith("acct_"):
                purse, _ = await fold(side.store, WALLET, wallet_stream(stream))
                assert purse.holds == {}
                assert min(purse.free, purse.paid) >= 0
        assert (await fold(side.store, SPIKE, policy.SPIKE))[0].price_percent == 100
        assert len((await fold(side.store, CORRECTIONS, policy.LEADERBOARD))[0].standing) == 1


def test_a_log_that_holds_something_is_left_alone(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ARGUMENTS) == 0
    count = asyncio.run(query(database, "select count(*) from log.events"))
    assert main([*ARGUMENTS, "--seed", "8"]) == 2
    assert "--add" in capsys.readouterr().err
    assert asyncio.run(query(database, "select count(*) from log.events")) == count
    assert main([*ARGUMENTS, "--seed", "8", "--add"]) == 0
    assert asyncio.run(query(database, "select count(*) from log.events"))[0][0] > 1.5 * count[0][0]


def test_an_interrupted_history_is_gone_on_with(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the middle of the spike, whose prices are others: what accounts can pay for depends on when they paid."""
    arguments = [*ARGUMENTS, "--accounts", "6", "--videos", "400"]

    def stop(name: str, written: Any) -> None:
        heard.append(name)
        if name == "queued" and "policy" in heard:
            raise OperatorError("stopped")

    heard: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(generating, "_tell", stop)
        assert main(arguments) == 2
    before = asyncio.run(query(database, "select account, key from log.commands"))
    assert main([*arguments, "--add"]) == 0
    assert "known from before" in capsys.readouterr().out
    after = asyncio.run(query(database, "select account, key from log.commands"))
    assert set(before) < set(after)
    asyncio.run(no_holes(database))
    assert main([*arguments, "--add"]) == 0
    assert asyncio.run(query(database, "select count(*) from log.commands")) == [(len(after),)]


async def no_holes(url: str) -> None:
    async with open_store(url) as store:
        await assert_hole_free(store)


def test_sizes_that_make_no_history_are_refused(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, message in (
        (["--videos", "5"], "--videos is a number from 10"),
        (["--accounts", "3"], "--accounts is at least 6"),
        (["--characters", "0"], "--characters is not less than 1"),
        (["--likes", "-1"], "--likes is not less than 0"),
        (["--videos", "100", "--family", "90", "--chain", "10"], "fewer than --videos"),
    ):
        assert main(["generate", *arguments]) == 2
        assert message in capsys.readouterr().err
    assert {type(fact.event) for fact in facts(database)} == {ModelRegistered}


def test_a_small_history_has_hardly_anything(database: str) -> None:
    few = ["--likes", "0", "--follows", "0", "--comments", "0", "--edges", "0", "--family", "0", "--chain", "0"]
    assert main(["generate", "--videos", "10", *few]) == 0
    asyncio.run(no_holes(database))
