"""The shape of a generated history keeps the limits of the domain, and is the same for the same seed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import numpy as np
import pytest

from domain.lineage import MAX_ANCESTORS, MAX_DEPTH, MAX_SECONDS
from recut.generator.shape import EDIT, ROOT, STITCH, Shape, draw, sizes

SIZES = sizes(3_000, chain=256, family=300)


@pytest.fixture(scope="module")
def shape() -> Shape:
    return draw(SIZES, 7)


def family_of(shape: Shape, root: int) -> set[int]:
    found = {root}
    for child, parents in enumerate(shape.parents):
        if found & set(parents):
            found.add(child)
    return found - {root}


def test_parents_come_first_and_numbers_of_lineage_follow_from_them(shape: Shape) -> None:
    for child, parents in enumerate(shape.parents):
        assert all(parent < child for parent in parents)
        assert shape.depth[child] == max((shape.depth[each] + 1 for each in parents), default=0) <= MAX_DEPTH
        assert shape.bound[child] == sum(shape.bound[each] + 1 for each in parents) <= MAX_ANCESTORS
        assert shape.seconds[child] <= MAX_SECONDS
        assert len(set(parents)) == len(parents)
        if shape.verb[child] == EDIT:
            assert shape.owner[child] == shape.owner[parents[0]]


def test_there_is_one_large_family_and_one_long_chain(shape: Shape) -> None:
    assert len(family_of(shape, ROOT)) == 300
    assert max(shape.depth) == 256
    assert sum(map(len, shape.parents)) == pytest.approx(SIZES.edges, rel=0.1)
    assert STITCH in shape.verb
    assert all(shape.listed[parent] for parents in shape.parents for parent in parents)


def test_few_are_liked_by_many(shape: Shape) -> None:
    liked = Counter(shape.likes[:, 0].tolist())
    counts = sorted(liked.values(), reverse=True)
    assert sum(counts[:300]) > 0.4 * sum(counts)
    assert len(np.unique(shape.likes, axis=0)) == len(shape.likes)
    assert (shape.liked_at >= shape.moment[shape.likes[:, 0]]).all()
    assert all(shape.listed[video] for video in liked)
    followed = Counter(shape.follows[:, 1].tolist())
    assert max(followed.values()) > 5 * len(shape.follows) / SIZES.accounts
    assert (shape.follows[:, 0] != shape.follows[:, 1]).all()


def test_the_ring_likes_all_that_one_of_it_has_made(shape: Shape) -> None:
    of_ring = np.flatnonzero((shape.owner == shape.ring[0]) & shape.listed).tolist()
    liked = set(map(tuple, shape.likes.tolist()))
    assert {(video, by) for video in of_ring for by in shape.ring.tolist()} <= liked
    assert of_ring


def plain(shape: Shape) -> list[Any]:
    fields = (getattr(shape, name) for name in Shape.__struct_fields__)
    return [field.tolist() if isinstance(field, np.ndarray) else field for field in fields]


def test_the_same_seed_and_sizes_give_the_same_shape(shape: Shape) -> None:
    assert plain(draw(SIZES, 7)) == plain(shape)
    assert plain(draw(SIZES, 8))[1:] != plain(shape)[1:]
    larger = msgspec.structs.replace(SIZES, likes=SIZES.likes + 1)
    assert larger.entropy(7) != SIZES.entropy(7)
