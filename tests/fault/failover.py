"""Three projectors share the work while they are killed with -9 before, inside and after their transactions, and fall
asleep inside one until others have their partitions: the rows come out as those of a fresh fill, byte for byte.

`python -m tests.fault.failover` prints what it did; 1 on any difference.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from domain.recorded import Recorded
from infra.audit import AuditedStore
from infra.postgres import open_pool
from projections import install
from projections.db import Connection, connect
from projections.registry import BY_NAME, MODELS
from recut import dead_letters
from recut.local.kafka import Kafka
from tests import recording
from tests.fault import refill, scratch
from tests.histories import make
from tests.relayed import Topics, as_relayed

PROCESSES = 3
SHARDS = 4
# Longer than Kafka waits for a sign of life: when it wakes up, others have its partitions.
ASLEEP_SECONDS = 9.0
# Kafka notices that a process is gone before this ends.
AWAY_SECONDS = 8.0
PATIENCE_SECONDS = 20.0
# The load runs ahead of the kills by this share of it, and then goes on slowly; seconds for each slice of it.
AHEAD, QUICKLY, SLOWLY, SLICE = 0.02, 0.02, 0.3, 10
WITHIN = 15  # transactions from its start a process has its fate


class Plan(msgspec.Struct, frozen=True):
    kills: int
    sleeps: int
    events: int
    seed: int
    idle_seconds: int = 20


class Slot:
    """One of the processes, and whoever takes its place."""

    def __init__(self, number: int) -> None:
        # One of them is anonymous, as a process without the setting is.
        self.instance = f"projector-{number}" if number else ""
        self.process: subprocess.Popen[bytes] | None = None
        self.point = ""
        self.wakes_at = 0.0
        self.starts_at = 0.0
        self.patient_until = 0.0

    @property
    def sleeps(self) -> bool:
        if not self.process:
            return False
        stat = Path(f"/proc/{self.process.pid}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "T"


class Run:
    def __init__(self, topics: Topics, database: str, plan: Plan) -> None:
        self._topics = topics
        self._database = database
        self._plan = plan
        self.seed = plan.seed
        self._dice = random.Random(plan.seed)
        self._slots = [Slot(number) for number in range(PROCESSES)]
        self.counts: Counter[str] = Counter()
        self._fates = [self._dice.choice(("before", "inside", "after", "anywhere")) for _ in range(plan.kills)]
        self._fates += ["asleep"] * plan.sleeps
        self._dice.shuffle(self._fates)
        self._planned = len(self._fates)

    @property
    def share(self) -> float:
        """Of the fates, those that were met."""
        return 1 - len(self._fates) / self._planned

    def until_all_fates(self) -> None:
        """Each process that has met its fate makes room for the next one."""
        while self._fates or any(slot.point for slot in self._slots):
            for slot in self._slots:
                self._look_after(slot)
            time.sleep(0.02)

    def _look_after(self, slot: Slot) -> None:
        now = time.monotonic()
        if slot.process is None:
            if now >= slot.starts_at:
                self._start(slot, self._fates.pop() if self._fates else "")
        elif (code := slot.process.poll()) is not None:
            self._note_end(slot, code)
        elif slot.point == "asleep" and slot.sleeps:
            self._hold(slot, now)
        elif slot.point == "anywhere" and now >= slot.wakes_at:
            slot.process.send_signal(signal.SIGKILL)
        elif slot.point and slot.point != "anywhere" and now >= slot.patient_until:
            slot.point = "anywhere"  # too little happens at which it could die

    def _hold(self, slot: Slot, now: float) -> None:
        assert slot.process
        if not slot.wakes_at:
            slot.wakes_at = now + ASLEEP_SECONDS
        elif now >= slot.wakes_at:
            slot.process.send_signal(signal.SIGCONT)
            self.counts["asleep"] += 1
            slot.point = ""

    def _start(self, slot: Slot, point: str) -> None:
        after = self._dice.randint(1, WITHIN)
        slot.point, slot.wakes_at, slot.patient_until = point, 0.0, time.monotonic() + PATIENCE_SECONDS
        if point == "anywhere":
            slot.wakes_at = time.monotonic() + self._dice.uniform(1, 6)
        command = [sys.executable, "-m", "tests.fault.projecting", self._topics.bootstrap, self._topics.prefix]
        command += [self._database, slot.instance, str(self._plan.idle_seconds), point or "never", str(after)]
        slot.process = subprocess.Popen(command)

    def _note_end(self, slot: Slot, code: int) -> None:
        """Now and then its place stays empty, and the others take over."""
        if code == -signal.SIGKILL and slot.point:
            self.counts[slot.point] += 1
        else:
            self.counts["ended by themselves"] += 1
            if slot.point:
                self._fates.append(slot.point)
        away = self._dice.random() < 0.25
        self.counts["taken over"] += away
        slot.process, slot.point = None, ""
        slot.starts_at = time.monotonic() + (AWAY_SECONDS if away else 0)

    def rest(self, conn: Connection, within: float = 180) -> bool:
        """Whether everyone has come to the heads. A process that has ended is started again, as a supervisor does."""
        deadline = time.monotonic() + within
        while behind(conn) and time.monotonic() < deadline:
            for slot in self._slots:
                self._look_after(slot)
            time.sleep(0.1)
        return not behind(conn)

    def stop(self) -> None:
        for slot in self._slots:
            if slot.process:
                slot.process.kill()
                slot.process.wait()


def behind(conn: Connection) -> int:
    """How many events the read models have still to do, all together."""
    return sum(_behind(conn, model.schema, model.categories) for model in MODELS)


def _behind(conn: Connection, schema: str, categories: Sequence[str]) -> int:
    query = (
        f"select coalesce(sum(logs.position - coalesce(mine.position, 0)), 0)::int from log.logs"
        f" left join {schema}.checkpoints as mine using (category, shard) where category = any(%s)"
    )
    row = conn.execute(query.encode(), [list(categories)]).fetchone()
    assert row
    return int(row[0])


def load(running: Run, topics: Topics, database: str, history: Sequence[Recorded], stop: threading.Event) -> None:
    """Into the log and then into Kafka, a little at a time and not long before it is needed; when `stop` is set, the
    rest at once."""
    with connect(database) as conn:
        written = 0
        for piece in as_relayed(history, random.Random(running.seed)):
            fresh = history[written : max(written, 1 + _last(history, piece))]
            written += len(fresh)
            recording.append(conn, fresh)
            for start in range(0, len(piece), SLICE):
                topics.write(piece[start : start + SLICE])
                stop.wait(SLOWLY if written > len(history) * (running.share + AHEAD) else QUICKLY)
        recording.append(conn, history[written:])
    topics.write(list({(each.category, each.shard): each for each in history}.values()))


def _last(history: Sequence[Recorded], piece: Sequence[Recorded]) -> int:
    return history.index(piece[-1]) if piece else -1


def _letters(conn: Connection, schema: str) -> int:
    row = conn.execute(f"select count(*) from {schema}.dead_letters".encode()).fetchone()
    return row[0] if row else 0


def run(bootstrap: str, database: str, plan: Plan) -> int:
    """The number of read models that differ, or of those that did not come to rest."""
    world = make(plan.seed, plan.events, shards=SHARDS, accounts=20)
    history = recording.with_ids(world.history)
    topics = Topics(bootstrap, f"failover-{time.monotonic_ns()}", SHARDS)
    with connect(database) as conn:
        install.install(conn)
        recording.begin(conn, world)
        running, stop = Run(topics, database, plan), threading.Event()
        writer = threading.Thread(target=load, args=(running, topics, database, history, stop))
        writer.start()
        try:
            running.until_all_fates()
            stop.set()
            writer.join()
            rested = running.rest(conn)
        finally:
            stop.set()
            writer.join()
            running.stop()
        asyncio.run(retry_crashed(conn, database))
        return report(conn, running.counts, rested)


async def retry_crashed(conn: Connection, database: str) -> None:
    """An event at which three processes have died in a row is parked, whoever killed them: an operator looks, and lets
    it be taken."""
    parked = [model.name for model in MODELS if _letters(conn, model.schema)]
    async with open_pool(database, size=1) as pool, AuditedStore(pool) as history:
        for name in parked:
            print(f"dead letters {name}: {_letters(conn, BY_NAME[name].schema)} parked, tried again")
            await dead_letters.retry(dead_letters.Desk(conn, BY_NAME, history), name, None)


def report(conn: Connection, counts: Counter[str], rested: bool) -> int:
    kills = {point: counts[point] for point in ("before", "inside", "after", "anywhere")}
    print(f"kill -9      {sum(kills.values())}: {kills}")
    print(f"asleep       {counts['asleep']} inside a transaction for {ASLEEP_SECONDS:.0f} s, then continued")
    print(f"fail-over    {counts['taken over']} times nobody came back before others had the partitions")
    print(f"restarts     {counts['ended by themselves']} processes ended by themselves and were started again")
    stored, parked = refill.history(conn), sum(_letters(conn, model.schema) for model in MODELS)
    print(f"log          {len(stored)} events; {behind(conn)} not projected, {parked} dead letters")
    different = refill.differing_models(conn, stored, refill.epochs(conn))
    print(f"read models  {len(MODELS)} compared with a fresh fill byte for byte, differing: {different or 'none'}")
    return len(different) + (not rested)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--sleeps", type=int, default=4)
    parser.add_argument("--events", type=int, default=30_000, help="steps of the made-up history")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    print(f"seed         {seed}")
    with (
        tempfile.TemporaryDirectory(prefix="recut-kafka-") as folder,
        Kafka(Path(folder)) as kafka,
        scratch.database() as url,
    ):
        failed = run(kafka.address, url, Plan(given.kills, given.sleeps, given.events, seed))
    print("DIFFERENT: see above" if failed else "rows are equal")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
