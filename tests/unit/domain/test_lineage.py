"""Depth, bound and length: what a child's numbers follow from, and where they end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import IllegalState, Invalid
from domain.lineage import MAX_ANCESTORS, MAX_DEPTH, Place, extended, place, span, stitched_seconds


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(min_value=0), min_size=1, max_size=5), max_size=60))
def test_the_bound_is_never_less_than_the_ancestors_and_the_depth_is_the_longest_way_up(graph: list[list[int]]) -> None:
    """Each line names the parents of one more video, among those before it."""
    places, ancestors, depths = [Place(0, 0)], [set[int]()], [0]
    for wanted in graph:
        parents = [number % len(places) for number in wanted]
        try:
            found = place([places[parent] for parent in parents])
        except IllegalState:
            assert sum(places[parent].ancestor_bound + 1 for parent in parents) > MAX_ANCESTORS
            continue
        above = {up for parent in parents for up in (parent, *ancestors[parent])}
        assert len(above) <= found.ancestor_bound <= MAX_ANCESTORS
        assert found.depth == 1 + max(depths[parent] for parent in parents)
        places.append(found)
        ancestors.append(above)
        depths.append(found.depth)


def test_the_deepest_and_the_widest() -> None:
    assert place([Place(MAX_DEPTH - 1, 0)]).depth == MAX_DEPTH
    with pytest.raises(IllegalState, match="at most 256 steps"):
        place([Place(MAX_DEPTH, 0)])
    assert place([Place(1, 2_047), Place(1, 2_047)]).ancestor_bound == MAX_ANCESTORS
    with pytest.raises(IllegalState, match="at most 4096 ancestors"):
        place([Place(1, 2_047), Place(1, 2_048)])


def test_six_extensions_and_two_minutes() -> None:
    assert extended(5, 100, 20) == (6, 120)
    with pytest.raises(IllegalState):
        extended(6, 4, 4)
    with pytest.raises(Invalid):
        extended(0, 117, 4)


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [(None, None, (0.0, 8.0)), (2.0, None, (2.0, 8.0)), (None, 0.5, (0.0, 0.5)), (7.5, 8.0, (7.5, 8.0))],
)
def test_a_part_of_a_clip(start: float | None, end: float | None, part: tuple[float, float]) -> None:
    assert span(start, end, 8) == part


@pytest.mark.parametrize(
    ("start", "end"), [(-1.0, 4.0), (0.0, 8.1), (4.0, 4.0), (5.0, 4.0), (4.0, 4.4), (float("nan"), 4.0)]
)
def test_what_is_no_part_of_a_clip(start: float, end: float) -> None:
    with pytest.raises(Invalid) as caught:
        span(start, end, 8)
    assert (caught.value.code, caught.value.param) == ("invalid_span", "clips")


def test_two_to_twenty_clips_of_two_minutes() -> None:
    assert stitched_seconds([(0.0, 0.5)] * 2) == 1
    assert stitched_seconds([(0.0, 6.0)] * 20) == 120
    for clips in ([(0.0, 4.0)], [(0.0, 1.0)] * 21, [(0.0, 60.0), (0.0, 60.5)]):
        with pytest.raises(Invalid):
            stitched_seconds(clips)
