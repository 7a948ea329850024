"""Arrays for PostgreSQL in its binary format, each made in one go: half the work of adapting item by item.

A statement that is given one of these has the same parameter types whatever the items are, so it is prepared once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct, pack
from typing import Final

from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

# Dimensions, flags, type of the items; then, unless it is empty, how many and the number of the first.
_EMPTY: Final = Struct("!iiI")
_HEADER: Final = Struct("!iiIii")
_LENGTH: Final = Struct("!i").pack
_MOMENT: Final = Struct("!iq").pack
_START: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Array:
    """`item`: the type of the items, as PostgreSQL numbers types. `body`: their lengths and bytes, alternating."""

    item: int

    def __init__(self, count: int, body: bytes) -> None:
        header = _HEADER.pack(1, 0, self.item, count, 1) if count else _EMPTY.pack(0, 0, self.item)
        self.data = header + body


class Texts(Array):
    item = 25

    def __init__(self, items: Iterable[str]) -> None:
        super().__init__(*_varied([item.encode() for item in items]))


class Blobs(Array):
    item = 17

    def __init__(self, items: Sequence[bytes]) -> None:
        super().__init__(*_varied(items))


class Integers(Array):
    item = 23

    def __init__(self, items: Sequence[int]) -> None:
        fields = [4] * (2 * len(items))
        fields[1::2] = items
        super().__init__(len(items), pack(f"!{len(fields)}i", *fields))


class Uuids(Array):
    item = 2950

    def __init__(self, items: Sequence[bytes]) -> None:
        super().__init__(*_varied(items))


class Moments(Array):
    item = 1184

    def __init__(self, items: Sequence[datetime]) -> None:
        super().__init__(len(items), b"".join([_MOMENT(8, (item - _START) // _MICROSECOND) for item in items]))


def _varied(items: Sequence[bytes]) -> tuple[int, bytes]:
    return len(items), b"".join([part for item in items for part in (_LENGTH(len(item)), item)])


class ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        return obj.data


class _Texts(ArrayDumper):
    oid = 1009


class _Blobs(ArrayDumper):
    oid = 1001


class _Integers(ArrayDumper):
    oid = 1007


class _Uuids(ArrayDumper):
    oid = 2951


class _Moments(ArrayDumper):
    oid = 1185


DUMPERS: Final = {Texts: _Texts, Blobs: _Blobs, Integers: _Integers, Uuids: _Uuids, Moments: _Moments}


def register(context: AdaptContext) -> None:
    """Makes a connection take these as parameters."""
    for kind, dumper in DUMPERS.items():
        context.adapters.register_dumper(kind, dumper)
