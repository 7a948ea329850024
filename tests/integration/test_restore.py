"""Backup and restore over a real PostgreSQL and a real Kafka, which keeps the future that the database has lost."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from domain.fields import ERASED
from domain.recorded import Recorded
from infra import restore as databases
from infra.backup import MANIFEST, Manifest
from infra.edge import Edge
from infra.jobs import Jobs
from infra.kafka import KafkaAdmin
from infra.kafka_reader import KafkaReader
from infra.objects import Objects
from infra.postgres import open_pool
from infra.relay_log import RelayLog
from infra.timers import TimerTable
from projections import db, install
from projections.checkpoint import Epochs
from projections.registry import MODELS, VIDEOS
from recut.cli import main
from streams.errors import HistoryDiffers
from streams.host import Host
from streams.projector import Projector
from streams.reactor import Reactor
from streams.records import Headers
from streams.topics import ensure_topics
from tests.examples import erased
from tests.fault.refill import differing_models
from tests.given import OTHER, OWNER, an_id, completed, created, happened, liked, opened, published
from tests.integration import relaying

ACCOUNT = an_id("acct", 50)


class Message(msgspec.Struct, frozen=True):
    topic: str
    partition: int
    offset: int
    headers: Headers
    value: bytes | None


class Installation:
    """All of Recut but its loops: what they would do is done when a test says so."""

    def __init__(self, database: str, kafka: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.database, self.kafka, self.folder, self._capsys = database, kafka, folder, capsys
        self.prefix = f"t{uuid.uuid4().hex[:8]}"
        self.objects = Objects((folder / "objects").as_uri())

    async def prepare(self) -> None:
        with db.connect(self.database) as conn:
            install.install(conn)
        async with relaying.open_store(self.database) as store:
            heads = await store.heads()
        shards = {head.category: sum(other.category == head.category for other in heads) for head in heads}
        ensure_topics(KafkaAdmin(self.kafka), self.prefix, shards, replication=1)

    async def live(self, numbers: range) -> None:
        """Videos that are made, published and liked."""
        async with relaying.open_store(self.database) as store:
            for number in numbers:
                video = an_id("video", number)
                await happened(store, video, created(prompt=f"number {number}"), completed(), published())
                await happened(store, f"like_{video}_{OTHER}", liked(video_id=video), by=OTHER)

    async def relay(self) -> None:
        task = asyncio.create_task(relaying.relay(self.database, self.kafka, self.prefix))
        async with RelayLog(self.database) as cursors, asyncio.timeout(30):
            while await cursors.backlog():
                if task.done():
                    await task
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)  # a relay without a backlog compares, too
        if task.done():
            await task
        task.cancel()
        await asyncio.wait([task])

    async def follow(self) -> None:
        """What the streams process does, from where it finds its place to the ends of the topics."""
        async with relaying.open_store(self.database) as store, open_pool(self.database) as pool:

            def connect() -> db.Connection:
                return db.connect(self.database)

            jobs, timers = Jobs(pool), TimerTable(pool)
            reactor = Reactor(store, jobs, self.objects, timers, Edge(pool), connect, store)
            host = Host(self.kafka, self.prefix, [Projector(MODELS, connect, store), reactor], store)
            try:
                await host.start()
                await self._read(host)
            finally:
                await host.stop()

    async def begin(self) -> None:
        """As the projector of a new process."""
        async with relaying.open_store(self.database) as store:
            projector = Projector(MODELS, lambda: db.connect(self.database), store)
            try:
                await projector.start()
            finally:
                await projector.stop()

    async def _read(self, host: Host) -> None:
        reader = KafkaReader(self.kafka)
        bounds = await reader.bounds(list(host.categories))
        places = {(host.categories[topic], partition): (topic, partition) for topic, partition in bounds}
        for log, begin in (await host.offsets(places)).items():
            end = bounds[places[log]][1]
            if begin < end:
                async for batch in reader.read(places[log], begin, end):
                    await host.handle([Message(*places[log], each.offset, each.headers, each.value) for each in batch])

    async def go_on(self, numbers: range) -> None:
        await self.live(numbers)
        await self.relay()
        await self.follow()

    def backup(self, name: str, *options: str) -> Path:
        assert main(["backup", str(self.folder / name), *options]) == 0
        return self.folder / name

    def restore(self, backup: Path) -> str:
        assert main(["restore", str(backup), "--drop-old"]) == 0
        return self._capsys.readouterr().out

    def refused(self, *command: str) -> str:
        self._capsys.readouterr()
        assert main(list(command)) == 2
        return self._capsys.readouterr().err

    def audit(self) -> dict[str, Any]:
        self._capsys.readouterr()
        code = main(["audit", "--json"])
        found = json.loads(self._capsys.readouterr().out)
        assert (code, found["differences"]) == (0, [])
        assert all(log["kafka"] == log["event_store"] for log in found["logs"])
        assert all(each["lag"] == 0 for each in found["checkpoints"])
        return found

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def traces(self, text: str) -> list[str]:
        """Tables of the whole database in which a row says it."""
        tables = self.query(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables"
            " where table_schema not in ('pg_catalog', 'information_schema')"
        )
        return [
            name for (name,) in tables if self.query(f"select 1 from {name} t where t::text like '%{text}%' limit 1")
        ]

    async def history(self) -> tuple[list[Recorded], Epochs]:
        async with relaying.open_store(self.database) as store:
            logs = [await store.read(head.category, head.shard, 0, 100_000) for head in await store.heads()]
            return [each for log in logs for each in log], Epochs(await store.epochs())

    def check(self, videos: Sequence[int], lost: Sequence[int]) -> None:
        """Everything that follows the log says what the log says, and nothing of what was lost."""
        history, epochs = asyncio.run(self.history())
        with db.connect(self.database) as conn:
            assert differing_models(conn, history, epochs) == []
        assert {row[0] for row in self.query(f"select id from {VIDEOS.schema}.videos")} >= {
            an_id("video", n) for n in videos
        }
        assert [self.traces(an_id("video", n)) for n in lost] == [[] for _ in lost]


@pytest.fixture
def installation(
    fresh_database: str,
    kafka: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Installation:
    made = Installation(fresh_database, kafka, tmp_path, capsys)
    asyncio.run(made.prepare())
    for name, value in {
        "DATABASE_URL": fresh_database,
        "KAFKA": kafka,
        "TOPIC_PREFIX": made.prefix,
        "SHARDS": str(relaying.SHARDS),
        "MASTER_KEY": base64.b64encode(relaying.MASTER).decode(),
        "HOME": str(tmp_path / "home"),
        "OBJECTS": (tmp_path / "objects").as_uri(),
    }.items():
        monkeypatch.setenv(f"RECUT_{name}", value)
    return made


def test_nothing_of_the_lost_future_counts_for_anybody(installation: Installation) -> None:
    asyncio.run(installation.go_on(range(1, 6)))
    first = installation.backup("first")
    asyncio.run(installation.go_on(range(6, 10)))
    assert installation.traces(an_id("video", 6)) != [], "the read models have seen the future"

    said = installation.restore(first)
    assert "epoch" in said
    asyncio.run(installation.go_on(range(10, 13)))
    installation.check([1, 5, 10, 12], lost=[6, 9])
    passed_over = sum(log["passed_over"] for log in installation.audit()["logs"])
    assert passed_over == 4 * 4

    # Again, from a later moment; this future reached Kafka only, and reactions to it would be seen.
    second = installation.backup("second")
    asyncio.run(installation.live(range(13, 15)))
    asyncio.run(installation.relay())
    installation.restore(second)
    asyncio.run(installation.go_on(range(15, 17)))
    installation.check([1, 10, 12, 15], lost=[6, 13, 14])
    assert sum(log["passed_over"] for log in installation.audit()["logs"]) == passed_over + 2 * 4

    # And back to the first backup, which knows of no other epoch: the ledger does.
    installation.restore(first)
    asyncio.run(installation.relay())
    asyncio.run(installation.go_on(range(17, 19)))
    installation.check([1, 5, 17], lost=[6, 10, 13, 15])
    installation.audit()
    assert installation.query("select count(distinct epoch) from log.epochs") == [(4,)]


def test_a_backup_of_a_running_system_is_one_moment(installation: Installation) -> None:
    stop = threading.Event()

    def write() -> None:
        async def writing() -> None:
            async with relaying.open_store(installation.database) as store:
                number = 0
                while not stop.is_set():
                    number += 1
                    await happened(store, an_id("video", number), created(prompt="p"), completed())

        asyncio.run(writing())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup = installation.backup("running")
    finally:
        stop.set()
        writer.join()
    manifest = msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
    assert manifest.events < sum(row[0] for row in installation.query("select position from log.logs"))
    installation.restore(backup)
    history, _ = asyncio.run(installation.history())
    assert len(history) == manifest.events
    for head in manifest.heads:
        log = [each.position for each in history if (each.category, each.shard) == (head.category, head.shard)]
        assert log == list(range(1, head.position + 1))
    videos = [each.stream for each in history]
    assert all(videos.count(video) == 2 for video in set(videos)), "half a command"


def test_who_was_erased_after_the_backup_is_erased_again(installation: Installation) -> None:
    later = an_id("acct", 51)

    async def before() -> None:
        async with relaying.open_store(installation.database) as store:
            await happened(store, ACCOUNT, opened(account_id=ACCOUNT, name="Grace Canary"), by=ACCOUNT)
            await happened(store, OWNER, opened(name="Ada"))

    async def after() -> None:
        async with relaying.open_store(installation.database) as store:
            await happened(store, later, opened(account_id=later, name="Late Canary"), by=later)
            for account in (ACCOUNT, later):
                await happened(store, account, erased(account_id=account), by=account)

    async def stories() -> list[list[str]]:
        async with relaying.open_store(installation.database) as store:
            return [[fact.recorded.type for fact in await store.load(name)] for name in (ACCOUNT, later, OWNER)]

    async def names() -> list[str]:
        async with relaying.open_store(installation.database) as store:
            return [(await store.load(account))[0].event.name for account in (ACCOUNT, OWNER)]

    asyncio.run(before())
    backup = installation.backup("erasure")
    asyncio.run(after())
    asyncio.run(installation.relay())
    asyncio.run(installation.follow())  # the reactor keeps the ledger
    for again in ("2 accounts erased again", "2 accounts erased again"):
        assert again in installation.restore(backup)
        assert asyncio.run(names()) == [ERASED, "Ada"]
        assert asyncio.run(stories()) == [["account.opened.v2", "account.erased.v1"], [], ["account.opened.v2"]]
        assert installation.query("select account_id from keys.accounts where wrapped is null order by 1") == [
            (ACCOUNT,),
            (later,),
        ]
    asyncio.run(installation.relay())
    asyncio.run(installation.follow())
    installation.audit()
    assert "0 accounts erased again" in installation.restore(installation.backup("erased already"))


def test_a_read_model_that_was_not_restored_says_that_it_must_be_filled_anew(installation: Installation) -> None:
    asyncio.run(installation.go_on(range(1, 4)))
    backup = installation.backup("elsewhere")
    asyncio.run(installation.go_on(range(4, 9)))
    ahead = installation.query(f"select category, shard, epoch, position from {VIDEOS.schema}.checkpoints")
    installation.restore(backup)
    for category, shard, epoch, position in ahead:  # as if it had been in a database of its own
        installation.query(
            f"update {VIDEOS.schema}.checkpoints set epoch = '{epoch}', position = {position}"
            f" where category = '{category}' and shard = {shard}"
        )
    with pytest.raises(HistoryDiffers, match=r"drop the schema videos_v\d and start again") as stopped:
        asyncio.run(installation.begin())
    assert stopped.value.exit_code == 4


def test_media_are_copied_and_brought_back(installation: Installation) -> None:
    kept, gone = "v/video_1/1/video-aa.mp4", "v/video_2/1/video-bb.mp4"

    async def files() -> dict[str, bytes]:
        return {key: await installation.objects.get(key) async for key in installation.objects.keys("v/")}

    async def before() -> dict[str, bytes]:
        for key in (kept, gone):
            await installation.objects.put(key, key.encode() * 1000, "video/mp4")
        return await files()

    asyncio.run(installation.live(range(1, 2)))
    wanted = asyncio.run(before())
    backup = installation.backup("media", "--objects")
    asyncio.run(installation.objects.delete_prefix("v/video_2/"))
    assert "1 objects" in installation.restore(backup)
    assert asyncio.run(files()) == wanted


def test_what_fails_midway_leaves_the_database_as_it_was(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(installation.live(range(1, 3)))
    backup = installation.backup("midway")
    asyncio.run(installation.live(range(3, 5)))

    def breaks(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(databases, "begin_epoch", breaks)
    assert "the disk is full" in installation.refused("restore", str(backup))
    assert installation.traces(an_id("video", 4)) != []
    assert installation.query("select datname from pg_database where datname like current_database() || '\\_%'") == []


def test_what_does_not_fit_is_refused_in_a_sentence(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asyncio.run(installation.live(range(1, 3)))
    backup = installation.backup("refused")
    assert "is not empty" in installation.refused("backup", str(backup))
    assert "holds no backup" in installation.refused("restore", str(tmp_path / "nowhere"))
    with psycopg.connect(installation.database):
        assert "is in use by 1 sessions" in installation.refused("restore", str(backup))
    with monkeypatch.context() as other:
        other.setenv("RECUT_MASTER_KEY", base64.b64encode(b"x" * 32).decode())
        assert "not the one of the backup" in installation.refused("restore", str(backup))
    with (backup / "database.dump").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"!")
    assert "database.dump is not what was written" in installation.refused("restore", str(backup))
    (backup / "database.dump").unlink()
    assert "database.dump is missing" in installation.refused("restore", str(backup))
