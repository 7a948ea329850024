"""The inbox on the real store, relay, projector and reactor: what others do is told, what was read stays read, and of
an erased account nothing is left."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from api.read_models import ReadModels
from commands.account import EraseAccount, OpenAccount
from commands.comment import CommentOnVideo
from commands.engagement import FollowAccount, LikeVideo
from domain.ids import case_stream
from domain.video import Parent
from infra.keys import derive
from infra.mapper import Opener
from projections.inbox.query import Notification, Wanted
from recut import wiring
from recut.settings import Settings, child_environ
from tests.examples import COMMENT_ID, MODERATOR, decided
from tests.given import OTHER, OWNER, an_id, completed, created, happened, published, remixed
from tests.stores import query, until

ROOT: Final = Path(__file__).parent.parent.parent
VIDEO, REMIX = an_id("video", 1), an_id("video", 2)
EVERYTHING: Final = ["decided", "commented", "followed", "liked", "remixed", "generation_completed"]


@pytest.fixture
def settings(fresh_database: str, kafka: str, tmp_path: Path) -> Settings:
    (tmp_path / "logs").mkdir()
    found = Settings(
        home=tmp_path,
        public_url="http://127.0.0.1",
        database_url=fresh_database,
        kafka=kafka,
        objects=(tmp_path / "objects").as_uri(),
        topic_prefix=f"t{uuid.uuid4().hex[:8]}",
        shards=2,
    )
    wiring.prepare(found)
    return found


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    environ = child_environ(settings)
    with ExitStack() as stack:
        for name in ("relay", "streams"):
            output = stack.enter_context((settings.home / "logs" / f"{name}.log").open("ab"))
            process = subprocess.Popen(
                [sys.executable, "-m", "recut", name], env=environ, cwd=ROOT, stdout=output, stderr=output
            )
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
        yield


class Ada:
    """Who has a video, and what she is told."""

    def __init__(self, side: wiring.WriteSide) -> None:
        self._side = side
        key = derive(side.root, "api signatures")
        self.reads = ReadModels(side.pool, Opener(side.keyring), key, side.store.epochs)

    async def does(self, command: Any, by: str) -> None:
        await self._side.bus.dispatch(command, wiring.origin(by))

    async def told(self, *, unread: bool = False) -> Sequence[Notification]:
        page = await self.reads.notifications(OWNER, Wanted(unread_only=unread), limit=20, cursor=None)
        return page.items

    async def kinds(self, *, unread: bool = False) -> list[str]:
        return [each.kind for each in await self.told(unread=unread)]


async def test_what_others_do_is_told_until_the_account_is_gone(settings: Settings) -> None:
    async with wiring.write_side(settings) as side:
        ada, store = Ada(side), side.store
        for account, name in ((OWNER, "Ada"), (OTHER, "Bob")):
            await ada.does(OpenAccount(account_id=account, name=name), account)
        await happened(store, VIDEO, created(owner_id=OWNER), completed(owner_id=OWNER), published(owner_id=OWNER))
        remix = remixed(owner_id=OTHER, parents=(Parent(video_id=VIDEO, relation="remix", owner_id=OWNER),))
        await happened(store, REMIX, remix, completed(owner_id=OTHER), published(owner_id=OTHER))
        await ada.does(LikeVideo(video_id=VIDEO, account_id=OTHER), OTHER)
        await ada.does(FollowAccount(account_id=OTHER, followee_id=OWNER), OTHER)
        comment = CommentOnVideo(comment_id=COMMENT_ID, video_id=VIDEO, account_id=OTHER, text="well said")
        await ada.does(comment, OTHER)
        await happened(store, case_stream(VIDEO), decided(subject=VIDEO, moderator_id=MODERATOR))

        with running(settings):
            await until(lambda: _has(ada, EVERYTHING), within=90)
            await _is_told_and_read(ada, settings)

            await ada.does(EraseAccount(account_id=OWNER, by=OWNER), OWNER)
            await until(lambda: _is_gone(ada, settings), within=60)
            assert await ada.reads.unread(OWNER, Wanted()) == 0


async def _has(ada: Ada, kinds: Sequence[str]) -> bool:
    """The rest follows from the decision: the video itself is hidden, which the decision says better."""
    return sorted(await ada.kinds()) == sorted(kinds)


async def _is_told_and_read(ada: Ada, settings: Settings) -> None:
    told = {each.kind: each for each in await ada.told()}
    assert (told["remixed"].actor, told["remixed"].subject) == (OTHER, REMIX)
    assert told["liked"].about["count"] == 1
    assert told["commented"].text == "well said"
    assert told["decided"].text == decided().facts
    [(kept,)] = await query(settings.database_url, "select text from inbox_v1.notifications where kind = 'commented'")
    assert "well" not in kept  # as it lies in the log: sealed

    await ada.reads.mark_read(OWNER, [told["liked"].id])
    assert "liked" not in await ada.kinds(unread=True)
    assert await ada.reads.unread(OWNER, Wanted()) == len(EVERYTHING) - 1
    await ada.reads.mark_up_to(OWNER, None)
    assert await ada.kinds(unread=True) == []
    await ada.reads.mark_read(OWNER, [told["liked"].id])
    assert await query(settings.database_url, "select count(*) from inbox_state.marks") == [(1,)]
    assert await query(settings.database_url, "select count(*) from inbox_state.reads") == [(1,)]


async def _is_gone(ada: Ada, settings: Settings) -> bool:
    """Rows and marks alike."""
    rows = await query(
        settings.database_url,
        "select id from inbox_v1.notifications where recipient = %s"
        " union all select account_id from inbox_state.marks union all select account_id from inbox_state.reads",
        [OWNER],
    )
    return not rows
