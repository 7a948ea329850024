"""Whether what was previewed still is what would be decided on."""

from __future__ import annotations

import pytest

from domain.preview import digest_of, still_fits


def ids(first: int, last: int) -> list[str]:
    return [f"video_{number:05}" for number in range(first, last)]


@pytest.mark.parametrize(
    ("seen", "now", "fits"),
    [
        (ids(0, 3), ids(0, 3), True),
        ([], [], True),
        (ids(0, 1), ids(0, 6), True),  # 5 more
        (ids(0, 1), ids(0, 7), False),
        (ids(0, 50), ids(0, 55), True),
        (ids(0, 50), ids(0, 56), False),
        (ids(0, 1000), ids(0, 1100), True),  # 10 % more
        (ids(0, 1000), ids(0, 1101), False),
        (ids(0, 3), ids(0, 2), False),  # one is gone
        (ids(0, 100), ids(1, 101), False),  # as many, but others
        (ids(0, 100), ids(1, 105), False),
    ],
)
def test_only_a_little_growth_fits(seen: list[str], now: list[str], fits: bool) -> None:
    assert still_fits(seen, now) is fits


def test_the_digest_is_about_subject_scope_and_list() -> None:
    digests = {
        digest_of("video_1", "node", ["video_1"]),
        digest_of("video_1", "subtree", ["video_1"]),
        digest_of("video_2", "node", ["video_1"]),
        digest_of("video_1", "subtree", ["video_1", "video_2"]),
    }
    assert len(digests) == 4
    assert digest_of("video_1", "node", ["video_1"]) in digests
