"""Our persistence module of the library `eventsourcing`: the library's own test cases, and what they do not ask."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import eventsourcing.cryptography
import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    DataError,
    InfrastructureFactory,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.utils import Environment

from infra import eventsourcing_recorder as ours
from infra import group_commit
from infra.group_commit import GroupCommit
from infra.migrate import ensure_logs
from tests.runtime import eventually, execute

DOCUMENT = Path(__file__).parents[2] / "docs" / "pyeventsourcing.md"
MODULE = ours.__name__
KILL = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""

# The cases import a cipher that needs pycryptodome; the same one over `cryptography` will do, as none of ours uses it.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)
cases: Any = import_module("eventsourcing.tests.persistence")


@pytest.fixture
def make_factory(fresh_database: str) -> Iterator[Callable[..., ours.Factory]]:
    made: list[ours.Factory] = []

    def make(name: str = "", **env: str) -> ours.Factory:
        given = {"PERSISTENCE_MODULE": MODULE, "RECUT_DATABASE_URL": fresh_database, **env}
        factory: Any = InfrastructureFactory.construct(Environment(name, given))
        made.append(factory)
        return factory

    yield make
    for factory in made:
        factory.close()


@pytest.fixture
def recorder(make_factory: Callable[..., ours.Factory]) -> ours.ApplicationRecorder:
    return make_factory().application_recorder()


class WithFactory:
    env: dict[str, str] = {}

    @pytest.fixture(autouse=True)
    def _factory(self, make_factory: Callable[..., ours.Factory]) -> None:
        self.factory = make_factory(**self.env)


class TestApplicationRecorder(WithFactory, cases.ApplicationRecorderTestCase):
    def create_recorder(self) -> ours.ApplicationRecorder:
        return self.factory.application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationRecorderFromVersion0(TestApplicationRecorder):
    INITIAL_VERSION = 0


class TestApplicationRecorderWithTextIds(TestApplicationRecorder):
    env = {"ORIGINATOR_ID_TYPE": "text"}

    def new_originator_id(self) -> str:
        return f"dog_{uuid4()}"


class TestNotificationIds(WithFactory, cases.NonInterleavingNotificationIDsBaseCase):
    insert_num = 1000

    def create_recorder(self) -> ours.ApplicationRecorder:
        return self.factory.application_recorder()


class TestAggregateRecorder(WithFactory, cases.AggregateRecorderTestCase):
    def create_recorder(self) -> ours.AggregateRecorder:
        return self.factory.aggregate_recorder()


class Dog(Aggregate):
    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: list[str] = []

    @event("TrickAdded")
    def add_trick(self, trick: str) -> None:
        self.tricks.append(trick)


class Kennel(Application[Any]):
    snapshotting_intervals = {Dog: 2}


class Shelter(Application[Any]):
    pass


def settings(url: str, **more: str) -> dict[str, str]:
    return {"PERSISTENCE_MODULE": MODULE, "RECUT_DATABASE_URL": url, **more}


def stored(version: int = 1, id_: Any = None) -> StoredEvent:
    return StoredEvent(id_ or uuid4(), version, "topic", b"state")


def ids(recorder: ours.ApplicationRecorder) -> list[int]:
    return [notification.id for notification in recorder.select_notifications(None, 100_000)]


def test_example_of_the_document_runs(fresh_database: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        env={"RECUT_DATABASE_URL": fresh_database, "PYTHONPATH": str(DOCUMENT.parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "['roll over']\n[(1, '__main__:Dog.Registered'), (2, '__main__:Dog.TrickAdded')]\n"


def test_snapshots_and_applications_are_logs_of_their_own(fresh_database: str) -> None:
    env = settings(fresh_database, KENNEL_RECUT_LOG="kennel")
    with Kennel(env=env) as kennel, Shelter(env=env) as shelter:
        dog = Dog("Rex")
        dog.add_trick("sit")
        dog.add_trick("roll over")
        recordings = kennel.save(dog)
        assert [recording.notification.id for recording in recordings] == [1, 2, 3]
        assert shelter.save(Dog("Stray"))[0].notification.id == 1
        assert kennel.snapshots is not None
        assert [snapshot.originator_version for snapshot in kennel.snapshots.get(dog.id)] == [2]
        assert kennel.repository.get(dog.id).tricks == ["sit", "roll over"]
        assert kennel.repository.get(dog.id, version=2).tricks == ["sit"]
        assert kennel.recorder.max_notification_id() == 3


def test_of_many_that_save_the_same_version_one_wins(recorder: ours.ApplicationRecorder) -> None:
    aggregates = [uuid4() for _ in range(20)]

    def insert(id_: Any) -> bool:
        try:
            recorder.insert_events([stored(1, id_), stored(2, id_)])
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        won = list(threads.map(insert, aggregates * 8))
    assert won.count(True) == len(aggregates)
    assert ids(recorder) == list(range(1, 2 * len(aggregates) + 1))


def test_a_save_over_two_aggregates_is_all_or_nothing(recorder: ours.ApplicationRecorder) -> None:
    first, second = uuid4(), uuid4()
    recorder.insert_events([stored(1, second)])
    with pytest.raises(IntegrityError):
        recorder.insert_events([stored(1, first), stored(1, second)])
    assert recorder.select_events(first) == []
    assert recorder.insert_events([stored(1, first), stored(2, second)]) == [2, 3]


@pytest.mark.parametrize("versions", [(2,), (1, 3), (1, 1), (2, 1)])
def test_versions_follow_each_other(recorder: ours.ApplicationRecorder, versions: Sequence[int]) -> None:
    id_ = uuid4()
    with pytest.raises(IntegrityError):
        recorder.insert_events([stored(version, id_) for version in versions])
    assert recorder.max_notification_id() is None


@pytest.mark.parametrize("bad", [stored(2**31), stored(-1), stored(id_="a text"), StoredEvent(uuid4(), 1, "\0", b"")])
def test_what_cannot_be_stored_is_a_data_error_and_fails_no_neighbour(
    recorder: ours.ApplicationRecorder, bad: StoredEvent
) -> None:
    with ThreadPoolExecutor(8) as threads:
        good = [threads.submit(recorder.insert_events, [stored()]) for _ in range(20)]
        refused = threads.submit(recorder.insert_events, [bad])
        good += [threads.submit(recorder.insert_events, [stored()]) for _ in range(20)]
        assert sorted(one for future in good for one in future.result() or ()) == list(range(1, 41))
        with pytest.raises(DataError):
            refused.result()


def test_arguments_that_nothing_would_use_are_refused(recorder: ours.ApplicationRecorder) -> None:
    with pytest.raises(NotSupportedError, match="command_id"):
        recorder.insert_events([stored()], tracking=None, command_id="7")


def test_an_answer_that_was_lost_after_the_commit_is_found(
    recorder: ours.ApplicationRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, sent = GroupCommit._send, []

    def cut_once(self: GroupCommit, batch: Sequence[Any]) -> Any:
        sent.append(batch)
        answer = send(self, batch)
        if len(sent) == 1:
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return answer

    monkeypatch.setattr(GroupCommit, "_send", cut_once)
    assert recorder.insert_events([stored(), stored()]) == [1, 2]
    assert len(sent) == 2
    assert ids(recorder) == [1, 2]


def test_every_save_survives_connections_that_are_killed(
    recorder: ours.ApplicationRecorder, fresh_database: str
) -> None:
    kills = 0

    def save(_: int) -> list[int]:
        return list(recorder.insert_events([stored(), stored()]) or ())

    with ThreadPoolExecutor(16) as threads:
        saves = [threads.submit(save, n) for n in range(1_500)]
        while not all(one.done() for one in saves) and kills < 5:
            done = sum(one.done() for one in saves)
            while sum(one.done() for one in saves) < min(done + 150, len(saves)):
                assert not any(one.done() and one.exception() for one in saves)
            execute(fresh_database, KILL)
            kills += 1
        given = sorted(one for future in saves for one in future.result())
    assert kills == 5
    assert given == list(range(1, 3_001)) == ids(recorder)


def test_a_thread_that_is_interrupted_strands_nobody(
    recorder: ours.ApplicationRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, begun, interrupt = GroupCommit._send, Event(), Event()

    def interrupted(self: GroupCommit, batch: Sequence[Any]) -> Any:
        monkeypatch.setattr(GroupCommit, "_send", send)
        begun.set()
        interrupt.wait(20)
        raise KeyboardInterrupt

    def lead() -> None:
        with pytest.raises(KeyboardInterrupt):
            recorder.insert_events([stored()])

    def insert() -> None:
        given.extend(recorder.insert_events([stored()]) or ())

    monkeypatch.setattr(GroupCommit, "_send", interrupted)
    given: list[int] = []
    # Daemons: a thread that waits for ever fails this test and does not keep the process.
    threads = [Thread(target=target, daemon=True) for target in (lead, *[insert] * 8)]
    threads[0].start()
    assert begun.wait(20)
    for thread in threads[1:]:
        thread.start()
    interrupt.set()
    for thread in threads:
        thread.join(5)
    assert sorted(given) == list(range(1, 9))


def test_a_saver_that_is_interrupted_while_its_events_are_written_wakes_the_next(
    recorder: ours.ApplicationRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, gates, begun, batches = GroupCommit._send, [Event(), Event()], [Event(), Event()], []

    def gated(self: GroupCommit, batch: Sequence[Any]) -> Any:
        number = len(batches)
        batches.append(len(batch))
        begun[number].set()
        gates[number].wait(20)
        return send(self, batch)

    class Interrupted:
        """In the place of the lock on which a saver sleeps."""

        def __init__(self) -> None:
            self.asleep, self.interrupt = Event(), Event()

        def acquire(self) -> None:
            self.asleep.set()
            self.interrupt.wait(20)
            raise KeyboardInterrupt

        def release(self) -> None:
            pass

    def insert() -> None:
        given.extend(recorder.insert_events([stored()]) or ())

    def interrupted() -> None:
        with pytest.raises(KeyboardInterrupt):
            insert()

    def start(target: Callable[[], None]) -> Thread:
        thread = Thread(target=target, daemon=True)
        thread.start()
        return thread

    def queue_up(count: int) -> list[Thread]:
        expected = len(recorder._log._commit._queue) + count
        threads = [start(insert) for _ in range(count)]
        eventually(lambda: len(recorder._log._commit._queue) == expected)
        return threads

    monkeypatch.setattr(GroupCommit, "_send", gated)
    given: list[int] = []
    threads = [start(insert)]
    assert begun[0].wait(20)
    threads += queue_up(3)
    lock = Interrupted()
    monkeypatch.setattr(group_commit, "_Waiting", lambda *save: _with_lock(waiting(*save), lock))
    victim = start(interrupted)
    assert lock.asleep.wait(20)
    monkeypatch.setattr(group_commit, "_Waiting", waiting)
    threads += queue_up(3)
    gates[0].set()
    assert begun[1].wait(20)
    lock.interrupt.set()
    victim.join(5)
    gates[1].set()
    for thread in threads:
        thread.join(5)
    assert batches == [1, 7]
    assert len(given) == 7
    assert ids(recorder) == list(range(1, 9))


waiting = group_commit._Waiting


def _with_lock(saver: Any, lock: Any) -> Any:
    saver.woken = lock
    return saver


def test_a_subscription_sees_what_another_process_writes(make_factory: Callable[..., ours.Factory]) -> None:
    here, there = make_factory().application_recorder(), make_factory().application_recorder()
    with here.subscribe(gt=0) as subscription:
        there.insert_events([stored(), stored()])
        assert [next(subscription).id, next(subscription).id] == [1, 2]


def test_a_closed_factory_is_an_operational_error_at_once(make_factory: Callable[..., ours.Factory]) -> None:
    factory = make_factory()
    recorder = factory.application_recorder()
    factory.close()
    with pytest.raises(OperationalError):
        recorder.insert_events([stored()])
    with pytest.raises(OperationalError):
        recorder.select_notifications(None, 1)


def test_a_log_is_created_only_on_request(make_factory: Callable[..., ours.Factory]) -> None:
    with pytest.raises(ProgrammingError, match="CREATE_TABLE=yes"):
        make_factory(CREATE_TABLE="no").application_recorder()
    make_factory().application_recorder().insert_events([stored()])
    assert ids(make_factory(CREATE_TABLE="no").application_recorder()) == [1]


def test_the_database_of_a_recut_is_refused(make_factory: Callable[..., ours.Factory], fresh_database: str) -> None:
    ensure_logs(fresh_database, 2)
    with pytest.raises(ProgrammingError, match="database of its own"):
        make_factory().application_recorder()


@pytest.mark.parametrize(
    "wrong",
    [
        {"RECUT_DATABASE_URL": ""},
        {"RECUT_LOG": "video"},
        {"RECUT_LOG": "two_words"},
        {"RECUT_POOL_SIZE": "many"},
        {"ORIGINATOR_ID_TYPE": "number"},
    ],
)
def test_a_wrong_setting_is_named(make_factory: Callable[..., ours.Factory], wrong: dict[str, str]) -> None:
    with pytest.raises(OSError, match=next(iter(wrong))):
        make_factory(**wrong)


def test_other_recorders_say_what_to_use_instead(make_factory: Callable[..., ours.Factory]) -> None:
    with pytest.raises(NotSupportedError, match=r"eventsourcing\.postgres"):
        make_factory().tracking_recorder()
    with pytest.raises(NotSupportedError, match="projection"):
        make_factory().process_recorder()
