"""A cursor is good for the list that made it, unchanged, and for nothing else."""

from __future__ import annotations

import msgspec
import pytest

from domain.errors import Invalid
from projections.paging import decode_cursor, encode_cursor

KEY = b"k" * 32


class Place(msgspec.Struct, frozen=True):
    id: str
    number: float


class Other(msgspec.Struct, frozen=True):
    text: str


PLACE = Place("video_é", 0.1 + 0.2)
CURSOR = encode_cursor(KEY, "latest", PLACE)


def test_round_trip_is_exact_and_fits_in_a_url() -> None:
    assert decode_cursor(KEY, "latest", CURSOR, Place) == PLACE
    assert CURSOR.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "é", "A" * 200, CURSOR[:-1], CURSOR + "A", "A" + CURSOR[1:]])
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode_cursor(KEY, "latest", cursor, Place)
    assert refusal.value.param == "cursor"


def test_not_for_another_list_key_or_shape() -> None:
    for key, purpose, kind in ((KEY, "following", Place), (b"x" * 32, "latest", Place), (KEY, "latest", Other)):
        with pytest.raises(Invalid):
            decode_cursor(key, purpose, CURSOR, kind)
