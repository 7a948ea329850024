"""Whether what was previewed still is what would be decided on."""

from __future__ import annotations

import pytest

from domain.preview import Recount, Seen, digest_of, still_fits


def seen(total: int) -> Seen:
    return Seen(digest="d", subject="video_1", scope="subtree", total=total, positions=())


@pytest.mark.parametrize(
    ("total", "now", "fits"),
    [
        (3, 3, True),
        (0, 0, True),
        (1, 6, True),  # 5 more
        (1, 7, False),
        (50, 55, True),
        (50, 56, False),
        (1000, 1100, True),  # 10 % more
        (1000, 1101, False),
    ],
)
def test_only_a_little_growth_fits(total: int, now: int, fits: bool) -> None:
    assert still_fits(seen(total), Recount("d", now)) is fits


@pytest.mark.parametrize("now", [2, 3, 4])
def test_with_anything_gone_it_is_another_list(now: int) -> None:
    """Whatever came instead: what was seen and is still there has another digest."""
    assert not still_fits(seen(3), Recount("e", now))


def test_the_digest_is_about_subject_scope_and_list() -> None:
    digests = {
        digest_of("video_1", "node", ["video_1"]),
        digest_of("video_1", "subtree", ["video_1"]),
        digest_of("video_2", "node", ["video_1"]),
        digest_of("video_1", "subtree", ["video_1", "video_2"]),
    }
    assert len(digests) == 4
    assert digest_of("video_1", "node", ["video_1"]) in digests
