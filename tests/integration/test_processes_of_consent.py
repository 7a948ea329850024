"""From a revoked consent, a decision, its reversal and an erasure to their receipts: the very processes that run in
production, over a real PostgreSQL and a real Kafka."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from commands.account import EraseAccount, OpenAccount
from commands.character import ChangeConsent, CreateCharacter, RevokeConsent
from commands.comment import CommentOnVideo
from commands.moderation import DecideCase, ReverseDecision
from commands.moderation import preview as dry_run
from commands.work import PROCESS, VIDEO, WALLET, fold
from domain.errors import Unavailable
from domain.ids import cascade_of, process_of, wallet_stream
from domain.process import Finished, Process, digest_of, receipt
from domain.video import Cancelled, CharacterUse, Completed
from infra.objects import Objects
from recut import wiring
from recut.settings import Settings, child_environ
from tests.examples import CHARACTER_ID, COMMENT_ID, DECISION_ID, MODERATOR, allowance_granted, held
from tests.given import OTHER, OWNER, an_id, completed, created, happened, published, remixed, started

ROOT: Final = Path(__file__).parent.parent.parent
CAST: Final = (CharacterUse(character_id=CHARACTER_ID, consent_version=2),)
MINE, ROOT_VIDEO, REMIX, DRAFT, QUEUED, RUNNING = (an_id("video", number) for number in range(1, 7))


@pytest.fixture
def settings(fresh_database: str, kafka: str, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        public_url="http://127.0.0.1",
        database_url=fresh_database,
        kafka=kafka,
        objects=(tmp_path / "objects").as_uri(),
        topic_prefix=f"t{uuid.uuid4().hex[:8]}",
        shards=2,
        log_level="warning",
    )


@contextmanager
def running(settings: Settings, *names: str) -> Iterator[None]:
    environ = child_environ(settings)
    processes = [subprocess.Popen([sys.executable, "-m", "recut", name], env=environ, cwd=ROOT) for name in names]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


class Platform:
    def __init__(self, side: wiring.WriteSide) -> None:
        self.side = side

    async def told(self, command: Any, by: str) -> None:
        await self.side.bus.dispatch(command, wiring.origin(by))

    async def video(self, video_id: str) -> Any:
        return (await fold(self.side.store, VIDEO, video_id))[0]

    async def process(self, process_id: str) -> Process:
        return (await fold(self.side.store, PROCESS, process_id))[0]

    async def receipt(self, process_id: str) -> dict[str, tuple[str, str]]:
        """What happened to each thing, once the process is finished."""
        state = await self.until(lambda: self.process(process_id), lambda state: isinstance(state, Finished))
        found = receipt(state)
        assert found.digest == digest_of(found.items)
        return {item.id: (item.was, item.action) for item in found.items}

    async def until(self, look: Callable[[], Awaitable[Any]], true: Callable[[Any], object]) -> Any:
        async with asyncio.timeout(40):
            while not true(found := await look()):
                await asyncio.sleep(0.05)
        return found

    async def patiently(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Read models need a moment to begin."""
        async with asyncio.timeout(40):
            while True:
                try:
                    return await ask()
                except Unavailable as error:
                    await asyncio.sleep(error.retry_after)

    async def last_event(self, stream: str) -> Any:
        return (await self.side.store.load(stream))[-1].recorded


@asynccontextmanager
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    async with wiring.write_side(settings) as side:
        yield Platform(side)


async def begin(platform: Platform) -> None:
    """A character for everyone, in a video of its owner, and in a family of another account: a published one, its
    remix, a draft, one that waits with credits held, and one under way."""
    for account, name in ((OWNER, "Ada"), (OTHER, "Bob"), (MODERATOR, "Mo")):
        await platform.told(OpenAccount(account_id=account, name=name), account)
    await platform.told(
        CreateCharacter(
            character_id=CHARACTER_ID,
            account_id=OWNER,
            kind="persona",
            handle="rex",
            name="Rex",
            description="a brown dog",
            rig="quadruped",
            rig_version=1,
            parameters="{}",
            challenge=None,
        ),
        OWNER,
    )
    await platform.told(ChangeConsent(character_id=CHARACTER_ID, account_id=OWNER, audience="everyone"), OWNER)
    store = platform.side.store
    midnight = datetime.now(UTC) + timedelta(days=1)
    granted = allowance_granted(account_id=OTHER, resets_at=midnight)
    await happened(store, wallet_stream(OTHER), granted, held(account_id=OTHER, video_id=QUEUED))
    mine = created(owner_id=OWNER, characters=CAST)
    theirs = created(owner_id=OTHER, characters=CAST)
    done = completed(owner_id=OTHER)
    await happened(store, MINE, mine, completed(), published())
    await happened(store, ROOT_VIDEO, theirs, done, published(owner_id=OTHER))
    await happened(store, REMIX, remix_of(ROOT_VIDEO), done, published(owner_id=OTHER))
    await happened(store, DRAFT, theirs, done)
    await happened(store, QUEUED, theirs)
    await happened(store, RUNNING, theirs, started(owner_id=OTHER))


def remix_of(parent: str) -> Any:
    [edge] = remixed().parents
    edge = type(edge)(video_id=parent, relation="remix", owner_id=OTHER)
    return remixed(owner_id=OTHER, characters=CAST, parents=(edge,))


def test_a_revoked_consent_ends_in_a_receipt_of_everything(settings: Settings) -> None:
    async def story() -> None:
        async with platform(settings) as here:
            await begin(here)
            await here.told(
                RevokeConsent(character_id=CHARACTER_ID, account_id=OWNER, policy="hide_all"),
                OWNER,
            )
            process_id = process_of((await here.last_event(CHARACTER_ID)).event_id)
            assert await here.receipt(process_id) == {
                MINE: ("completed", "hidden"),
                ROOT_VIDEO: ("completed", "hidden"),
                REMIX: ("completed", "hidden"),
                DRAFT: ("completed", "hidden"),
                QUEUED: ("queued", "cancelled"),
                RUNNING: ("in_progress", "cancelled"),
            }
            for video_id in (MINE, ROOT_VIDEO, REMIX, DRAFT):
                state = await here.video(video_id)
                assert isinstance(state, Completed)
                assert [each.cause_id for each in state.restrictions] == [process_id]
            assert isinstance(await here.video(QUEUED), Cancelled)
            wallet = wallet_stream(OTHER)
            events = await here.until(
                lambda: here.side.store.load(wallet), lambda facts: facts[-1].recorded.type == "wallet.released.v1"
            )
            assert [fact.recorded.type for fact in events].count("wallet.released.v1") == 1
            assert (await fold(here.side.store, WALLET, wallet))[0].free == 10

    wiring.prepare(settings)
    with running(settings, "relay", "streams"):
        asyncio.run(story())


def test_a_decision_hides_a_family_and_its_reversal_shows_it_again(settings: Settings) -> None:
    async def story() -> None:
        async with platform(settings) as here:
            await begin(here)
            preview = await here.patiently(lambda: dry_run(here.side.store, here.side.world, ROOT_VIDEO, "subtree"))
            assert preview.total == 2
            await here.told(
                DecideCase(
                    decision_id=DECISION_ID,
                    subject=ROOT_VIDEO,
                    moderator_id=MODERATOR,
                    action="hide",
                    scope="subtree",
                    ground="terms",
                    policy="harassment",
                    facts="It insults a person.",
                    preview_digest=preview.digest,
                ),
                MODERATOR,
            )
            hidden = {ROOT_VIDEO: ("completed", "hidden"), REMIX: ("completed", "hidden")}
            assert await here.receipt(cascade_of(DECISION_ID)) == hidden
            await here.told(
                ReverseDecision(
                    subject=ROOT_VIDEO, decision_id=DECISION_ID, moderator_id=MODERATOR, reason="It was satire."
                ),
                MODERATOR,
            )
            process_id = process_of((await here.last_event(f"case_{ROOT_VIDEO}")).event_id)
            lifted = {ROOT_VIDEO: ("completed", "lifted"), REMIX: ("completed", "lifted")}
            assert await here.receipt(process_id) == lifted
            for video_id in (ROOT_VIDEO, REMIX):
                assert (await here.video(video_id)).restrictions == ()

    wiring.prepare(settings)
    with running(settings, "relay", "streams"):
        asyncio.run(story())


def test_an_erased_account_leaves_tombstones_a_receipt_and_a_note(settings: Settings) -> None:
    async def story() -> None:
        async with platform(settings) as here:
            await begin(here)
            await here.told(
                CommentOnVideo(comment_id=COMMENT_ID, video_id=ROOT_VIDEO, account_id=OWNER, text="Good dog."), OWNER
            )
            await here.told(EraseAccount(account_id=OWNER, by=OWNER), OWNER)
            process_id = process_of((await here.last_event(OWNER)).event_id)
            assert await here.receipt(process_id) == {
                CHARACTER_ID: ("created", "deleted"),
                COMMENT_ID: ("commented", "deleted"),
                MINE: ("completed", "deleted"),
            }
            assert isinstance(await here.video(ROOT_VIDEO), Completed)
            note = await Objects(settings.objects).get(f"ledger/erasures/{OWNER}.json")
            assert OWNER.encode() in note

    wiring.prepare(settings)
    with running(settings, "relay", "streams"):
        asyncio.run(story())
