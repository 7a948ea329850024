"""How videos come from videos: how deep, how many, how long. Numbers only; whose they are, and who may, says
`video.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from domain.errors import IllegalState, Invalid

MAX_DEPTH: Final = 256
MAX_ANCESTORS: Final = 4_096
MAX_EXTENSIONS: Final = 6
MAX_SECONDS: Final = 120  # of a whole that was extended or stitched
MIN_CLIPS: Final = 2
MAX_CLIPS: Final = 20
SHORTEST_SPAN: Final = 0.5  # seconds


class Place(msgspec.Struct, frozen=True):
    """`ancestor_bound` is never less than the number of distinct ancestors, and is known without looking at them."""

    depth: int
    ancestor_bound: int


def place(parents: Sequence[Place]) -> Place:
    """Of a child of these parents. Raises `IllegalState` where the graph would become too deep or too wide to walk."""
    depth = max(parent.depth for parent in parents) + 1
    bound = sum(parent.ancestor_bound + 1 for parent in parents)
    if depth > MAX_DEPTH:
        raise IllegalState("lineage_too_deep", f"A chain of remixes has at most {MAX_DEPTH} steps.")
    if bound > MAX_ANCESTORS:
        raise IllegalState("lineage_too_wide", f"A video has at most {MAX_ANCESTORS} ancestors; use fewer clips.")
    return Place(depth, bound)


def extended(extensions: int, seconds: int, added: int) -> tuple[int, int]:
    """(extensions, seconds) of the whole."""
    if extensions >= MAX_EXTENSIONS:
        raise IllegalState("too_many_extensions", f"A video is extended at most {MAX_EXTENSIONS} times.")
    if seconds + added > MAX_SECONDS:
        raise Invalid("too_long", f"{seconds} s and {added} s more are over {MAX_SECONDS} s.", "seconds")
    return extensions + 1, seconds + added


def span(start: float | None, end: float | None, seconds: int) -> tuple[float, float]:
    """The part of a clip of that length; all of it where nothing is said."""
    first, last = 0.0 if start is None else start, float(seconds) if end is None else end
    if not 0 <= first < last <= seconds:
        raise Invalid("invalid_span", f"`start` and `end` lie within the {seconds} s of the clip, in order.", "clips")
    if last - first < SHORTEST_SPAN:
        raise Invalid("invalid_span", f"A clip lasts at least {SHORTEST_SPAN} s.", "clips")
    return first, last


def check_clips(count: int) -> None:
    if not MIN_CLIPS <= count <= MAX_CLIPS:
        raise Invalid("invalid_clips", f"`clips` has {MIN_CLIPS} to {MAX_CLIPS} clips.", "clips")


def stitched_seconds(spans: Sequence[tuple[float, float]]) -> int:
    """Of all clips in a row, in whole seconds."""
    check_clips(len(spans))
    total = sum(last - first for first, last in spans)
    if total > MAX_SECONDS:
        raise Invalid("too_long", f"The clips last {total:g} s together; at most {MAX_SECONDS}.", "clips")
    return max(1, round(total))
