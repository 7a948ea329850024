"""Ids sort by time, survive hostile input, and lie in the shard where a Java client would put them."""

from __future__ import annotations

import pytest

from domain.ids import _murmur2, is_id, new_id, shard_of, uuid7


def test_ids_sort_by_time_and_have_one_shape() -> None:
    earlier, later = new_id("video", 1_000, b"\xff" * 10), new_id("video", 1_001, b"\0" * 10)
    assert earlier < later
    assert is_id(earlier, "video")
    assert len(earlier) == len("video_") + 26


@pytest.mark.parametrize(
    "text", ["", "video", "video_", "video_" + "l" * 26, "../models", "acct_" + "0" * 26, "video_" + "0" * 27]
)
def test_anything_else_is_no_id(text: str) -> None:
    assert not is_id(text, "video")


def test_a_uuid_says_its_version_variant_and_time() -> None:
    value = uuid7(0x0123456789AB, bytes(range(10)))
    assert (value >> 80, value >> 76 & 0xF, value >> 62 & 0b11) == (0x0123456789AB, 7, 0b10)
    with pytest.raises(ValueError, match="10 bytes"):
        uuid7(0, b"short")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
    ],
)
def test_the_hash_is_that_of_java_clients(key: str, expected: int) -> None:
    """Values of Kafka's own test of `Utils.murmur2`."""
    assert _murmur2(key.encode()) == expected & 0xFFFFFFFF
    assert shard_of(key, 16) == (expected & 0x7FFFFFFF) % 16
