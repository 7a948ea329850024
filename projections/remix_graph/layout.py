"""Where the videos of a slice of the graph stand in a drawing: the same slice, the same coordinates.

Layers are steps from the video in the middle: ancestors above it, children and their children below. Below, each child
has as many columns as it has children shown; above, a layer is ordered by where the videos stand that came of it. What
is left out is a node, too: "and so many more".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

COLUMN: Final = 180
LAYER: Final = 140
WIDEST: Final = 8  # videos in a layer of ancestors


class Link(msgspec.Struct, frozen=True):
    """An edge, by ids. `spans`: the parts of the parent that were used, in seconds."""

    child: str
    parent: str
    relation: str
    spans: Sequence[tuple[float, float]] = ()


class Branch(msgspec.Struct, frozen=True):
    """A child with the children of its own that are shown, and how many more it has."""

    id: str
    descendants: int
    hidden: bool = False
    children: Sequence[Branch] = ()
    more: int = 0


class Slice(msgspec.Struct, frozen=True):
    """`ancestors`: (id, steps up, hidden)."""

    id: str
    descendants: int
    ancestors: Sequence[tuple[str, int, bool]]
    children: Sequence[Branch]
    more: int
    links: Sequence[Link]


class PlacedVideo(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is its name within the drawing. Of kind "more" it stands for so many (`count`) videos left out: children of
    `of`, or, above, videos of that layer. For a video, `count` is the size of its published family."""

    key: int
    kind: Literal["video", "more"]
    id: str | None
    hidden: bool
    layer: int
    x: float
    y: float
    count: int
    of: int | None = None


class PlacedEdge(msgspec.Struct, frozen=True):
    """From a parent to a child, by keys."""

    parent: int
    child: int
    relation: str
    spans: Sequence[tuple[float, float]]


class Drawing(msgspec.Struct, frozen=True):
    """Coordinates are of the middles of nodes, from 0 to `width` and `height`."""

    nodes: list[PlacedVideo]
    edges: list[PlacedEdge]
    width: float
    height: float


class _Spot(msgspec.Struct, frozen=True):
    """A node before its coordinates are moved into the picture. `of`: the id whose children are left out."""

    id: str | None
    layer: int
    column: float
    count: int
    hidden: bool = False
    kind: Literal["video", "more"] = "video"
    of: str | None = None


def draw(slice_: Slice) -> Drawing:
    """A video that belongs in two places is drawn in the upper one."""
    taken = {id_ for id_, _, _ in slice_.ancestors} | {slice_.id}
    below, width = _below(slice_, taken)
    middle = (width - 1) / 2
    spots = [_Spot(slice_.id, 0, middle, slice_.descendants), *below]
    spots = _above(slice_, {spot.id: spot.column for spot in spots if spot.id}, middle) + spots
    return _picture(spots, slice_.links)


def _below(slice_: Slice, taken: set[str]) -> tuple[list[_Spot], int]:
    """Children and their children from left to right; and how many columns they take."""
    branches = [branch for branch in slice_.children if branch.id not in taken]
    taken |= {branch.id for branch in branches}
    spots, column = list[_Spot](), 0
    for branch in branches:
        leaves = [leaf for leaf in branch.children if leaf.id not in taken]
        taken |= {leaf.id for leaf in leaves}
        row = [_Spot(leaf.id, 2, column + n, leaf.descendants, leaf.hidden) for n, leaf in enumerate(leaves)]
        if branch.more:
            row.append(_Spot(None, 2, column + len(row), branch.more, kind="more", of=branch.id))
        columns = max(1, len(row))
        spots.append(_Spot(branch.id, 1, column + (columns - 1) / 2, branch.descendants, branch.hidden))
        spots += row
        column += columns
    if slice_.more:
        spots.append(_Spot(None, 1, column, slice_.more, kind="more", of=slice_.id))
        column += 1
    return spots, max(1, column)


def _above(slice_: Slice, columns: dict[str, float], middle: float) -> list[_Spot]:
    """Layer by layer upwards. `columns`: where what stands below does; each layer adds its own."""
    layers: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for id_, steps, hidden in slice_.ancestors:
        layers[steps].append((id_, hidden))
    came = defaultdict(list)
    for link in slice_.links:
        came[link.parent].append(link.child)
    spots = []
    for steps in sorted(layers):
        row = sorted(layers[steps], key=lambda each: (_middle(came[each[0]], columns, middle), each[0]))
        shown, left_out = row[:WIDEST], len(row) - WIDEST
        start = middle - (len(shown) + (left_out > 0) - 1) / 2
        spots += [_Spot(id_, -steps, start + n, 0, hidden) for n, (id_, hidden) in enumerate(shown)]
        if left_out > 0:
            spots.append(_Spot(None, -steps, start + len(shown), left_out, kind="more"))
        columns |= {id_: start + n for n, (id_, _) in enumerate(shown)}
    return spots


def _middle(children: Sequence[str], columns: dict[str, float], otherwise: float) -> float:
    known = [columns[child] for child in children if child in columns]
    return round(sum(known) / len(known), 6) if known else otherwise


def _picture(spots: Sequence[_Spot], links: Sequence[Link]) -> Drawing:
    ordered = sorted(spots, key=lambda spot: (spot.layer, spot.column))
    keys = {spot.id: key for key, spot in enumerate(ordered) if spot.id is not None}
    left, top = min(spot.column for spot in spots), ordered[0].layer
    nodes = [
        PlacedVideo(
            key=key,
            kind=spot.kind,
            id=None if spot.hidden else spot.id,
            hidden=spot.hidden,
            layer=spot.layer,
            x=(spot.column - left + 0.5) * COLUMN,
            y=(spot.layer - top + 0.5) * LAYER,
            count=spot.count,
            of=keys[spot.of] if spot.of else None,
        )
        for key, spot in enumerate(ordered)
    ]
    edges = [
        PlacedEdge(keys[link.parent], keys[link.child], link.relation, link.spans)
        for link in sorted(links, key=lambda link: (link.child, link.parent))
        if link.parent in keys and link.child in keys
    ]
    width = (max(spot.column for spot in spots) - left + 1) * COLUMN
    return Drawing(nodes, edges, width, (ordered[-1].layer - top + 1) * LAYER)
