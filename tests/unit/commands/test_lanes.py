from __future__ import annotations

import asyncio

import msgspec
import pytest

from commands.bus import HANDLERS
from commands.engagement import LikeVideo
from commands.lanes import ON_A_WALLET, Lanes
from commands.wallet import ReleaseHold, SettleHold
from tests.given import OTHER, OWNER, VIDEO_ID

SETTLE = SettleHold(account_id=OWNER, video_id=VIDEO_ID, cause="completed")
RELEASE = ReleaseHold(account_id=OWNER, video_id=VIDEO_ID, cause="failed")


class Road:
    """How many were under way at a time, at most, and in which order they ended."""

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.now, self.most, self.ended = 0, 0, list[int]()

    async def drive(self, command: msgspec.Struct, number: int = 0) -> None:
        async with self.lanes.lane(command):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0)
            self.now -= 1
            self.ended.append(number)


def test_commands_on_one_wallet_follow_each_other_in_order() -> None:
    async def run() -> None:
        road = Road()
        await asyncio.gather(*(road.drive((SETTLE, RELEASE)[number % 2], number) for number in range(20)))
        assert (road.most, road.ended) == (1, list(range(20)))

    asyncio.run(run())


def test_other_wallets_and_other_commands_do_not_wait() -> None:
    async def run() -> None:
        road = Road()
        elsewhere = msgspec.structs.replace(SETTLE, account_id=OTHER)
        like = LikeVideo(video_id=VIDEO_ID, account_id=OWNER)
        await asyncio.gather(*(road.drive(command) for command in (SETTLE, elsewhere, like, like)))
        assert road.most == 4

    asyncio.run(run())


def test_a_lane_that_nobody_uses_is_forgotten() -> None:
    async def run() -> None:
        lanes = Lanes()
        with pytest.raises(RuntimeError):
            async with lanes.lane(SETTLE):
                raise RuntimeError
        holder = lanes.lane(SETTLE)
        await holder.__aenter__()
        waiting = asyncio.ensure_future(lanes.lane(SETTLE).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await holder.__aexit__(None, None, None)
        assert (lanes._locks, lanes._users) == ({}, {})

    asyncio.run(run())


def test_each_command_in_a_lane_has_a_handler_and_names_its_wallet() -> None:
    assert set(ON_A_WALLET) <= set(HANDLERS)
    assert all("account_id" in kind.__struct_fields__ for kind in ON_A_WALLET)
