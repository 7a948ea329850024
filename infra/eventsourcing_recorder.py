"""Recut's event store as a persistence module of the library `eventsourcing`: PERSISTENCE_MODULE names this file.

An application's events form one log: a category with one shard. The position in the log is the notification id, so ids
have no holes and become visible in their order. How to use it: docs/pyeventsourcing.md
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from threading import Condition
from typing import Any, Final, NoReturn
from uuid import UUID

import eventsourcing.persistence as library
import psycopg
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.utils import Environment, EnvType, strtobool
from psycopg_pool import ConnectionPool

from domain.catalog import CATEGORIES
from domain.errors import Conflict
from infra.arrays import register
from infra.group_commit import GroupCommit, Pool, Row, Streams, may_pass
from infra.migrate import ensure_logs, migrate
from infra.postgres import PATIENCE, SESSION

OriginatorId = UUID | str

ID_TYPES: Final[dict[str, type[UUID] | type[str]]] = {"uuid": UUID, "text": str}
LOG_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,30}")
LARGEST_VERSION: Final = 2**31 - 1
POLL: Final = 0.1  # seconds after which a subscription looks for what other processes wrote
PAGE: Final = 500

# The first class that fits counts.
ERRORS: Final[tuple[tuple[type[psycopg.Error], type[library.PersistenceError]], ...]] = (
    (psycopg.InterfaceError, library.InterfaceError),
    (psycopg.OperationalError, library.OperationalError),
    (psycopg.DataError, library.DataError),
    (psycopg.IntegrityError, library.IntegrityError),
    (psycopg.InternalError, library.InternalError),
    (psycopg.ProgrammingError, library.ProgrammingError),
    (psycopg.NotSupportedError, library.NotSupportedError),
    (psycopg.DatabaseError, library.DatabaseError),
    (psycopg.Error, library.PersistenceError),
)

SELECT_EVENTS: Final = "select stream, version, type, data from log.events where stream = %s"
SELECT_NOTIFICATIONS: Final = (
    "select stream, version, type, data, position from log.events where category = %s and shard = 0"
)
HEAD: Final = "select position from log.logs where category = %s and shard = 0"
LOGS: Final = "select distinct category from log.logs"


class Log:
    """One log: what is common to the recorders below."""

    def __init__(self, pool: Pool, name: str, id_type: type[UUID] | type[str]) -> None:
        self._pool = pool
        self._name = name
        self._id_type = id_type
        self._commit = GroupCommit(pool, name)

    def write(self, events: Sequence[StoredEvent], *, gapless: bool) -> int:
        """The position of the last of `events`. `gapless`: each must follow the one that its stream has now."""
        rows = [self._row(event) for event in events]
        outcome = self._commit.write(rows, _gapless(rows) if gapless else dict.fromkeys([row[0] for row in rows]))
        if isinstance(outcome, int):
            return outcome
        if isinstance(outcome, Conflict):
            raise library.IntegrityError(
                f"The aggregate of {self.stream(events[0].originator_id)}, or one saved with it, is at another version"
            ) from outcome
        raise translated(outcome) from outcome

    def rows(self, query: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Of a statement that is harmless to repeat: it is sent again when a connection broke."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with self._pool.connection() as connection:
                    return connection.execute(query.encode(), parameters, binary=True).fetchall()
            except psycopg.Error as error:
                if not may_pass(error) or time.monotonic() > deadline:
                    raise translated(error) from error
                time.sleep(0.02)

    def stream(self, originator_id: OriginatorId) -> str:
        return f"{self._name}_{originator_id}"

    def stored_event(self, stream: str, version: int, topic: str, state: bytes) -> StoredEvent:
        return StoredEvent(self._originator_id(stream), version, topic, state)

    def notification(self, stream: str, version: int, topic: str, state: bytes, position: int) -> Notification:
        return Notification(self._originator_id(stream), version, topic, state, position)

    def _originator_id(self, stream: str) -> OriginatorId:
        return self._id_type(stream[len(self._name) + 1 :])

    def _row(self, event: StoredEvent) -> Row:
        if not isinstance(event.originator_id, self._id_type):
            raise library.DataError(
                f"The aggregate's id is not a {self._id_type.__name__}: "
                "set ORIGINATOR_ID_TYPE to text for ids that are strings, to uuid for UUIDs"
            )
        if not 0 <= event.originator_version <= LARGEST_VERSION:
            raise library.DataError(f"A version must lie between 0 and {LARGEST_VERSION}: {event.originator_version}")
        return self.stream(event.originator_id), event.originator_version, event.topic, event.state


def _gapless(rows: Sequence[Row]) -> Streams:
    """The version at which each stream must be. A stream may begin with version 0, which to the log is that of a
    stream that does not exist; a second version 0 is then refused by the unique key."""
    expected: dict[str, int] = {}
    latest: dict[str, int] = {}
    for stream, version, _, _ in rows:
        expected.setdefault(stream, max(version - 1, 0))
        if version != latest.get(stream, version - 1) + 1:
            raise library.IntegrityError(f"Versions of {stream} must follow each other: {version} does not")
        latest[stream] = version
    return expected


class AggregateRecorder(library.AggregateRecorder):
    """For snapshots: versions may have gaps."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        _refuse(kwargs)
        if stored_events:
            self._log.write(stored_events, gapless=False)
        return None

    def select_events(
        self,
        originator_id: OriginatorId,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        query, parameters = _narrowed(
            SELECT_EVENTS, [self._log.stream(originator_id)], [("version > %s", gt), ("version <= %s", lte)]
        )
        query += " order by version desc limit %s" if desc else " order by version limit %s"
        return [self._log.stored_event(*row) for row in self._log.rows(query, [*parameters, limit])]


class ApplicationRecorder(AggregateRecorder, library.ApplicationRecorder):
    def __init__(self, log: Log, name: str) -> None:
        super().__init__(log)
        self._name = name
        self.latest = 0  # position of what this process wrote; each write changes it
        self.readers = 0  # who wait for such a change
        self.grown = Condition()  # notified of it

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        _refuse(kwargs)
        if not stored_events:
            return None
        last = self._log.write(stored_events, gapless=True)
        # In this order: a reader counts itself before it looks at `latest`, so one of the two sees the other.
        self.latest = last
        if self.readers:
            with self.grown:
                self.grown.notify_all()
        return list(range(last - len(stored_events) + 1, last + 1))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = "position >= %s" if inclusive_of_start else "position > %s"
        narrowing = [(after, start), ("position <= %s", stop), ("type = any(%s)", list(topics) or None)]
        query, parameters = _narrowed(SELECT_NOTIFICATIONS, [self._name], narrowing)
        rows = self._log.rows(f"{query} order by position limit %s", [*parameters, limit])
        return [self._log.notification(*row) for row in rows]

    def max_notification_id(self) -> int | None:
        rows = self._log.rows(HEAD, [self._name])
        return rows[0][0] or None

    def wait_for_more(self, came: Callable[[], bool]) -> None:
        """At most `POLL` seconds."""
        with self.grown:
            self.readers += 1
            try:
                self.grown.wait_for(came, POLL)
            finally:
                self.readers -= 1

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription:
        return Subscription(self, gt, topics)


class Subscription(library.Subscription[ApplicationRecorder]):
    """What is written in this process is seen at once, what others write within `POLL` seconds: a NOTIFY in the
    transaction that writes would halve its throughput."""

    def __init__(self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._after = gt or 0
        self._page: Iterator[Notification] = iter(())

    def stop(self) -> None:
        super().stop()
        with self._recorder.grown:
            self._recorder.grown.notify_all()

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            notification = next(self._page, None)
            if notification:
                self._after = notification.id
                return notification
            self._page = iter(self._next_page())
        raise StopIteration

    def _next_page(self) -> Sequence[Notification]:
        """Empty when nothing came: the caller asks whether it was stopped, and looks again."""
        recorder, seen = self._recorder, self._recorder.latest
        page = recorder.select_notifications(self._after, PAGE, topics=self._topics, inclusive_of_start=False)
        if not page:
            recorder.wait_for_more(lambda: recorder.latest != seen or self._has_been_stopped)
        return page


class Factory(library.InfrastructureFactory[library.TrackingRecorder]):
    """Settings, each also with the application's name and `_` before it:

    RECUT_DATABASE_URL   the database; it must not be one in which Recut itself keeps its logs
    RECUT_LOG            the log's name, "library" unless set; applications that share a database need one each
    RECUT_POOL_SIZE      connections at most, 8 unless set
    ORIGINATOR_ID_TYPE   "uuid" unless set to "text"
    CREATE_TABLE         "yes" unless set to "no": bring the database to the schema that is needed
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._url = self.env.get("RECUT_DATABASE_URL") or _unset("RECUT_DATABASE_URL", "postgresql://...")
        self._name = self.env.get("RECUT_LOG", "library")
        if not LOG_NAME.fullmatch(self._name) or self._name in CATEGORIES:
            raise OSError(f"RECUT_LOG must be lower-case letters and digits, and no category of Recut: {self._name!r}")
        id_type = self.env.get("ORIGINATOR_ID_TYPE", "uuid")
        self._id_type = ID_TYPES.get(id_type) or _unset("ORIGINATOR_ID_TYPE", "uuid or text")
        self._pool: Pool = ConnectionPool(
            self._url,
            kwargs={**SESSION, "autocommit": True},
            configure=register,
            min_size=1,
            max_size=_positive("RECUT_POOL_SIZE", self.env.get("RECUT_POOL_SIZE", "8")),
            timeout=PATIENCE,
            open=False,
        )

    def application_recorder(self) -> ApplicationRecorder:
        return ApplicationRecorder(self._log(self._name), self._name)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        return AggregateRecorder(self._log(f"{self._name}-{purpose}"))

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> NoReturn:
        raise library.NotSupportedError(
            "A view keeps its progress in its own database: for the projection, set PERSISTENCE_MODULE, "
            "with the projection's name and _ before it, to eventsourcing.postgres"
        )

    def process_recorder(self) -> NoReturn:
        raise library.NotSupportedError("This module stores no process applications: use a projection")

    def close(self) -> None:
        self._pool.close()

    def __exit__(self, *args: Any) -> None:
        super().__exit__(*args)
        self.close()

    def _log(self, name: str) -> Log:
        create = strtobool(self.env.get("CREATE_TABLE") or "yes")
        try:
            if create:
                migrate(self._url)
            with psycopg.connect(self._url) as connection:
                known = {category for (category,) in connection.execute(LOGS.encode())}
            _check(name, known, create)
            if create:
                ensure_logs(self._url, 1, (name,))
            self._pool.open()
        except psycopg.Error as error:
            raise translated(error) from error
        return Log(self._pool, name, self._id_type)


def _check(name: str, known: AbstractSet[str], create: bool) -> None:
    # Recut's relay would publish these events, which its catalog does not know.
    if not known.isdisjoint(CATEGORIES):
        raise library.ProgrammingError(
            "RECUT_DATABASE_URL names the database of a Recut: give the application a database of its own"
        )
    if name not in known and not create:
        raise library.ProgrammingError(
            f"The log {name} does not exist: start the application once with CREATE_TABLE=yes"
        )


def translated(error: Exception) -> Exception:
    """An error of the database as the library names it; any other as it is."""
    named = (ours for theirs, ours in ERRORS if isinstance(error, theirs))
    found = next(named, None)
    return found(str(error)) if found else error


def _narrowed(query: str, parameters: Sequence[Any], narrowing: Sequence[tuple[str, Any]]) -> tuple[str, list[Any]]:
    """With each condition whose value is given."""
    given = [(condition, value) for condition, value in narrowing if value is not None]
    return " and ".join([query, *(condition for condition, _ in given)]), [*parameters, *(v for _, v in given)]


def _refuse(arguments: dict[str, Any]) -> None:
    """The library hands over what `save()` was given, and `tracking`, which only process applications set."""
    if given := [name for name, value in arguments.items() if value is not None]:
        raise library.NotSupportedError(f"Nothing would use these arguments of save(): {', '.join(given)}")


def _unset(name: str, example: str) -> NoReturn:
    raise OSError(f"{name} must be set to {example}")


def _positive(name: str, text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise OSError(f"{name} must be a whole number from 1: {text!r}")
    return int(text)
