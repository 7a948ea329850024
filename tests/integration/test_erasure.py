"""Nobody who steals the database, Kafka, the objects or the logs reads a word of anyone; and of an erased account
nobody at all. The very processes that run in production, with a canary in every text that a person can write."""

from __future__ import annotations

import asyncio
import io
import json
import re
import subprocess
import sys
import uuid
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
import pytest

from api.read_models import ReadModels
from commands.account import ChangeProfile, EraseAccount, OpenAccount, SetPreference
from commands.character import ChangeConsent, CreateCharacter
from commands.comment import CommentOnVideo
from commands.moderation import AppealDecision, ReportSubject
from commands.video import CreateVideo, PublishVideo, RemixVideo
from commands.work import PROCESS, fold
from domain.errors import NotFound, Rejected, Unavailable
from domain.fields import ERASED
from domain.ids import process_of
from domain.process import Finished, receipt
from domain.recorded import Recorded
from infra.accounts import Accounts
from infra.clock import SystemClock, SystemIds
from infra.kafka import KafkaPublisher
from infra.keys import Hmac, derive
from infra.mapper import Opener
from infra.objects import Objects
from projections import db
from projections.inbox.query import Wanted
from projections.registry import MODELS
from recut import wiring
from recut.scanning import search
from recut.settings import Settings, child_environ
from tests import erasing
from tests.examples import CHARACTER_ID, COMMENT_ID, DECISION_ID, MODERATOR, decided
from tests.fault import refill
from tests.given import OTHER, an_id, completed, created, happened, published

ROOT: Final = Path(__file__).parent.parent.parent
CANARY: Final = "zebrafinch7q"
MINE, THEIRS, DRAFT = (an_id("video", number) for number in (1, 2, 3))


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
        log_level="debug",
    )
    wiring.prepare(found)
    return found


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """Relay and streams, saying all that they can say."""
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


class Story:
    """An account that has written its canary wherever anything can be written, among others that have not."""

    def __init__(self, settings: Settings, side: wiring.WriteSide) -> None:
        self.settings, self.side, self.me = settings, side, ""
        self.reads = ReadModels(side.pool, Opener(side.keyring), derive(side.root, "api signatures"), side.store.epochs)

    async def told(self, command: Any, by: str) -> None:
        """Some commands wait for a read model, which needs a moment to begin."""
        async with asyncio.timeout(60):
            while True:
                try:
                    await self.side.bus.dispatch(command, wiring.origin(by), repeatable=True)
                    return
                except Unavailable as error:
                    await asyncio.sleep(error.retry_after)

    async def write(self) -> None:
        self.me = await Accounts(self.side.pool, Hmac(self.side.root), SystemIds()).account_id_for(CANARY)
        for account, name in ((self.me, CANARY), (OTHER, "Bob"), (MODERATOR, "Mo")):
            await self.told(OpenAccount(account_id=account, name=name), account)
        await self.told(ChangeProfile(account_id=self.me, name=f"The {CANARY}", bio=f"I am {CANARY}"), self.me)
        await self.told(SetPreference(account_id=self.me, key="locale", value=f'"{CANARY}"'), self.me)
        await self._character()
        await self._videos()
        for comment, by, text in ((COMMENT_ID, self.me, f"I say {CANARY}"), (an_id("comment", 2), OTHER, "Nice.")):
            await self.told(CommentOnVideo(comment_id=comment, video_id=THEIRS, account_id=by, text=text), by)
        await self._case()
        for command in self.refused():
            with pytest.raises(Rejected):
                await self.told(command, self.me)

    async def _character(self) -> None:
        character = CreateCharacter(
            character_id=CHARACTER_ID,
            account_id=self.me,
            kind="persona",
            handle=CANARY,
            name=CANARY.title(),
            description=f"a {CANARY} with a red collar",
            rig="bird",
            rig_version=1,
            parameters="{}",
            challenge=None,
        )
        await self.told(character, self.me)
        consent = ChangeConsent(
            character_id=CHARACTER_ID,
            account_id=self.me,
            audience="everyone",
            rules=(f"word:{CANARY}",),
            text=f"Never with a {CANARY}, please.",
        )
        await self.told(consent, self.me)

    async def _videos(self) -> None:
        store, done = self.side.store, completed(owner_id=self.me, understood=(CANARY,), ignored=("x", CANARY))
        for video in (MINE, DRAFT):
            await happened(store, video, created(owner_id=self.me, prompt=f'a {CANARY} says "{CANARY}"'), done)
        await happened(store, THEIRS, created(owner_id=OTHER), completed(owner_id=OTHER), published(owner_id=OTHER))
        await self.told(
            PublishVideo(video_id=MINE, account_id=self.me, caption=f"My {CANARY}", description=f"Of a {CANARY}"),
            self.me,
        )

    async def _case(self) -> None:
        """A report by the account, and its appeal against a decision on its own video."""
        await self.told(
            ReportSubject(subject=THEIRS, reporter_id=self.me, reason="harassment", text=f"It mocks the {CANARY}"),
            self.me,
        )
        await happened(self.side.store, f"case_{DRAFT}", decided(subject=DRAFT))
        appeal = AppealDecision(subject=DRAFT, decision_id=DECISION_ID, account_id=self.me, text=f"But {CANARY}!")
        await self.told(appeal, self.me)

    def refused(self) -> Sequence[Any]:
        """Each is recorded with its refusal, as a repeat must get the same answer."""
        video = CreateVideo(video_id=an_id("video", 9), account_id=self.me, model="sora-2", prompt="a cat", seed=1)
        character = CreateCharacter(
            character_id=an_id("char", 9),
            account_id=self.me,
            kind="persona",
            handle="rex",
            name="Rex",
            description="a dog",
            rig="bird",
            rig_version=1,
            parameters="{}",
            challenge=None,
        )
        preference = SetPreference(account_id=self.me, key="locale", value="1")
        replace = msgspec.structs.replace
        return (
            replace(video, prompt=f"{CANARY} " * 4000),
            replace(video, model=CANARY),
            replace(video, size=CANARY),
            replace(video, characters=(CANARY,)),
            RemixVideo(video_id=video.video_id, parent_id=f"video_{CANARY}", account_id=self.me, prompt=CANARY),
            replace(character, handle=f"{CANARY}!"),
            replace(character, kind=CANARY),
            replace(character, rig=CANARY),
            replace(character, parameters=f'{{"{CANARY}": 1}}'),
            replace(character, name=CANARY * 100),
            replace(preference, key=CANARY),
            replace(preference, value=f"{{{CANARY}"),
            ChangeProfile(account_id=self.me, time_zone=CANARY),
            ChangeConsent(character_id=CHARACTER_ID, account_id=self.me, audience=CANARY),
            ChangeConsent(character_id=CHARACTER_ID, account_id=self.me, audience="everyone", rules=(CANARY,)),
            PublishVideo(video_id=DRAFT, account_id=self.me, topics=(CANARY,)),
            PublishVideo(video_id=DRAFT, account_id=self.me, visibility=CANARY),
            ReportSubject(subject=CANARY, reporter_id=self.me, reason="harassment"),
            ReportSubject(subject=THEIRS, reporter_id=self.me, reason=CANARY),
            CommentOnVideo(comment_id=f"comment_{CANARY}", video_id=THEIRS, account_id=self.me, text=CANARY * 900),
        )

    async def pages(self) -> dict[str, Any]:
        """What people see, by the queries that show it to them."""
        reads, now = self.reads, SystemClock().now()
        found = {
            "own videos": await reads.own_videos(self.me, after=None, limit=20, order="desc"),
            "cards": await reads.cards([MINE, THEIRS, DRAFT], OTHER),
            "profile": await reads.profile(self.me, OTHER, after=None, limit=20),
            "comments": await reads.comments(THEIRS, after=None, limit=20),
            "characters": await reads.own_characters(self.me, after=None, limit=20),
            "latest": (await reads.feed(OTHER, "latest", limit=20, cursor=None, now=now)).items,
            "inbox": (await reads.notifications(OTHER, Wanted(), limit=20, cursor=None)).items,
            "board": (await reads.board("most_liked", "all", limit=20)).rows,
        }
        return {name: msgspec.to_builtins(page) for name, page in found.items()}

    async def look(self) -> str:
        """At the feed, which remembers it."""
        page = await self.reads.feed(self.me, "for_you", limit=20, cursor=None, now=SystemClock().now())
        assert page.session
        assert (await self.reads.feed_session(page.session)).account_id == self.me
        return page.session

    async def at_rest(self) -> None:
        """Every read model is where the log is."""
        async with asyncio.timeout(60):
            while not all([await self._is_up_to_date(model) for model in MODELS]):
                await asyncio.sleep(0.05)

    async def _is_up_to_date(self, model: Any) -> bool:
        heads = await self.side.store.heads()
        wanted = {(h.category, h.shard): h.position for h in heads if h.position and h.category in model.categories}
        query = f"select category, shard, position from {model.schema}.checkpoints where position > 0"
        async with self.side.pool.connection() as connection:
            rows = await (await connection.execute(query.encode())).fetchall()
        return {(category, shard): position for category, shard, position in rows} == wanted

    async def finished(self, process_id: str) -> dict[str, str]:
        async with asyncio.timeout(60):
            while not isinstance(state := (await fold(self.side.store, PROCESS, process_id))[0], Finished):
                await asyncio.sleep(0.05)
        return {item.id: item.action for item in receipt(state).items}

    def history(self) -> list[Recorded]:
        with db.connect(self.settings.database_url) as conn:
            return refill.history(conn)

    def replay(self, events: Sequence[Recorded]) -> erasing.Rows:
        """The rows of every read model, made from these events alone."""
        with db.connect(self.settings.database_url) as conn:
            return erasing.replayed(conn, events, refill.epochs(conn))

    async def scan(self) -> Any:
        found = await search(self.settings, CANARY)
        print("\n".join(found.lines))
        return found


def erased(page: Any) -> Any:
    """The page with every text that has the canary erased."""
    match page:
        case dict():
            return {key: erased(value) for key, value in page.items()}
        case list() | tuple():
            texts = type(page)(erased(value) for value in page)
            return type(page)([ERASED]) if ERASED in texts else texts  # a list of words is sealed as one
        case str() if CANARY in page.lower():
            return ERASED
        case _:
            return page


def test_an_erased_account_is_in_no_row_record_object_or_file(settings: Settings) -> None:
    async def tell() -> None:
        async with wiring.write_side(settings) as side:
            story = Story(settings, side)
            with running(settings):
                await story.write()
                await story.at_rest()

            # While the account lives, those who may read it do, and whoever steals the data does not.
            before, events, session = await story.pages(), story.history(), await story.look()
            rows = story.replay(events)
            assert json.dumps(before).lower().count(CANARY) > 8
            assert CANARY in json.dumps(before["inbox"])
            assert (await side.store.load(story.me))[0].event.name == CANARY
            scan = await story.scan()
            assert scan.clean
            assert scan.tables > 40
            assert scan.records >= len(events)
            assert scan.files >= 3

            # The key is destroyed. Nothing else has happened yet.
            await story.told(EraseAccount(account_id=story.me, by=story.me), story.me)
            process_id = process_of((await side.store.load(story.me))[-1].recorded.event_id)
            assert story.replay(events) == rows
            after = await story.pages()
            assert after == erased(before)
            assert CANARY not in json.dumps(after).lower()
            assert ERASED in json.dumps(after)
            assert (await side.store.load(story.me))[0].event.name == ERASED

            # What it has left behind goes.
            with running(settings):
                done = await story.finished(process_id)
                await story.at_rest()
            assert done == dict.fromkeys((CHARACTER_ID, COMMENT_ID, DRAFT, MINE), "deleted")
            assert await Accounts(side.pool, Hmac(side.root), SystemIds()).find(CANARY) is None
            with pytest.raises(NotFound, match="no session"):
                await story.reads.feed_session(session)
            with pytest.raises(NotFound, match="was erased"):
                await story.told(ChangeProfile(account_id=story.me, bio="I am back"), story.me)
            assert not (await story.pages())["own videos"]["items"]
            with db.connect(settings.database_url) as conn:
                assert refill.differing_models(conn, refill.history(conn), refill.epochs(conn)) == []
            assert (await story.scan()).clean

    asyncio.run(tell())


def test_the_scanner_finds_what_is_planted(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """One that finds nothing proves something only if it finds all of these."""
    text, encoded = CANARY.encode(), b64encode(b"a " + CANARY.encode())
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("create schema planted")
        connection.execute("create table planted.columns (id int, t text, b bytea, j jsonb, a text[], e text)")
        connection.execute(
            "insert into planted.columns values (1, %s, %s, %s, %s, %s)",
            (f"a {CANARY}", b"\0" + text, json.dumps({"deep": [CANARY]}), ["", CANARY], encoded.decode()),
        )
        connection.execute(
            "insert into log.commands values ('a', 'k', '', %s, '', now())", (json.dumps({"ok": CANARY}).encode(),)
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("messages.json", f"{'-' * 99}{CANARY}")

    async def plant() -> None:
        topic = f"{settings.topic_prefix}.telemetry"
        publisher = KafkaPublisher(settings.kafka)
        await publisher.send(
            [
                (topic, 0, b"key", text.hex().encode(), []),
                (topic, 1, b"key", b"value", [("ce_actor", text)]),
                (topic, 2, text, b"value", []),
            ]
        )
        publisher.close()
        objects = Objects(settings.objects)
        await objects.put("v/video/1/captions", b"WEBVTT\n\n" + text, "text/vtt")
        await objects.put("a/account/export", packed.getvalue(), "application/zip")

    asyncio.run(plant())
    (settings.home / "logs" / "api.log").write_text(f'INFO prompt "{CANARY.upper()}"\n')
    found = asyncio.run(search(settings, CANARY))
    places = [re.sub(r"\d+\)", "N)", find.place.replace(settings.topic_prefix, "t")) for find in found.found]
    assert sorted(zip(places, [find.form for find in found.found], strict=True)) == [
        ("database, log.commands.answer, row (0,N)", "text"),
        ("database, planted.columns.a, row (0,N)", "text"),
        ("database, planted.columns.b, row (0,N)", "text"),
        ("database, planted.columns.e, row (0,N)", "base64"),
        ("database, planted.columns.j, row (0,N)", "text"),
        ("database, planted.columns.t, row (0,N)", "text"),
        ("file logs/api.log", "text"),
        ("kafka, t.telemetry/0 at 0, value", "hex"),
        ("kafka, t.telemetry/1 at 0, header ce_actor", "text"),
        ("kafka, t.telemetry/2 at 0, key", "text"),
        ("object a/account/export, entry messages.json", "text"),
        ("object v/video/1/captions", "text"),
    ]
    command = [sys.executable, "-m", "recut", "scan", CANARY, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=child_environ(settings), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["found"]) == len(found.found)
