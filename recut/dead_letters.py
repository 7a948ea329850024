"""`recut dead-letters`: events that a read model or the reactor could not take, and what an operator can do."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from domain.recorded import Recorded
from projections import parked
from projections.db import Connection
from projections.events import decode
from projections.model import ReadModel
from projections.parked import Parked, Retried
from recut.errors import OperatorError
from streams.projector_ports import History

MOST: Final = 1_000


class Desk(msgspec.Struct, frozen=True):
    """`models` by name: whoever has dead letters. `conn` is in autocommit mode."""

    conn: Connection
    models: Mapping[str, ReadModel]
    history: History

    def model(self, name: str) -> ReadModel:
        if name not in self.models:
            raise OperatorError(f"There is no {name}: it is one of {', '.join(sorted(self.models))}")
        return self.models[name]


async def look(desk: Desk, name: str | None) -> list[Parked]:
    models = [desk.model(name)] if name else list(desk.models.values())
    found = [await asyncio.to_thread(parked.listed, desk.conn, model, MOST) for model in models]
    return [letter for letters in found for letter in letters]


def show(letters: Sequence[Parked], *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(letters).decode())
    elif sys.stdout.isatty() and letters:
        Console().print(_table(letters))
    else:
        print("\n".join(_line(letter) for letter in letters) or "No event is parked.")


async def retry(desk: Desk, name: str, event_id: str | None) -> int:
    """Of one event and those behind it, or of all. 1 when some are left."""
    model = desk.model(name)
    streams = [(await _find(desk, model, event_id)).stream] if event_id else parked.streams(desk.conn, model)
    if not streams:
        print(f"No event of {name} is parked.")
        return 0
    results = {}
    with Progress(disable=not sys.stdout.isatty(), transient=True) as progress:
        for stream in progress.track(streams, description=f"{name}: trying again"):
            results[stream] = await retry_stream(desk, model, stream)
    print("\n".join(_told(name, stream, result) for stream, result in results.items()))
    return 1 if any(result.left for result in results.values()) else 0


async def retry_stream(desk: Desk, model: ReadModel, stream: str) -> Retried:
    """A few at a time, in the order of the stream, until one is refused again or none is left."""
    applied = 0
    while True:
        letters = await asyncio.to_thread(parked.of_stream, desk.conn, model, stream)
        if not letters:
            return Retried(applied, 0, "")
        events = decode([event for letter in letters for event in await _read(desk.history, letter)])
        result = await asyncio.to_thread(parked.retry, desk.conn, model, events)
        applied += result.applied
        if result.error:
            return Retried(applied, result.left, result.error)


async def skip(desk: Desk, name: str, event_id: str, reason: str) -> int:
    """The rows do without the event from now on; what was behind it is taken, as far as it can be."""
    if not reason.strip():
        raise OperatorError("Say why with --reason: whoever compares the rows with the log will want to know")
    model = desk.model(name)
    letter = await _find(desk, model, event_id)
    if not await asyncio.to_thread(parked.skip, desk.conn, model, letter, reason.strip()):
        raise OperatorError(
            f"{event_id} waits behind an earlier event of {letter.stream}: retry or skip that one first"
        )
    result = await retry_stream(desk, model, letter.stream)
    print(f"{name}: {event_id} is skipped.\n{_told(name, letter.stream, result)}")
    return 1 if result.left else 0


async def _find(desk: Desk, model: ReadModel, event_id: str) -> Parked:
    letter = await asyncio.to_thread(parked.find, desk.conn, model, event_id)
    if letter is None:
        raise OperatorError(f"{event_id} is no dead letter of {model.name}: see `recut dead-letters list`")
    return letter


async def _read(history: History, letter: Parked) -> list[Recorded]:
    """The event: a dead letter holds only its place."""
    found = await history.read(letter.category, letter.shard, letter.position - 1, 1)
    if [each.event_id for each in found] != [letter.event_id]:
        where = f"{letter.category}/{letter.shard} {letter.position}"
        raise OperatorError(f"The log does not hold {letter.event_id} at {where} any more: run `recut audit`")
    return found


def _told(name: str, stream: str, result: Retried) -> str:
    refused = f", then refused again: {result.error}; {result.left} are left" if result.error else ""
    return f"{name}: {result.applied} events of {stream} are applied{refused}."


def _line(letter: Parked) -> str:
    kept = "behind" if letter.behind else letter.fingerprint
    return (
        f"{letter.consumer}  {letter.event_id}  {letter.type} of {letter.stream} "
        f"({letter.category}/{letter.shard} {letter.position}, {letter.recorded_at:%Y-%m-%d %H:%M:%S}), {kept}: "
        f"{letter.error}"
    )


def _table(letters: Sequence[Parked]) -> Table:
    found = Table("consumer", "event", "type", "stream", "recorded", "fault", "error", box=None, pad_edge=False)
    for letter in letters:
        kept = "behind" if letter.behind else letter.fingerprint
        at = f"{letter.recorded_at:%Y-%m-%d %H:%M:%S}"
        found.add_row(letter.consumer, letter.event_id, letter.type, letter.stream, at, kept, letter.error)
    return found
