"""A poison event on a real database, through the real command line: parked with what comes behind it on its stream,
while others flow; taken after the mend, in order; or given up."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
import pytest

from commands.ports import Lists as Port
from domain.errors import Unavailable
from domain.recorded import Recorded
from infra.audit import AuditedStore
from infra.gauges import Gauges
from infra.postgres import open_pool
from projections import install
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.events import Event
from projections.model import ReadModel
from projections.registry import FEED, MODELS, VIDEOS
from projections.registry import REMIX_GRAPH as GRAPH
from recut import lists
from recut.cli import main
from recut.lists import Lists
from streams.consumer import Log, Progress
from streams.projector import Projector
from tests import recording
from tests.histories import World, make
from tests.projections import dump, fill

BATCH = 50


@pytest.fixture
def world() -> World:
    return make(21, 500, accounts=12)


@pytest.fixture
def history(world: World) -> list[Recorded]:
    return recording.with_ids(world.history)


@pytest.fixture
def conn(
    fresh_database: str, world: World, history: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")
    monkeypatch.setattr(lists, "PATIENCE", 0.2)
    with connect(fresh_database) as conn:
        install.install(conn)
        recording.begin(conn, world)
        recording.append(conn, history)
        yield conn


def refusing(model: ReadModel, refuses: Callable[[Recorded], bool]) -> ReadModel:
    """The model with a mistake in its code."""

    def apply(conn: Connection, events: Sequence[Event]) -> None:
        if any(refuses(event.recorded) for event in events):
            raise KeyError("a mistake that quotes what a user wrote")
        model.apply(conn, events)

    return msgspec.structs.replace(model, apply=apply)


async def project(url: str, models: Sequence[ReadModel], events: Sequence[Recorded]) -> Projector:
    async with open_pool(url, size=1) as pool, AuditedStore(pool) as store:
        projector = Projector(models, lambda: connect(url), store)
        await projector.start()
        for start in range(0, len(events), BATCH):
            batch = [each for each in events[start : start + BATCH] if each.category in projector.categories]
            await projector.handle(batch, {})
            await asyncio.sleep(0)
        await projector.stop()
    return projector


def poison_of(history: Sequence[Recorded]) -> Recorded:
    """The second event of the busiest video that has some after it."""
    streams = Counter(each.stream for each in history if each.stream.startswith("video_"))
    busiest = streams.most_common(1)[0][0]
    return next(each for each in history if each.stream == busiest and each.version == 2)


def expected(conn: Connection, model: ReadModel, world: World, history: list[Recorded]) -> dict[str, list[str]]:
    install.create(conn, model, "expected")
    fill(conn, model, iter([history]), Epochs(world.epochs()), schema="expected")
    return dump(conn, "expected")


def test_a_poison_event_is_parked_with_its_stream_and_retried_in_order(
    conn: Connection, fresh_database: str, world: World, history: list[Recorded], capsys: pytest.CaptureFixture[str]
) -> None:
    poison, half = poison_of(history), len(history) * 3 // 4
    behind = [each for each in history[:half] if each.stream == poison.stream and each.version > poison.version]
    broken = refusing(VIDEOS, lambda recorded: recorded.event_id == poison.event_id)
    asyncio.run(project(fresh_database, [broken, FEED], history[:half]))

    assert main(["dead-letters", "list", "videos", "--json"]) == 0
    letters = json.loads(capsys.readouterr().out)
    assert [(each["event_id"], each["behind"]) for each in letters] == [
        (poison.event_id, False),
        *((each.event_id, True) for each in behind),
    ]
    assert behind
    assert "quotes" not in json.dumps(letters)
    assert conn.execute(f"select count(*) from {FEED.schema}.dead_letters".encode()).fetchone() == (0,)
    done = conn.execute(f"select sum(position)::int from {VIDEOS.schema}.checkpoints".encode()).fetchone()
    assert done == (sum(each.category in VIDEOS.categories for each in history[:half]),)

    async def retried_while_others_flow() -> int:
        retrying = asyncio.to_thread(main, ["dead-letters", "retry", "videos"])
        code, _ = await asyncio.gather(retrying, project(fresh_database, [broken, FEED], history[half:]))
        return code

    assert asyncio.run(retried_while_others_flow()) == 0
    said = capsys.readouterr().out
    assert f"{poison.stream} are applied." in said
    assert main(["dead-letters", "list"]) == 0
    assert capsys.readouterr().out == "No event is parked.\n"
    assert dump(conn, VIDEOS.schema) == expected(conn, VIDEOS, world, history)
    with capsys.disabled():
        flowed = sum(each.category in VIDEOS.categories for each in history) - len(letters)
        print(f"\n1 poison event, {len(behind)} behind it, {flowed} others flowed; retried: {said.strip()}; rows equal")


def test_what_is_refused_again_stays_with_what_is_behind_it(
    conn: Connection, fresh_database: str, history: list[Recorded], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    poison = poison_of(history)
    last = [each for each in history if each.stream == poison.stream][-1]
    broken = refusing(VIDEOS, lambda recorded: recorded.event_id == poison.event_id)
    asyncio.run(project(fresh_database, [broken], history))
    half_mended = refusing(VIDEOS, lambda recorded: recorded.event_id == last.event_id)
    monkeypatch.setattr("recut.wiring.BY_NAME", {"videos": half_mended})
    assert main(["dead-letters", "retry", "videos", poison.event_id]) == 1
    assert "refused again: KeyError in apply; 1 are left" in capsys.readouterr().out
    assert main(["dead-letters", "list", "--json"]) == 0
    assert [(each["event_id"], each["behind"]) for each in json.loads(capsys.readouterr().out)] == [
        (last.event_id, False)
    ]


def test_an_event_is_given_up_with_a_reason(
    conn: Connection, fresh_database: str, history: list[Recorded], capsys: pytest.CaptureFixture[str]
) -> None:
    poison = poison_of(history)
    stream = [each for each in history if each.stream == poison.stream]
    asyncio.run(project(fresh_database, [refusing(VIDEOS, lambda each: each.event_id == poison.event_id)], history))
    assert main(["dead-letters", "skip", "videos", poison.event_id, "--reason", " "]) == 2
    assert main(["dead-letters", "skip", "videos", stream[-1].event_id, "--reason", "it waits"]) == 2
    assert "waits behind an earlier event" in capsys.readouterr().err
    assert main(["dead-letters", "skip", "videos", poison.event_id, "--reason", "broken by hand"]) == 0
    assert f"{len(stream) - 2} events of {poison.stream} are applied" in capsys.readouterr().out
    skipped = conn.execute("select consumer, event_id, reason from streams.skipped").fetchall()
    assert skipped == [(VIDEOS.schema, poison.event_id, "broken by hand")]
    assert conn.execute(f"select count(*) from {VIDEOS.schema}.dead_letters".encode()).fetchone() == (0,)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["dead-letters", "retry", "videos", "event-1"], "is no dead letter of videos"),
        (["dead-letters", "retry", "fox"], "There is no fox"),
        (["dead-letters", "skip", "videos", "event-1", "--reason", "x"], "is no dead letter of videos"),
        (["project", "--only", "fox"], "There is no read model fox"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(
    conn: Connection, command: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    assert told in capsys.readouterr().err


def test_a_model_of_which_most_cannot_be_applied_stops_alone(
    conn: Connection, fresh_database: str, world: World, history: list[Recorded], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = refusing(VIDEOS, lambda recorded: recorded.category == "video")
    asyncio.run(project(fresh_database, [wrong, FEED], history))
    assert dump(conn, FEED.schema)["logs"] != []
    assert asyncio.run(stopped(fresh_database)) == ["videos"]
    assert main(["lag", "--json"]) == 0
    told = {line["consumer"]: line for line in json.loads(capsys.readouterr().out)}
    assert (told["feed"]["behind"], told["videos"]["stopped"]) == (0, True)
    assert told["videos"]["behind"] > 0
    assert told["videos"]["seconds"] > 0
    # Started again with the mended code, it goes on where it was.
    asyncio.run(project(fresh_database, [VIDEOS, FEED], history))
    assert asyncio.run(stopped(fresh_database)) == []
    assert dump(conn, VIDEOS.schema) == expected(conn, VIDEOS, world, history)


def test_a_stopped_model_holds_up_nobody_and_sends_nobody_back(
    conn: Connection, fresh_database: str, history: list[Recorded]
) -> None:
    """Where to go on after a rebalance: the graph has stopped, alone or beside the feed."""

    async def places() -> tuple[Mapping[Log, Progress], Mapping[Log, Progress]]:
        async with open_pool(fresh_database, size=1) as pool, AuditedStore(pool) as store:
            wrong = refusing(GRAPH, lambda recorded: recorded.version > 1 or recorded.position > 20)
            both, alone = (
                Projector(models, lambda: connect(fresh_database), store) for models in ([wrong, FEED], [wrong])
            )
            found = []
            for projector in (both, alone):
                await projector.start()
                for start in range(0, len(history), BATCH):
                    batch = [each for each in history[start : start + BATCH] if each.category in projector.categories]
                    await projector.handle(batch, {})
                found.append(await projector.progress())
                await projector.stop()
            return found[0], found[1]

    both, alone = asyncio.run(places())
    heads = {(each.category, each.shard): each.position for each in history}
    assert all(both[log].position == head for log, head in heads.items() if log[0] in FEED.categories)
    videos = [log for log in alone if log[0] == "video"]
    assert all(0 < alone[log].position < both[log].position for log in videos)
    assert videos


async def stopped(url: str) -> list[str]:
    async with open_pool(url, size=1) as pool:
        return await Gauges(pool, {model.name: (model.schema, model.categories) for model in (VIDEOS, FEED)}).stopped()


def test_a_list_that_waits_for_a_dead_letter_says_what_to_do(
    conn: Connection, fresh_database: str, history: list[Recorded], capsys: pytest.CaptureFixture[str]
) -> None:
    poison = poison_of(history)
    asyncio.run(project(fresh_database, [refusing(VIDEOS, lambda each: each.event_id == poison.event_id)], history))
    with pytest.raises(Unavailable) as refusal:
        asyncio.run(videos_of(fresh_database))
    assert refusal.value.code == "read_model_incomplete"
    assert "`recut dead-letters retry videos`" in refusal.value.message
    assert main(["dead-letters", "retry", "videos"]) == 0
    assert asyncio.run(videos_of(fresh_database)) == []


async def videos_of(url: str) -> list[str]:
    async with open_pool(url, size=1) as pool, AuditedStore(pool) as store:
        asked: Port = Lists(pool, store)
        return await asked.videos_of("acct_nobody", "", 10)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_takes_late_what_it_could_not_take_in_time(
    conn: Connection, fresh_database: str, world: World, history: list[Recorded], model: ReadModel
) -> None:
    """The busiest streams of each category, from their second event on, behind all that came after them."""
    poison = {event_id for category in model.categories for event_id in second_of_the_busiest(history, category)}
    broken = refusing(model, lambda recorded: recorded.event_id in poison)
    asyncio.run(project(fresh_database, [broken], history))
    parked = conn.execute(f"select count(*) from {model.schema}.dead_letters where not behind".encode()).fetchone()
    assert parked == (len(poison),)
    assert main(["dead-letters", "retry", model.name]) == 0
    assert dump(conn, model.schema) == expected(conn, model, world, history)


def second_of_the_busiest(history: Sequence[Recorded], category: str) -> list[str]:
    counts = Counter(each.stream for each in history if each.category == category)
    busiest = {stream for stream, count in counts.most_common(2) if count > 1}
    return [each.event_id for each in history if each.stream in busiest and each.version == 2]
