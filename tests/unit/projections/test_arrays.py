"""Lists written in one go are the lists that psycopg writes item by item."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import Transformer
from psycopg.types.array import ListDumper

from projections.arrays import FastListDumper

LISTS = st.one_of(
    st.lists(st.text(alphabet="abcNULlnu01_-:.,; \"\\{}'é\n", max_size=6)),
    st.lists(st.sampled_from(["video_01jz", "acct_2", "null", "NULL", "", ",", "a,b", "é", "a b"])),
    st.lists(st.integers(-(2**62), 2**62)),
    st.lists(st.booleans()),
    st.lists(st.floats(allow_nan=False)),
    st.lists(st.one_of(st.none(), st.sampled_from(["a", "b c"]))),
    st.lists(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))),
)


@given(LISTS)
def test_the_same_array(items: list[Any]) -> None:
    assert read(FastListDumper, items) == read(ListDumper, items)


def read(dumper: type[ListDumper], items: list[Any]) -> list[str | None]:
    """The items as PostgreSQL finds them in the text of an array (without what only its types can say)."""
    upgraded = dumper(list, Transformer(None)).upgrade(items, psycopg.adapt.PyFormat.TEXT)
    assert upgraded.oid is not None
    return array_items(bytes(upgraded.dump(items) or b"").decode())


def array_items(text: str) -> list[str | None]:
    assert text.startswith("{")
    assert text.endswith("}")
    found: list[str | None] = []
    rest, item, quoted, inside = iter(text[1:-1] + ","), "", False, False
    for sign in rest:
        if sign == "\\":
            item += next(rest)
        elif sign == '"':
            inside, quoted = not inside, True
        elif sign == "," and not inside:
            assert item or quoted or text == "{}"
            found.append(None if item.lower() == "null" and not quoted else item)
            item, quoted = "", False
        else:
            item += sign
    return [] if text == "{}" else found


@pytest.mark.parametrize("items", [["video_1", "video_2"], [1, 2], [datetime(2026, 11, 1, tzinfo=UTC)]])
def test_what_batches_are_made_of_is_written_in_one_go(items: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def one_by_one(self: ListDumper, obj: list[Any]) -> bytes:
        raise AssertionError("written item by item")

    monkeypatch.setattr(ListDumper, "dump", one_by_one)
    assert read(FastListDumper, items)
