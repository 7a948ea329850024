"""Workers killed with -9 in each stage, films cancelled in each stage, tickets that come again, a worker that wakes up
after its lease, a film that kills every worker: one end each, no files too many, and the book is right.

`python -m tests.fault.worker_kills` runs on a PostgreSQL and a Kafka of its own in a temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from commands.video import CancelVideo, CreateVideo, RemixVideo
from commands.work import WALLET, fold
from domain.errors import RecutError
from domain.ids import model_stream, wallet_stream
from domain.model import ModelRegistered
from domain.policy import SPIKE
from domain.recorded import Origin
from domain.video import Completed
from domain.wallet import Held, Released, Settled
from inference import pipeline
from inference.film import Stopwatch
from inference.models import SKETCH_1
from inference.ports import Job
from infra.kafka import KafkaAdmin
from recut.local.kafka import Kafka
from streams import timers, topics
from streams.sweeper import Sweeper
from tests.examples import purchased, spike_policy_changed
from tests.fault import scratch
from tests.fault.gate import FOLDER, KILL, Gate
from tests.fault.halting_film import FRAMES
from tests.fault.halting_worker import AROUND, ticket
from tests.generating import Platform
from tests.given import AT, OWNER, an_id, happened, opened
from tests.integration.relaying import SHARDS
from tests.integration.working import LEASE
from tests.outside import Outside
from tests.stores import query

CREDITS: Final = 10_000
PRICE: Final = 1  # of four seconds in this size
SIZE: Final = "144x256"
PROMPT: Final = 'a red cat walks on the beach, a girl says "Good morning."'
ENDS: Final = ("generation_completed", "generation_failed", "generation_cancelled")
PATIENCE: Final = 240.0  # seconds: a busy machine is no fault


class Case(msgspec.Struct):
    what: str
    stage: str
    video: str
    ends: list[str]
    attempts: int
    seconds: float
    wanted: tuple[str, ...]  # any of these ends

    @property
    def right(self) -> bool:
        return len(self.ends) == 1 and self.ends[0].partition(" ")[0].removeprefix("generation_") in self.wanted


class Drill:
    def __init__(self, platform: Platform, gate: Gate) -> None:
        self.platform = platform
        self.gate = gate
        self.cases: list[Case] = []
        self.parent = ""
        self._number = 100

    async def prepare(self) -> None:
        store = self.platform.store
        await happened(store, OWNER, opened())
        await happened(store, model_stream("sketch-1"), ModelRegistered(model=SKETCH_1))
        policy = spike_policy_changed(allowance=0, price_percent=100, free_concurrency=50, paid_concurrency=50)
        await happened(store, SPIKE, policy)
        await happened(store, wallet_stream(OWNER), purchased(credits=CREDITS))
        self._man()
        self.parent = await self.queue()
        assert isinstance(await self.ended(self.parent), Completed)

    def _man(self) -> None:
        """Two workers, whoever was killed."""
        self.platform.workers = [each for each in self.platform.workers if each.poll() is None]
        while len(self.platform.workers) < 2:
            self.platform.start_worker()

    async def queue(self, *, halt: str = "", what: str = "", attempt: str = "1") -> str:
        """A new video; `halt`: the stage in which its worker stops. A remix, once there is something to remix."""
        self._number += 1
        video = an_id("video", self._number)
        if halt:
            self.gate.close(video, halt, what or "halt", attempt)
        create = CreateVideo(
            video_id=video, account_id=OWNER, model="sketch-1", prompt=PROMPT, size=SIZE, seed=7, tier="paid"
        )
        remix = RemixVideo(video_id=video, account_id=OWNER, parent_id=self.parent, prompt="make it night", tier="paid")
        await self._give(remix if self.parent else create)
        return video

    async def _give(self, command: Any) -> None:
        key = f"{type(command).__name__} {command.video_id}"
        origin = Origin(
            account=OWNER, key=key, request_hash=key.encode(), occurred_at=AT, causation=key, correlation=key
        )
        await self.platform.bus.dispatch(command, origin)

    async def reached(self, video: str, stage: str) -> subprocess.Popen[bytes]:
        async with asyncio.timeout(PATIENCE):
            while not (pid := self.gate.who()):
                await asyncio.sleep(0.02)
        return next(worker for worker in self.platform.workers if worker.pid == pid)

    async def kill_in(self, stage: str) -> None:
        began, video = time.monotonic(), await self.queue(halt=stage)
        worker = await self.reached(video, stage)
        worker.kill()
        await asyncio.to_thread(worker.wait)
        self.gate.open(video)
        self._man()
        await self.note("killed in", stage, video, began, "completed")

    async def cancel_in(self, stage: str) -> None:
        """Once its report is sent, the film is made: then either may be first."""
        began, video = time.monotonic(), await self.queue(halt=stage)
        await self.reached(video, stage)
        await self._give(CancelVideo(video_id=video, account_id=OWNER))
        self.gate.open(video)
        await self._settled()
        wanted = ("cancelled", "completed") if stage == "reported" else ("cancelled",)
        await self.note("cancelled in", stage, video, began, *wanted)

    async def redeliver(self) -> None:
        """The ticket comes to every worker while the film is made, and again when it is done."""
        began, video = time.monotonic(), await self.queue(halt=FRAMES)
        await self.reached(video, FRAMES)
        await self._send_everywhere(video)
        self.gate.open(video)
        await self.ended(video)
        await self._send_everywhere(video)
        await self._settled()
        await self.note("ticket sent again", "32 times", video, began, "completed")
        starts = (await self.platform.events(video)).count("generation_started")
        assert starts == 1, f"{video} was begun {starts} times"

    async def _send_everywhere(self, video: str) -> None:
        topic = topics.tickets(self.platform.prefix, "paid")
        numbers = range(topics.TICKET_PARTITIONS)
        await self.platform.publisher.send([(topic, number, video, ticket(video, 1), []) for number in numbers])

    async def wake_up_late(self) -> None:
        """A worker is asleep until its lease is another's: then both want to report the same video."""
        began, video = time.monotonic(), await self.queue(halt=FRAMES)
        worker = await self.reached(video, FRAMES)
        worker.send_signal(signal.SIGSTOP)
        self.gate.open(video)
        state = await self.ended(video)
        worker.send_signal(signal.SIGCONT)
        await asyncio.sleep(2 * LEASE.total_seconds())
        await self.note("two on one lease", "one slept", video, began, "completed")
        assert isinstance(state, Completed)
        assert state.outcome.attempt == 2

    async def kill_them_all(self) -> None:
        """The film itself ends every worker that takes it up."""
        began, video = time.monotonic(), await self.queue(halt="encode", what=KILL, attempt="*")
        dead = 0
        while not ended(await self.platform.video(video)):
            await asyncio.sleep(0.05)
            dead += sum(worker.poll() is not None for worker in self.platform.workers)
            self._man()
            assert time.monotonic() - began < PATIENCE
        self.gate.open(video)
        self._man()
        await self.note("killed its worker", f"{dead} times", video, began, "failed")
        assert dead == 3, f"{dead} workers died of it"

    async def note(self, what: str, stage: str, video: str, began: float, *wanted: str) -> None:
        await self.ended(video)
        facts = await self.platform.store.load(video)
        names = [fact.recorded.type.removeprefix("video.").removesuffix(".v1") for fact in facts]
        ends = [name for name in names if name in ENDS]
        attempts = 1 + names.count("generation_attempt_failed")
        case = Case(what, stage, video, ends, attempts, time.monotonic() - began, wanted)
        self.cases.append(case)
        print(line(case), flush=True)

    async def ended(self, video: str) -> Any:
        try:
            return await self.platform.until(ended, video, PATIENCE)
        except TimeoutError:
            raise RuntimeError(f"{video} has no end: {await self._rows()}") from None

    async def _rows(self) -> str:
        open_jobs = "select video_id, attempt, state, worker from jobs.jobs where state <> 'closed'"
        heard = "select worker, paid_partitions, clock_timestamp() - seen_at from jobs.workers"
        jobs, workers = [await query(self.platform.database, each) for each in (open_jobs, heard)]
        return f"jobs {jobs}, workers {workers}, processes {[each.pid for each in self.platform.workers]}"

    async def _settled(self) -> None:
        """No attempt is under way any more."""
        async with asyncio.timeout(PATIENCE):
            while await self.platform.jobs.under_way():
                await asyncio.sleep(0.05)

    async def files(self) -> tuple[list[str], int, int]:
        """What is wrong with the store, and how many orphans went and files stayed."""
        await self._settled()
        await asyncio.sleep(2 * LEASE.total_seconds())  # whoever still stores something, ends
        tomorrow = datetime.now(UTC) + timedelta(hours=25)
        swept = await Sweeper(self.platform.objects, self.platform.store, lambda: tomorrow).sweep()
        left = {key async for key in self.platform.objects.keys("v/")}
        named = set[str]()
        for video in (self.parent, *(case.video for case in self.cases)):
            state = await self.platform.video(video)
            named |= {asset.key for asset in state.outcome.assets} if isinstance(state, Completed) else set()
        problems = [f"orphan: {key}" for key in left - named] + [f"lost: {key}" for key in named - left]
        return problems, swept.orphans, len(left)

    async def book(self) -> tuple[list[str], str]:
        """What is wrong with the wallet, and what it says."""
        async with asyncio.timeout(PATIENCE):
            while not await self._booked():
                await asyncio.sleep(0.1)
        facts = [fact.event for fact in await self.platform.store.load(wallet_stream(OWNER))]
        total = sum(entry.amount for fact in facts for entry in getattr(fact, "lines", ()))
        kinds = Counter(type(fact).__name__.lower() for fact in facts)
        wallet, _ = await fold(self.platform.store, WALLET, wallet_stream(OWNER))
        made = 1 + sum(case.ends == ["generation_completed"] for case in self.cases)
        wanted = CREDITS - PRICE * made
        problems = [] if total == 0 else [f"the lines sum to {total}"]
        problems += [] if wallet.paid == wanted else [f"the account has {wallet.paid}, not {wanted}"]
        problems += [] if not wallet.holds else [f"{len(wallet.holds)} holds are open"]
        paid = {fact.video_id for fact in facts if isinstance(fact, Settled)}
        made_ids = {self.parent, *(case.video for case in self.cases if case.ends == ["generation_completed"])}
        problems += [f"{video} is not paid as it ended" for video in paid ^ made_ids]
        said = f"{dict(sorted(kinds.items()))}; sum {total}, {wallet.paid} left = {CREDITS} - {made} films x {PRICE}"
        return problems, said

    async def _booked(self) -> bool:
        """Every hold has its end, and one only."""
        ends, holds = Counter[str](), Counter[str]()
        for fact in await self.platform.store.load(wallet_stream(OWNER)):
            if isinstance(fact.event, Held):
                holds[fact.event.video_id] += 1
            elif isinstance(fact.event, Settled | Released):
                ends[fact.event.video_id] += 1
        return holds == ends and set(holds.values()) == {1}


def ended(state: Any) -> bool:
    return type(state).__name__ in ("Completed", "Failed", "Cancelled")


def line(case: Case) -> str:
    verdict = "" if case.right else f"   WRONG: wanted one of {case.wanted}"
    ends = ", ".join(end.removeprefix("generation_") for end in case.ends)
    return (
        f"{case.what:18} {case.stage:16} {ends:12} {case.attempts:8d} {len(case.ends):5d} {case.seconds:8.1f}{verdict}"
    )


def stages_of_a_film() -> tuple[str, ...]:
    """As this build tells them, in the order in which they begin."""
    seen: list[str] = []

    class Noting(Stopwatch):
        def stage(self, name: str) -> Any:
            seen.append(name)
            return super().stage(name)

    job = Job(
        video_id="v", attempt=1, model="sketch-1", verb="create", prompt=PROMPT, seed=7, seconds=2.0, width=144,
        height=256,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        pipeline.generate(job, Path(folder), lambda share: None, lambda: False, Noting())
    return tuple(dict.fromkeys(seen))


async def drill(platform: Platform, gate: Gate, only: Callable[[str], bool]) -> int:
    stages = [*AROUND[:4], *stages_of_a_film(), *AROUND[4:]]
    print(f"stages       {', '.join(stages)}\n")
    print(f"{'':18} {'stage':16} {'end':12} {'attempts':>8} {'ends':>5} {'seconds':>8}")
    async with platform.running():
        it = Drill(platform, gate)
        await it.prepare()
        for stage in stages:
            if only(f"kill {stage}"):
                await it.kill_in(stage)
        for stage in stages:
            if only(f"cancel {stage}"):
                await it.cancel_in(stage)
        for name, story in (("redeliver", it.redeliver), ("late", it.wake_up_late), ("all", it.kill_them_all)):
            if only(name):
                await story()
        stray, orphans, files = await it.files()
        wrong, said = await it.book()
    print(f"\nfiles        {orphans} orphans swept, {files} left, all named by the log: {not stray}")
    print(f"credits      {said}")
    problems = [line(case) for case in it.cases if not case.right] + stray + wrong
    for problem in problems:
        print(f"PROBLEM      {problem}")
    print("DAMAGE: see above" if problems else f"{len(it.cases)} cases, one end each, nothing left over, book right")
    return int(bool(problems))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="names of cases begin so: `kill,cancel fetch,redeliver,late,all`")
    only = tuple(parser.parse_args(arguments).only.split(","))
    logging.basicConfig(level=logging.ERROR)
    timers.PATIENCE_SECONDS = 0.0  # type: ignore[misc]
    outside = Outside()
    outside.models = [SKETCH_1]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="recut-kills-")))
        (folder / "gate").mkdir()
        os.environ[FOLDER] = str(folder / "gate")
        database = stack.enter_context(scratch.database())
        kafka = stack.enter_context(Kafka(folder / "kafka")).address
        platform = Platform(database, kafka, folder / "objects", "tests.fault.halting_worker", outside)
        stack.callback(platform.end_workers)
        topics.ensure_topics(KafkaAdmin(kafka), platform.prefix, {"video": SHARDS}, replication=1)
        try:
            return asyncio.run(drill(platform, Gate(folder / "gate"), lambda name: name.startswith(only)))
        except RecutError as error:
            print(f"refused: {error.message}")
            return 1


if __name__ == "__main__":
    sys.exit(main())
