"""Lists of one kind of value as PostgreSQL's arrays, written in one go.

psycopg looks at every item of a list for what must be quoted: a microsecond each, which is more than the database needs
for it. What a batch is made of is ids, numbers and times, of which one look at all of them says enough. Everything else
is left to psycopg, and what is written means the same.
"""

from __future__ import annotations

import string
from datetime import datetime
from typing import Any, Final

from psycopg.abc import Buffer
from psycopg.types.array import ListDumper

_PLAIN: Final = f"{string.ascii_letters}{string.digits}_.:-,".encode()


class FastListDumper(ListDumper):
    def dump(self, obj: list[Any]) -> Buffer | None:
        written = _written(obj)
        return super().dump(obj) if written is None else written


def _written(items: list[Any]) -> bytes | None:
    """None for what has to be looked at item by item."""
    kinds = set(map(type, items))
    if kinds == {str}:
        return _texts(items)
    if kinds == {int}:
        return b"{%s}" % ",".join(map(str, items)).encode()
    if kinds == {datetime}:
        return b'{"%s"}' % '","'.join(map(str, items)).encode()
    return None


def _texts(items: list[str]) -> bytes | None:
    joined = ",".join(items)
    # A comma inside of an item makes one more than there are between items; an empty item has none around it.
    if joined.count(",") != len(items) - 1 or "" in items or "null" in joined.lower():
        return None
    written = joined.encode()
    return None if written.translate(None, _PLAIN) else b"{%s}" % written
