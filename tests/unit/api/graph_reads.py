"""The remix graph, from cards that are folded from the log anew for each question. Nobody is hidden here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.recorded import Position
from domain.video import no_such_video
from projections.remix_graph.casting import Casting, CastUse
from projections.remix_graph.kinship import Common, Kinship, Step
from projections.remix_graph.layout import Branch, Drawing, Link, Slice, draw
from projections.remix_graph.query import Ancestor, Child, Counts, Lineage
from projections.remix_graph.reasons import Taint
from projections.videos.query import Card


class GraphReads:
    """`moments` notes as of which the lineage was asked for, `unknown_then` what was not there at any past moment."""

    def __init__(self) -> None:
        self.lags = False
        self.moments: list[datetime | Sequence[Position] | None] = []
        self.unknown_then: set[str] = set()
        self.inherited: dict[str, list[Taint]] = {}

    async def _all(self, viewer: str) -> list[Card]:
        raise NotImplementedError

    async def lineage(
        self,
        video_id: str,
        viewer: str,
        *,
        depth: int,
        limit: int,
        cursor: str | None = None,
        moment: datetime | Sequence[Position] | None = None,
        reveal: bool = False,
    ) -> Lineage:
        """Of a past moment: what there is now, unless `unknown_then`; `moments` notes what was asked for."""
        self.moments.append(moment)
        if moment is not None and video_id in self.unknown_then:
            raise no_such_video(video_id)
        cards = {card.id: card for card in await self._all(viewer)}
        if self.lags or video_id not in cards:
            raise no_such_video(video_id)
        ids = [card.id for card in cards.values() if any(up.video_id == video_id for up in card.parents)]
        start = int(cursor or 0)
        shown = [Child(id_, cards[id_].verb, 0) for id_ in ids[start : start + limit]]
        more = max(0, len(ids) - start - limit)
        return Lineage(
            id=video_id,
            ancestors=_ancestors(cards, video_id)[:depth],
            children=shown,
            more=more,
            next_cursor=str(start + limit) if more else None,
            counts=Counts(len(ids), len(ids), len(_ancestors(cards, video_id))),
        )

    async def drawing(
        self,
        video_id: str,
        viewer: str,
        *,
        up: int,
        limit: int,
        below: int,
        moment: datetime | Sequence[Position] | None = None,
        reveal: bool = False,
    ) -> Drawing:
        found = await self.lineage(video_id, viewer, depth=up, limit=limit, moment=moment)
        above = [(kin.id or "hidden", kin.depth, kin.hidden) for kin in found.ancestors]
        children = [Branch(child.id or "hidden", child.descendants) for child in found.children]
        links = [Link(child.id or "", video_id, child.relation) for child in found.children]
        return draw(Slice(video_id, found.counts.descendants, above, children, found.more, links))

    async def common(self, a: str, b: str, viewer: str, *, reveal: bool = False) -> Kinship:
        lines = [await self._line(each, viewer) for each in (a, b)]
        met = [Common(id_, lines[0].index(id_), lines[1].index(id_), False) for id_ in lines[0] if id_ in lines[1]]
        return Kinship(met[:1], len(met))

    async def lineage_path(self, a: str, b: str, viewer: str, *, reveal: bool = False) -> list[Step] | None:
        kin = await self.common(a, b, viewer)
        if not kin.nearest:
            return None
        up = (await self._line(a, viewer))[1 : kin.nearest[0].up_a + 1]
        down = (await self._line(b, viewer))[: kin.nearest[0].up_b][::-1]
        return [Step(id_, "up", "remix", False) for id_ in up] + [Step(id_, "down", "remix", False) for id_ in down]

    async def _line(self, video_id: str, viewer: str) -> list[str]:
        cards = {card.id: card for card in await self._all(viewer)}
        return [video_id, *(kin.id or "hidden" for kin in _ancestors(cards, video_id))]

    async def cast_uses(
        self, character_id: str, viewer: str, *, descendants: bool, sees_all: bool, after: str | None, limit: int
    ) -> Casting:
        cards = {card.id: card for card in await self._all(viewer)}
        cast = {id_ for id_, card in cards.items() if any(use.character_id == character_id for use in card.characters)}
        rows = []
        for id_ in sorted(cast):
            card, inherited = cards[id_], any(parent.video_id in cast for parent in cards[id_].parents)
            is_seen = sees_all or card.publication is not None or card.owner_id == viewer
            if is_seen and id_ > (after or "") and (descendants or not inherited):
                rows.append(CastUse(id_, card.owner_id, card.characters[0].consent_version, inherited, 0))
        return Casting(rows[:limit], len(rows) > limit, len(rows), len(cast), 0)

    async def taints(self, video_id: str) -> list[Taint]:
        return self.inherited.get(video_id, [])


def _ancestors(cards: dict[str, Card], video_id: str) -> list[Ancestor]:
    parents = cards[video_id].parents if video_id in cards else ()
    if not parents:
        return []
    up = parents[0].video_id
    above = [Ancestor(kin.id, kin.relation, kin.depth + 1, kin.hidden) for kin in _ancestors(cards, up)]
    return [Ancestor(up if up in cards else None, parents[0].relation, 1, up not in cards), *above]
