"""Where videos stand in a drawing."""

from __future__ import annotations

from itertools import pairwise

from projections.remix_graph.layout import COLUMN, LAYER, WIDEST, Branch, Drawing, Link, PlacedVideo, Slice, draw


def at(drawing: Drawing, id_: str) -> PlacedVideo:
    [found] = [node for node in drawing.nodes if node.id == id_]
    return found


def family(**changes: object) -> Slice:
    given: dict[str, object] = {
        "id": "me",
        "descendants": 7,
        "ancestors": [("mother", 1, False), ("grandmother", 2, True)],
        "children": [
            Branch("big", 4, children=[Branch("big_1", 1), Branch("big_2", 0)], more=2),
            Branch("small", 0),
        ],
        "more": 5,
        "links": [
            Link("me", "mother", "remix", [(0.0, 4.0)]),
            Link("mother", "grandmother", "extend"),
            Link("big", "me", "remix"),
            Link("small", "me", "stitch"),
            Link("small", "big_1", "stitch"),
            Link("big_1", "big", "remix"),
            Link("big_2", "big", "remix"),
            Link("elsewhere", "me", "remix"),
        ],
    }
    return Slice(**{**given, **changes})  # type: ignore[arg-type]


def test_layers_are_steps_and_nothing_overlaps() -> None:
    drawing = draw(family())
    rows = {id_: at(drawing, id_).layer for id_ in ("mother", "me", "big", "small", "big_1", "big_2")}
    assert rows == {"mother": -1, "me": 0, "big": 1, "small": 1, "big_1": 2, "big_2": 2}
    assert at(drawing, "me").y - at(drawing, "mother").y == LAYER
    for layer in range(-2, 3):
        columns = sorted(node.x for node in drawing.nodes if node.layer == layer)
        assert all(right - left >= COLUMN for left, right in pairwise(columns))
    assert all(0 < node.x < drawing.width and 0 < node.y < drawing.height for node in drawing.nodes)


def test_a_child_stands_over_its_own_and_the_video_over_all() -> None:
    drawing = draw(family())
    leaves = [at(drawing, "big_1").x, at(drawing, "big_2").x]
    marker = next(node for node in drawing.nodes if node.kind == "more" and node.layer == 2)
    assert at(drawing, "big").x == (leaves[0] + marker.x) / 2
    assert at(drawing, "me").x == drawing.width / 2
    assert at(drawing, "mother").x == at(drawing, "me").x


def test_what_is_left_out_is_a_node() -> None:
    drawing = draw(family())
    more = {node.layer: (node.count, node.of) for node in drawing.nodes if node.kind == "more"}
    assert more == {1: (5, at(drawing, "me").key), 2: (2, at(drawing, "big").key)}
    crowd = [(f"above_{n:02}", 1, False) for n in range(WIDEST + 3)]
    drawing = draw(family(ancestors=crowd, links=[]))
    [left_out] = [node for node in drawing.nodes if node.kind == "more" and node.layer == -1]
    assert (left_out.count, left_out.of) == (3, None)
    assert sum(node.layer == -1 for node in drawing.nodes) == WIDEST + 1


def test_edges_join_what_is_shown() -> None:
    drawing = draw(family())
    ids = {node.key: node.id for node in drawing.nodes}
    edges = {(ids[edge.child], ids[edge.parent], edge.relation) for edge in drawing.edges}
    assert edges == {
        ("me", "mother", "remix"), ("mother", None, "extend"), ("big", "me", "remix"), ("small", "me", "stitch"),
        ("small", "big_1", "stitch"), ("big_1", "big", "remix"), ("big_2", "big", "remix"),
    }  # fmt: skip
    [span] = [edge.spans for edge in drawing.edges if ids[edge.child] == "me"]
    assert span == [(0.0, 4.0)]


def test_who_is_hidden_keeps_the_place_and_no_name() -> None:
    [hidden] = [node for node in draw(family()).nodes if node.hidden]
    assert (hidden.id, hidden.layer) == (None, -2)


def test_a_video_is_drawn_once() -> None:
    """A child that descends from another child, too; and a child of two."""
    twice = [Branch("a", 2, children=[Branch("b", 0), Branch("c", 0)]), Branch("b", 1, children=[Branch("c", 0)])]
    drawing = draw(family(children=twice, more=0, links=[]))
    assert sorted(str(node.id) for node in drawing.nodes if node.layer > 0) == ["a", "b", "c"]
    assert at(drawing, "b").layer == 1


def test_those_above_stand_over_what_came_of_them() -> None:
    ancestors = [("p1", 1, False), ("p2", 1, False), ("x", 2, False), ("y", 2, False)]
    links = [Link("me", "p1", "stitch"), Link("me", "p2", "stitch"), Link("p1", "y", "remix"), Link("p2", "x", "remix")]
    drawing = draw(family(ancestors=ancestors, links=links))
    assert at(drawing, "y").x == at(drawing, "p1").x < at(drawing, "p2").x == at(drawing, "x").x


def test_alone() -> None:
    drawing = draw(Slice("me", 0, (), (), 0, ()))
    assert [(node.id, node.x, node.y) for node in drawing.nodes] == [("me", COLUMN / 2, LAYER / 2)]
    assert (drawing.edges, drawing.width, drawing.height) == ([], COLUMN, LAYER)


def test_the_same_slice_gives_the_same_drawing() -> None:
    links = list(family().links)
    assert draw(family()) == draw(family(links=links[::-1], ancestors=list(family().ancestors)[::-1]))
