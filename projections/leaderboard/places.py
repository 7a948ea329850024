"""Places of a board, as statements give them, and their ranks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Place(msgspec.Struct, frozen=True, array_like=True):
    """`micros`: when the count was reached, in microseconds since 1970. `pending` None: not known of that moment."""

    id: str
    count: int
    counted: int
    own: int
    young: int
    not_served: int
    corrected: int
    pending: int | None
    micros: int

    def reached(self) -> datetime:
        return _BEGINNING + timedelta(microseconds=self.micros)


def ranked(places: Iterable[Place], above: int, ties: Mapping[int, int]) -> Iterator[tuple[int, Place]]:
    """Competition ranks: 1, 2, 2, 4. `above`: how many on the board have more than the first of these; `ties`: how
    many have each count that occurs here."""
    rank, counted = above + 1, None
    for place in places:
        if counted is not None and place.counted != counted:
            rank += ties[counted]
        counted = place.counted
        yield rank, place
