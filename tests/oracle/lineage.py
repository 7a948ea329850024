"""Lineage by networkx, from exported events."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
import networkx as nx

EVENTS: Final = """
    select type, stream, data from read_parquet(?, hive_partitioning = true)
    where category = 'video' and (?::timestamptz is null or recorded_at < ?::timestamptz)
    order by stream, version
"""


class Ancestor(msgspec.Struct, frozen=True, order=True):
    """`relation`: of the last step of a shortest way, of several the first by name."""

    depth: int
    id: str
    relation: str


class Family(msgspec.Struct, frozen=True):
    """Hidden ancestors have no id. Children are in order, each with the number of its published descendants."""

    ancestors: list[Ancestor]
    children: list[tuple[str, str, int]]
    descendants: int


class Lineage:
    def __init__(self, folder: Path, before: datetime | None = None) -> None:
        self._graph: nx.DiGraph[str] = nx.DiGraph()
        self._public: dict[str, bool] = {}
        self._causes: dict[str, set[str]] = {}
        self.deleted: set[str] = set()
        for type_, stream, data in duckdb.execute(EVENTS, [f"{folder}/*/*/*.parquet", before, before]).fetchall():
            self._tell(type_.removeprefix("video.").removesuffix(".v1"), stream, json.loads(data))
        self.listed = {id_ for id_, public in self._public.items() if public and not self._causes.get(id_)}
        self.listed -= self.deleted
        self.videos = sorted(self._graph)

    def _tell(self, kind: str, stream: str, data: dict[str, Any]) -> None:
        if "parents" in data:
            self._graph.add_node(stream)
            for parent in reversed(data["parents"]):  # of a parent used twice the first use counts
                self._graph.add_edge(parent["video_id"], stream, relation=parent["relation"])
        elif kind in ("published", "unpublished"):
            self._public[stream] = data.get("visibility") == "public"
        elif kind == "restricted":
            self._causes.setdefault(stream, set()).add(data["cause_id"])
        elif kind == "restriction_lifted":
            self._causes[stream].discard(data["cause_id"])
        elif kind == "deleted":
            self.deleted.add(stream)

    def family(self, id_: str) -> Family:
        graph = self._graph
        distances = nx.single_source_shortest_path_length(graph.reverse(copy=False), id_)
        ancestors = [self._ancestor(above, distances) for above in distances if above != id_]
        children = [(child, graph.edges[id_, child]["relation"], self.descendants(child))
                    for child in graph.successors(id_) if child in self.listed]  # fmt: skip
        children.sort(key=lambda child: (-child[2], child[0]))
        return Family(sorted(ancestors), children, self.descendants(id_))

    def _ancestor(self, above: str, distances: dict[str, int]) -> Ancestor:
        steps = [self._graph.edges[above, below]["relation"] for below in self._graph.successors(above)
                 if distances.get(below) == distances[above] - 1]  # fmt: skip
        return Ancestor(distances[above], above if above in self.listed else "", min(steps))

    def descendants(self, id_: str) -> int:
        return len(nx.descendants(self._graph, id_) & self.listed)
