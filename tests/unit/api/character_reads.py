"""Appearances and consents, computed from the log anew for each question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from commands.processes.videos import was
from commands.work import VIDEO
from domain.recorded import Fact, Position
from domain.video import Completed, Queueing
from infra.memory import MemoryEventStore
from projections.characters.apply import Consent as Version
from projections.characters.apply import version_of
from projections.characters.query import Consent, Use


class CharacterReads:
    def __init__(self, store: MemoryEventStore) -> None:
        super().__init__(store)  # type: ignore[call-arg]
        self._store = store

    async def appearances(
        self, character_id: str, viewer: str | None, *, version: int | None, after: str | None, limit: int
    ) -> list[Use]:
        found = [use for use in await self._uses(character_id) if version in (None, use.consent_version)]
        seen = [
            use for use in found if viewer in (None, use.owner_id) or (use.visibility == "public" and not use.hidden)
        ]
        return [use for use in seen if use.video_id > (after or "")][:limit]

    async def _uses(self, character_id: str) -> list[Use]:
        streams = {each.stream for shard in range(16) for each in await self._store.read("video", shard, 0, 10_000)}
        loaded = [await self._store.load(stream) for stream in sorted(streams)]
        return [use for facts in loaded for use in _uses_of(facts, character_id)]

    async def consents(self, character_id: str, moment: datetime | Sequence[Position] | None = None) -> list[Consent]:
        facts = [fact for fact in await self._store.load(character_id) if _is_before(fact, moment)]
        versions = [version for fact in facts if (version := version_of(fact.event, fact.recorded))]
        uses = [use.consent_version for use in await self._uses(character_id)]
        found = [_shown(version, uses.count(version.version)) for version in reversed(versions)]
        return found if moment is None else found[:1]


def _sees(viewer: str | None, use: Use) -> bool:
    return viewer in (None, use.owner_id) or (use.visibility == "public" and not use.hidden)


def _uses_of(facts: list[Fact], character_id: str) -> list[Use]:
    made = facts[0].event
    state = VIDEO.initial
    for fact in facts:
        state = VIDEO.evolve(state, fact.event, fact.recorded.recorded_at)
    publication = state.publication if isinstance(state, Completed) else None
    return [
        Use(
            video_id=facts[0].recorded.stream, owner_id=made.owner_id, consent_version=use.consent_version,
            at=facts[0].recorded.recorded_at, state=was(state),
            visibility=publication.visibility if publication else None,
            hidden=isinstance(state, Completed) and bool(state.restrictions),
        )
        for use in (made.characters if isinstance(made, Queueing) else ())
        if use.character_id == character_id
    ]  # fmt: skip


def _shown(version: Version, uses: int) -> Consent:
    fields = {name: getattr(version, name) for name in Consent.__struct_fields__ if name != "uses"}
    lists = {name: list(fields[name]) for name in ("allowed", "rules", "unclear")}
    return msgspec.structs.replace(Consent(**{**fields, **lists}, uses=uses), text=version.text or "")


def _is_before(fact: Fact, moment: datetime | Sequence[Position] | None) -> bool:
    recorded = fact.recorded
    if moment is None or isinstance(moment, datetime):
        return moment is None or recorded.recorded_at <= moment
    reached = {(at.category, at.shard): at.position for at in moment}
    return recorded.position <= reached.get((recorded.category, recorded.shard), 0)
