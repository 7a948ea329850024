"""A read model as it was: filled up to a vector of positions, in a schema of an analyst's own.

A vector is the exact form of a moment. That of a closed hour is recorded; that of any other moment in the past follows
from the log, whose times never fall. The same vector gives the same rows, so their digest is a proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol

from projections.model import ReadModel
from projections.schemas import NEXT, OLD
from streams.bulk import Vector
from streams.consumer import Log
from streams.rebuild import History

ENTRY: Final = re.compile(r"([a-z]+)/([0-9]+):([0-9]+)")
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Past(History, Protocol):
    """The event store, asked about earlier."""

    def closed(self, ended_at: datetime) -> Mapping[Log, int] | None:
        """How far each log had come at the end of an hour that was closed; None for any other moment."""
        ...

    def reached(self, moment: datetime) -> Mapping[Log, int]:
        """The last position of each log that was recorded before the moment."""
        ...

    def has_passed(self, moment: datetime) -> bool:
        """When it has, nothing can be recorded before it any more."""
        ...


class Refused(Exception):
    """A sentence that says what to ask for instead."""


def to_text(vector: Vector) -> str:
    return ",".join(f"{category}/{shard}:{position}" for (category, shard), position in sorted(vector.items()))


def of_text(text: str) -> dict[Log, int]:
    """Raises `Refused`."""
    found: dict[Log, int] = {}
    for entry in text.split(","):
        matched = ENTRY.fullmatch(entry.strip())
        if not matched:
            raise Refused(f"{entry.strip()!r} is no position: a vector reads video/0:120,video/1:96,engagement/0:41")
        found[matched[1], int(matched[2])] = int(matched[3])
    return found


def vector(past: Past, model: ReadModel, as_of: str) -> dict[Log, int]:
    """Of the logs that the model reads. `as_of` is a moment, a vector, or empty for now. Raises `Refused`."""
    found = _asked(past, as_of) if as_of else past.heads()
    heads = past.heads()
    beyond = sorted(f"{log[0]}/{log[1]}" for log, position in found.items() if position > heads.get(log, 0))
    if beyond:
        raise Refused(f"The log has not come so far in {', '.join(beyond)}: leave --as-of out for everything so far")
    return {log: position for log, position in found.items() if position and log[0] in model.categories}


def _asked(past: Past, as_of: str) -> Vector:
    if "/" in as_of:
        return of_text(as_of)
    moment = _moment(as_of)
    if not past.has_passed(moment):
        raise Refused(f"{as_of} lies in the future, where more will happen: leave --as-of out for everything so far")
    closed = past.closed(moment)
    return past.reached(moment) if closed is None else closed


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text!r} is neither a moment like 2026-11-01T12:00Z nor a vector like video/0:120") from None
    if moment.tzinfo is None:
        raise Refused(f"{text!r} names no time zone: write {text}Z for UTC")
    return moment


def purpose(model: ReadModel) -> str:
    """Noted at the schema, so that nothing else is ever taken for a replay."""
    return f"recut replay of {model.schema}"


def check_name(schema: str, served: Iterable[str], noted: str | None, model: ReadModel, *, resume: bool) -> None:
    """`served`: the names of all read models. `noted` is what an existing schema of this name says of itself; None when
    there is none. Raises `Refused`."""
    owned = rf"({'|'.join(map(re.escape, served))})_(v[0-9]+({NEXT}|{OLD})?|state)"
    if re.fullmatch(owned, schema):
        raise Refused(f"{schema} belongs to what is served: choose another --into")
    if not NAME.fullmatch(schema) or schema.startswith("pg_"):
        raise Refused("--into takes lower case letters, digits and underscores, a letter first, at most 63")
    if noted is None:
        return
    if noted != purpose(model):
        raise Refused(f"{schema} exists and is no replay of {model.schema}: choose another --into")
    if not resume:
        raise Refused(f"{schema} exists: --resume goes on with it, or choose another --into")
