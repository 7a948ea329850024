"""What a read model is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from projections.db import Connection
from projections.events import Event

Apply = Callable[[Connection, Sequence[Event]], None]


class Bulk(msgspec.Struct, frozen=True):
    """A faster way to fill an empty schema: `apply` instead of the model's own until the end of what is there, then
    `finish`, each time in a transaction of its own, for as long as it says that there is more to do. `is_begun` says
    whether the schema is on this way. The rows are those that the model's own `apply` would have left."""

    apply: Apply
    finish: Callable[[Connection], bool]
    is_begun: Callable[[Connection], bool]


class ReadModel(msgspec.Struct, frozen=True):
    """A schema `<name>_v<version>` and the function that fills it from the logs of `categories`.

    `apply` finds its tables by their bare names: the schema is first in the search path. It must be deterministic, and
    leave the same rows for any batch size and any merge of the logs that keeps each log's order. It runs in a
    transaction that holds the model's lock: there is no other writer.
    """

    name: str
    version: int
    categories: tuple[str, ...]
    apply: Apply
    bulk: Bulk | None = None

    @property
    def schema(self) -> str:
        return f"{self.name}_v{self.version}"

    @property
    def lock(self) -> int:
        """Key of the advisory lock that every writer of the model takes first."""
        return lock_of(self.schema)


def lock_of(schema: str) -> int:
    """A schema that is filled beside the live one has a lock of its own, so that nobody waits for the other."""
    return int.from_bytes(hashlib.sha256(f"read model {schema}".encode()).digest()[:8], signed=True)
